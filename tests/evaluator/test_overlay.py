import warnings

import pandas as pd
import pytest

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.overlay import ABSENT, RARE, overlay
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def cells(values: list[object], kind: Kind) -> Cells:
    return read_cells(pd.Series(values), Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True))


def test_categories_with_fewer_than_five_training_rows_are_masked() -> None:
    drawn = overlay(
        cells(["common"] * 6 + ["secret"] * 4, Kind.CATEGORICAL),
        cells(["common"] * 5 + ["secret"] * 3 + ["new"] * 2, Kind.CATEGORICAL),
    )
    assert drawn is not None
    assert drawn.labels == ("common", RARE, ABSENT)
    assert drawn.training == (0.6, 0.4, 0.0)
    assert drawn.synthetic == (0.5, 0.3, 0.2)


def test_the_extremes_of_numbers_are_not_shown() -> None:
    drawn = overlay(cells([*range(1_000), 987_654], Kind.INTEGER), cells([1, 2, 3], Kind.INTEGER))
    assert drawn is not None
    assert "987654" not in " ".join(drawn.labels)
    assert drawn.labels[0].startswith("below") and drawn.labels[-1].startswith("above")


def test_a_column_with_no_values_has_no_histogram() -> None:
    assert overlay(cells([None] * 9, Kind.DECIMAL), cells([1.0] * 9, Kind.DECIMAL)) is None


def test_the_largest_numbers_have_a_histogram() -> None:
    column = cells([1.7e308, -1.7e308, 0.0] * 20, Kind.DECIMAL)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = overlay(column, column)
    # Cells without a difference that is a float still fall into bars, a third each.
    assert found is not None and sum(found.training) == pytest.approx(1, abs=0.01)
    assert found.training == found.synthetic
