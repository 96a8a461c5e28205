import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.marginals import binned_counts, column_distance, column_shape, js_distance, ks_statistic
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype

counts = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any).map(lambda c: np.array(c, dtype=float))


def cells(values: list[object], kind: Kind) -> Cells:
    return read_cells(pd.Series(values), Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True))


def test_js_distance_of_a_half_and_a_whole_is_as_solved_by_hand() -> None:
    # p = (1/2, 1/2), q = (1, 0), m = (3/4, 1/4): KL(p|m) = 1/2 lb 2/3 + 1/2 lb 2, KL(q|m) = lb 4/3
    expected = math.sqrt((0.5 * math.log2(2 / 3) + 0.5 + math.log2(4 / 3)) / 2)
    assert js_distance(np.array([5.0, 5.0]), np.array([3.0, 0.0])) == pytest.approx(expected)


def test_js_distance_of_disjoint_samples_is_one() -> None:
    assert js_distance(np.array([1.0, 0.0]), np.array([0.0, 7.0])) == pytest.approx(1.0)


@given(counts, counts)
def test_js_distance_is_symmetric_and_between_zero_and_one(p: np.ndarray, q: np.ndarray) -> None:
    assert js_distance(p, q) == pytest.approx(js_distance(q, p))
    assert 0 <= js_distance(p, q) <= 1 + 1e-9


def test_bins_are_closed_on_the_right_and_the_first_also_on_the_left() -> None:
    assert binned_counts(np.array([0.0, 1.0, 1.5, 2.0]), np.array([0.0, 1.0, 2.0])).tolist() == [2.0, 2.0]


def test_ks_statistic_of_shifted_samples_is_as_solved_by_hand() -> None:
    # After 2: F = 2/4 of the first sample, 0 of the second.
    assert ks_statistic(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, 5, 6])) == pytest.approx(0.5)


def test_total_variation_of_labels_is_as_solved_by_hand() -> None:
    real, fake = cells(["a", "a", "b", "b"], Kind.CATEGORICAL), cells(["a", "a", "a", "c"], Kind.CATEGORICAL)
    # 1 - (|2/4 - 3/4| + |2/4 - 0| + |0 - 1/4|) / 2
    assert column_shape(real, fake) == pytest.approx(0.5)


@pytest.mark.parametrize("ruined", [["x1", "x2", "x3"], [None, None, None], [True, False, True]])
def test_a_number_column_that_lost_its_values_is_entirely_different(ruined: list[object]) -> None:
    real, fake = cells([1, 2, 3], Kind.INTEGER), cells(ruined, Kind.INTEGER)
    assert column_distance(real, fake) == pytest.approx(1.0)
    assert column_shape(real, fake) == 0.0


def test_missing_cells_count_as_a_category_of_their_own() -> None:
    real, fake = cells(["a", "a"], Kind.CATEGORICAL), cells(["a", None], Kind.CATEGORICAL)
    expected = js_distance(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    assert column_distance(real, fake) == pytest.approx(expected)


def test_an_empty_training_column_has_no_distance() -> None:
    empty = cells([None, None], Kind.DECIMAL)
    assert column_distance(empty, cells([1.0, 2.0], Kind.DECIMAL)) is None
