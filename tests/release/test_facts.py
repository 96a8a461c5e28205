"""What a card says of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tabsynth
from tabsynth.artifact.layout import RunDirectory
from tabsynth.release.facts import card_facts
from tabsynth.release.safeguards import guarantee, safeguards


def test_facts_come_from_the_metadata(fitted_run: Path) -> None:
    metadata = RunDirectory(fitted_run).read_metadata()
    facts = card_facts(metadata, source="mark")
    assert (facts.model, facts.revision) == ("tabsynth-mini", metadata.base.revision)
    assert (facts.rows_learned, facts.rows_aside) == (192, 48)
    assert facts.kinds["customer"] == "identifier" and facts.kinds["age"] == "integer"
    assert facts.versions == {"tabsynth": tabsynth.__version__} | metadata.library_versions
    assert next(iter(facts.versions)) == "tabsynth"
    assert (facts.protections, facts.guarantee, facts.source) == (safeguards(metadata), guarantee(metadata), "mark")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("smollm2-135m", "smollm2-135m"),
        ("org/name", "org/name"),
        ("/srv/ada/models/secret-base", "secret-base (a local folder)"),
        ("C:\\Users\\ada\\base", "base (a local folder)"),
    ],
)
def test_the_model_is_named_without_the_folders_of_this_machine(fitted_run: Path, name: str, shown: str) -> None:
    metadata: Any = RunDirectory(fitted_run).read_metadata()
    moved = metadata.model_copy(update={"base": metadata.base.model_copy(update={"name": name})})
    assert card_facts(moved, source="").model == shown
