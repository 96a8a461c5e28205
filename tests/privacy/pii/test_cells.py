import pandas as pd
import pytest

from tabsynth.privacy.pii.cells import SAMPLE, Cells, written, written_cells
from tabsynth.schema.infer import infer_column


@pytest.mark.parametrize(("cell", "text"), [(35258.0, "35258"), (1.5, "1.5"), (7, "7"), ("a ", "a "), (True, "True")])
def test_a_cell_is_written_as_it_would_be_typed(cell: object, text: str) -> None:
    assert written(cell) == text


def test_cells_stay_in_order_and_gaps_stay_gaps() -> None:
    assert written_cells(pd.Series([1.0, None, 2.5])) == ["1", None, "2.5"]
    assert written_cells(pd.Series(["a", None], dtype="category")) == ["a", None]


def test_a_column_is_sampled_evenly_over_its_distinct_values() -> None:
    series = pd.Series([f"v{number:05d}" for number in range(5_000)] + ["v00000"] * 9, name="a")
    cells = Cells.of(series, infer_column(series))
    assert cells.distinct == 5_000
    assert cells.present == 5_009
    assert len(cells.sample) == SAMPLE
    assert cells.sample[:2] == ("v00000", "v00010")
    assert cells.shared == pytest.approx(10 / 5_009)


def test_a_column_without_values_has_an_empty_sample() -> None:
    series = pd.Series([None] * 30, name="a", dtype="object")
    cells = Cells.of(series, infer_column(series))
    assert cells.sample == ()
    assert cells.shared == 0.0
    assert not cells.is_number
