import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.scale import Scale
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def cells(values: list[object]) -> Cells:
    column = Column(name="c", kind=Kind.DECIMAL, dtype=ColumnDtype(name="x"), nullable=True)
    return read_cells(pd.Series(values, dtype=object), column)


def test_numbers_are_in_standard_deviations_of_training() -> None:
    scale = Scale.fit(cells([1.0, 3.0, None]))
    assert scale is not None
    assert scale.values(cells([1.0, 2.0, 3.0])).tolist() == [-1.0, 0.0, 1.0]
    assert np.isnan(scale.values(cells([None, "junk"]))).all()


def test_the_tails_of_training_bound_every_table() -> None:
    numbers: list[object] = [*np.linspace(0.0, 1.0, 201).tolist(), 1e300]
    scale = Scale.fit(cells(numbers))
    assert scale is not None and scale.high < 1.01
    assert scale.values(cells([1e308]))[0] == pytest.approx(scale.values(cells([scale.high]))[0])


@pytest.mark.parametrize("values", [[], [None], [2.0, 2.0]])
def test_what_does_not_vary_has_no_scale(values: list[object]) -> None:
    assert Scale.fit(cells(values)) is None
