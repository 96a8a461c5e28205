import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.bins import Bins, halfway_edges
from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def cells(values: list[object], kind: Kind) -> Cells:
    column = Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True)
    return read_cells(pd.Series(values, dtype=object), column)


def test_few_distinct_numbers_have_a_bin_each() -> None:
    assert halfway_edges(np.array([4.0, 1.0, 2.0, 2.0]), 3).tolist() == [1.5, 3.0]


def test_many_distinct_numbers_are_cut_at_their_quantiles() -> None:
    # The last of each half of 0 to 7 is 4 (counted from 0), so the edge is between it and its neighbour.
    assert halfway_edges(np.arange(8.0), 2).tolist() == [4.5]


def test_a_number_that_fills_several_bins_has_one_of_its_own() -> None:
    edges = halfway_edges(np.array([0.0] * 90 + [*range(1, 11)]), 5)
    assert edges.tolist() == [0.5]


def test_a_number_written_with_other_digits_stays_in_its_bin() -> None:
    ages = np.repeat(np.arange(18.0, 80.0), 3)
    edges = halfway_edges(ages, 20)
    assert len(edges) == 19
    for other in (ages + 0.02, ages - 0.02):
        assert np.searchsorted(edges, other).tolist() == np.searchsorted(edges, ages).tolist()


def test_nothing_and_a_constant_have_no_edges_and_huge_numbers_have_finite_ones() -> None:
    assert len(halfway_edges(np.array([]), 5)) == len(halfway_edges(np.array([3.0, 3.0]), 5)) == 0
    assert np.isfinite(halfway_edges(np.array([1.6e308, 1.7e308]), 5)).all()


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60), st.integers(1, 8))
def test_there_are_never_more_bins_than_asked_for_and_edges_ascend(numbers: list[float], most: int) -> None:
    edges = halfway_edges(np.array(numbers), most)
    assert len(edges) < most
    assert (np.diff(edges) > 0).all()


def test_labels_beyond_the_most_frequent_share_a_code_and_missing_ones_have_the_last() -> None:
    plan = Bins.fit(cells(["a", "a", "b", "b", "c"], Kind.CATEGORICAL), 2)
    assert (plan.num_bins, plan.num_codes) == (2, 4)
    assert plan.codes(cells(["b", "c", "new", None], Kind.CATEGORICAL)).tolist() == [1, 2, 2, 3]


def test_missing_and_unreadable_numbers_have_the_last_code() -> None:
    plan = Bins.fit(cells([1, 2, 3], Kind.INTEGER), 5)
    assert (plan.num_bins, plan.num_codes) == (3, 4)
    assert plan.codes(cells([-9, 2, 99, None, "x"], Kind.INTEGER)).tolist() == [0, 1, 2, 3, 3]


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.CATEGORICAL])
def test_a_column_without_values_has_codes_all_the_same(kind: Kind) -> None:
    plan = Bins.fit(cells([None, None], kind), 5)
    assert len(set(plan.codes(cells([None, None], kind)).tolist())) == 1
