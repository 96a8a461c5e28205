"""What protection did survives JSON and adds up."""

import pytest
from pydantic import ValidationError

from tabsynth.artifact.protection import ColumnProtection, Protection
from tabsynth.schema.column import Kind

RECORD = Protection(
    unit="group",
    subjects=60,
    rows=100,
    columns=(
        ColumnProtection(name="zone", kind=Kind.CATEGORICAL, threshold=6, rare=3, replaced=7, followed=2),
        ColumnProtection(name="age", kind=Kind.INTEGER, threshold=5, low_threshold=5, high_threshold=7, clipped=11),
    ),
)


def test_it_survives_json() -> None:
    assert Protection.model_validate_json(RECORD.model_dump_json()) == RECORD


def test_changed_cells_are_replaced_ones_followers_and_clipped_ones() -> None:
    assert [column.changed for column in RECORD.columns] == [9, 11]
    assert (RECORD.changed, RECORD.share) == (20, 0.1)


def test_an_unknown_key_is_refused_without_its_value() -> None:
    with pytest.raises(ValidationError) as caught:
        Protection.model_validate(RECORD.model_dump() | {"lowest": "a private value"})
    assert "a private value" not in str(caught.value)
