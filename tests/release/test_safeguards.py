"""What is said of protections, above all of those that are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.ledger import GaussianSteps, Ledger, PrivacyUnit, TotalSpend, TrainingSpend
from tabsynth.artifact.protection import ColumnProtection, Protection
from tabsynth.privacy.pii.entities import Action
from tabsynth.privacy.pii.report import Finding, PiiReport
from tabsynth.release.safeguards import guarantee, safeguards
from tabsynth.schema.column import Kind


@pytest.fixture
def metadata(fitted_run: Path) -> Any:
    """Metadata of a finished run, of which parts can be replaced."""
    return RunDirectory(fitted_run).read_metadata().model_copy(update={"pii": None, "protection": None, "ledger": None})


def with_config(metadata: Any, **changes: Any) -> Any:
    return metadata.model_copy(update={"config": metadata.config | changes})


def found(*actions: Action, source: Any = "you") -> dict[str, Any]:
    findings = tuple(
        Finding(column=f"c{at}", entity=None, confidence=1.0, share=1.0, source=source, action=action)
        for at, action in enumerate(actions)
    )
    return PiiReport(findings=findings, texts=(), columns=tuple("abcdefgh"), rows=10).model_dump(mode="json")


def personal(metadata: Any) -> list[tuple[str, bool]]:
    return [(line.value, line.in_place) for line in safeguards(metadata) if line.label.startswith("Personal data")]


def test_personal_data_that_nobody_looked_for_is_missing(metadata: Any) -> None:
    for config, start in (({"pii": "off"}, 'pii="off": nothing was looked for'), ({"pii": {}}, "nothing was looked")):
        ((value, in_place),) = personal(with_config(metadata, **config))
        assert value.startswith(start) and not in_place


def test_what_was_done_is_counted_and_exceptions_are_missing(metadata: Any) -> None:
    actions = (Action.REPLACE, Action.REPLACE, Action.REPLACE_INSIDE, Action.GENERATE, Action.KEEP)
    told = with_config(metadata.model_copy(update={"pii": found(*actions)}), pii={"x": "none", "y": "email"})
    assert personal(told) == [
        (
            "2 columns replaced by stand-ins; 1 column searched, and what was found inside replaced; "
            "1 column made up instead of learned.",
            True,
        ),
        ("1 column: holds personal data and was learned as it is.", False),
        ("1 column: not personal, says whoever ran it; nothing was done to it.", False),
    ]


def test_what_many_share_is_no_exception(metadata: Any) -> None:
    shared = metadata.model_copy(update={"pii": found(Action.KEEP, Action.KEEP, source="values")})
    assert personal(with_config(shared, pii={})) == [
        ("2 columns learned as they are, for many share each value or rare ones are protected.", True)
    ]


def test_a_search_that_found_nothing_says_so(metadata: Any) -> None:
    assert personal(with_config(metadata.model_copy(update={"pii": found()}), pii={})) == [
        ("none was found in 8 columns.", True)
    ]


def test_values_that_were_not_protected_are_missing(metadata: Any) -> None:
    for protect, start in ((False, "protect=False: the rarest"), (True, "the rarest")):
        line = safeguards(with_config(metadata, protect=protect))[-1]
        assert line.value.startswith(start) and not line.in_place


def test_protected_values_are_counted(metadata: Any) -> None:
    columns = (
        ColumnProtection(name="a", kind=Kind.CATEGORICAL, threshold=6, rare=2, replaced=7),
        ColumnProtection(name="b", kind=Kind.INTEGER, threshold=5, clipped=3),
        ColumnProtection(name="c", kind=Kind.INTEGER, threshold=5),
    )
    protection = Protection(unit="group", subjects=50, rows=100, columns=columns)
    line = safeguards(metadata.model_copy(update={"protection": protection}))[-1]
    assert line.in_place
    assert line.value.startswith("categories of too few groups replaced")
    assert "10 cells (3.33%) of 2 columns" in line.value


def test_only_a_ledger_is_a_guarantee(metadata: Any) -> None:
    assert guarantee(with_config(metadata, epsilon=8.0)) == ()
    steps = GaussianSteps(noise_multiplier=1.0, sample_rate=0.1, steps=10)
    spend = TrainingSpend(history=(steps,), clipping_norm=1.0, expected_batch=20.0, epsilon=7.5, delta=1e-5)
    ledger = Ledger(
        target_epsilon=8.0, delta=1e-5, subjects=200, unit=PrivacyUnit(kind="row"), preprocessing=None,
        training=spend, total=TotalSpend(epsilon=7.9, prv=7.9, rdp=8.0, basic=8.2),
    )  # fmt: skip
    private = metadata.model_copy(update={"ledger": ledger})
    assert [(line.label, line.value) for line in guarantee(private)] == ledger.lines()
    assert safeguards(private)[-1].in_place
