import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr

from tabsynth.evaluator.dependence import Variables, association_matrix, theils_u

codes = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(np.array)
numbers = st.lists(st.one_of(st.just(math.nan), st.integers(-3, 3)), min_size=6, max_size=6).map(
    lambda values: np.array(values, dtype=float)
)


def matrix(*columns: np.ndarray) -> np.ndarray:
    return association_matrix(Variables.of(list(columns), len(columns[0])))


def test_theils_u_is_as_solved_by_hand_and_has_a_direction() -> None:
    x, y = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2])
    # y settles x. x leaves H(y|x) = 1/2 ln 2 of H(y) = 3/2 ln 2: U(y|x) = 2/3
    assert theils_u(x, y) == pytest.approx(1.0)
    assert theils_u(y, x) == pytest.approx(2 / 3)
    # Row given column order: [y, x] = U(x|y).
    assert matrix(x, y) == pytest.approx(np.array([[1, 2 / 3], [1, 1]]))


def test_theils_u_of_independent_columns_is_zero() -> None:
    assert theils_u(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(0.0)
    assert theils_u(np.zeros(4, dtype=int), np.array([0, 1, 0, 1])) == 1.0


@given(codes, codes)
def test_theils_u_lies_between_zero_and_one(x: np.ndarray, y: np.ndarray) -> None:
    assert 0 <= theils_u(x, y) <= 1


def test_the_correlation_ratio_is_as_solved_by_hand() -> None:
    # Groups (1, 3) and (5, 7): means 2, 6, overall 4; between 4*4 = 16, total 9+1+1+9 = 20
    found = matrix(np.array([0, 0, 1, 1, 1]), np.array([1.0, 3.0, 5.0, 7.0, np.nan]))
    assert found == pytest.approx(np.array([[1, math.sqrt(16 / 20)], [math.sqrt(16 / 20), 1]]))


def test_the_matrix_is_one_on_the_diagonal_and_zero_for_constants() -> None:
    line, falling = np.array([1.0, 2.0, 3.0, 4.0]), np.array([4.0, 3.0, 2.0, 1.0])
    found = matrix(line, falling, np.array([0, 0, 0, 0]), np.full(4, 0.1), np.array([0, 1, 2, 3]))
    assert found[:4, :4] == pytest.approx(np.array([[1, -1, 0, 0], [-1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]))
    assert found[2, 4] == found[4, 2] == found[3, 4] == 0.0


def test_pearson_is_that_of_the_rows_in_which_both_are_known() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(1e6, 1, 200), rng.normal(0, 1e-6, 200)
    y += x * 1e-6
    x[::7], y[::5] = np.nan, np.nan
    known = ~(np.isnan(x) | np.isnan(y))
    assert matrix(x, y)[0, 1] == pytest.approx(pearsonr(x[known], y[known]).statistic, abs=1e-7)


def test_the_largest_floats_have_associations() -> None:
    large = np.array([1.7e308, -1.7e308, 1.7e308, -1.7e308])
    found = matrix(large, -large, np.array([0, 1, 0, 1]))
    assert found[0] == pytest.approx([1, -1, 1])


@given(st.lists(st.one_of(codes, numbers), min_size=2, max_size=5), st.permutations(range(6)))
def test_neither_the_order_of_rows_nor_that_of_columns_matters(columns: list[np.ndarray], rows: list[int]) -> None:
    found = matrix(*columns)
    assert np.isfinite(found).all() and (np.abs(found) <= 1).all()
    assert matrix(*(column[rows] for column in columns)) == pytest.approx(found, abs=1e-9)
    assert matrix(*columns[::-1]) == pytest.approx(found[::-1, ::-1], abs=1e-9)


def test_rows_taken_have_the_matrix_of_their_own_table() -> None:
    rng = np.random.default_rng(1)
    columns = [rng.integers(0, 4, 50), rng.normal(size=50), rng.integers(0, 40, 50), rng.normal(size=50)]
    rows = np.arange(0, 50, 3)
    taken = association_matrix(Variables.of(columns, 50).take(rows))
    assert taken == pytest.approx(matrix(*(column[rows] for column in columns)), abs=1e-12)


def test_many_labels_are_counted_as_few_are() -> None:
    # 900 possible pairs of 120 rows take another way of counting than 16 do.
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 30, 120), rng.integers(0, 30, 120)
    table = pd.crosstab(x, y).to_numpy() / 120
    shares = [table.sum(axis=1), table.sum(axis=0), table[table > 0]]
    h = [-(p * np.log(p)).sum() for p in shares]
    assert theils_u(x, y) == pytest.approx((h[0] + h[1] - h[2]) / h[0])


def test_a_block_of_labels_that_is_too_large_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    columns = [*(rng.integers(0, 9, 60) for _ in range(5)), rng.normal(size=60)]
    whole = matrix(*columns)
    monkeypatch.setattr("tabsynth.evaluator.dependence.MAX_CELLS", 12)
    assert matrix(*columns) == pytest.approx(whole, abs=1e-12)
