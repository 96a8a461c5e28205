"""A column is a frozen value that survives JSON and never prints what it was given."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype

AGE = Column(name="age", kind=Kind.INTEGER, dtype=ColumnDtype(name="int64"), nullable=False, decimals=0)


def test_a_column_survives_json() -> None:
    assert Column.model_validate_json(AGE.model_dump_json()) == AGE


def test_a_kind_is_written_as_its_plain_name() -> None:
    assert '"kind":"integer"' in AGE.model_dump_json()


def test_a_column_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        AGE.name = "other"  # type: ignore[misc]


def test_an_unknown_attribute_is_refused_without_quoting_its_value() -> None:
    with pytest.raises(ValidationError) as caught:
        Column.model_validate({**AGE.model_dump(), "values": "secret"})
    assert "secret" not in str(caught.value)
