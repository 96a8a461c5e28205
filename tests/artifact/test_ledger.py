import pytest
from pydantic import ValidationError

from tabsynth.artifact.ledger import GaussianSteps, Ledger, PreprocessingSpend, PrivacyUnit, TotalSpend, TrainingSpend


def some_ledger(*, group: str | None = None, prv: float | None = 7.6) -> Ledger:
    return Ledger(
        target_epsilon=8.0,
        delta=3e-6,
        subjects=32_561,
        unit=PrivacyUnit(kind="row" if group is None else "group", column=group),
        preprocessing=PreprocessingSpend(
            queries=45,
            steps=GaussianSteps(noise_multiplier=5.5, sample_rate=1.0, steps=1),
            epsilon=0.8,
            delta=3e-7,
            threshold_delta=1.5e-7,
        ),
        training=TrainingSpend(
            history=(
                GaussianSteps(noise_multiplier=0.8, sample_rate=0.01, steps=40),
                GaussianSteps(noise_multiplier=0.9, sample_rate=0.01, steps=2),
            ),
            clipping_norm=1.0,
            expected_batch=325.6,
            epsilon=7.4,
            delta=2.7e-6,
        ),
        total=TotalSpend(epsilon=7.6, prv=prv, rdp=8.9, basic=8.2),
    )


def test_a_ledger_survives_json() -> None:
    ledger = some_ledger(group="customer")
    assert Ledger.model_validate_json(ledger.model_dump_json()) == ledger


def test_the_lines_say_all_that_can_be_checked() -> None:
    text = "\n".join(f"{label}: {value}" for label, value in some_ledger().lines())
    for part in ("ε = 7.6000 of 8 allowed", "δ = 3e-06", "one row", "32,561", "42, those with an empty batch included"):
        assert part in text
    for part in ("sampling rate 0.01, noise multiplier 0.8, 40 steps", "45 histograms", "325.6", "PRV 7.6", "RDP 8.9"):
        assert part in text
    assert "decimals of numbers" in text


def test_a_group_is_named_as_the_unit() -> None:
    assert str(some_ledger(group="customer").unit) == "all rows of one value of 'customer'"


def test_a_failed_accountant_is_said_to_have_failed() -> None:
    assert "PRV failed" in dict(some_ledger(prv=None).lines())["accountants"]


@pytest.mark.parametrize(
    "broken", [{"noise_multiplier": 0.0}, {"sample_rate": 0.0}, {"sample_rate": 2.0}, {"steps": -1}]
)
def test_steps_that_protect_nothing_cannot_be_written(broken: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        GaussianSteps(**({"noise_multiplier": 1.0, "sample_rate": 0.1, "steps": 1} | broken))
