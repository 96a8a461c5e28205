import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.dependence import Variable, association_matrix, correlation_ratio, theils_u

codes = st.lists(st.integers(0, 3), min_size=6, max_size=6).map(np.array)


def test_theils_u_is_as_solved_by_hand_and_has_a_direction() -> None:
    x, y = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 2])
    # y settles x. x leaves H(y|x) = 1/2 ln 2 of H(y) = 3/2 ln 2: U(y|x) = 2/3
    assert theils_u(x, y) == pytest.approx(1.0)
    assert theils_u(y, x) == pytest.approx(2 / 3)


def test_theils_u_of_independent_columns_is_zero() -> None:
    assert theils_u(np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])) == pytest.approx(0.0)


@given(codes, codes)
def test_theils_u_lies_between_zero_and_one(x: np.ndarray, y: np.ndarray) -> None:
    assert 0 <= theils_u(x, y) <= 1


def test_correlation_ratio_is_as_solved_by_hand() -> None:
    # Groups (1, 3) and (5, 7): means 2, 6, overall 4; between 4*4 = 16, total 9+1+1+9 = 20
    eta = correlation_ratio(np.array([0, 0, 1, 1, 1]), np.array([1.0, 3.0, 5.0, 7.0, np.nan]))
    assert eta == pytest.approx(math.sqrt(16 / 20))


def test_the_matrix_is_one_on_the_diagonal_and_zero_for_constants() -> None:
    numbers = Variable(np.array([1.0, 2.0, 3.0, 4.0]), None)
    falling = Variable(np.array([4.0, 3.0, 2.0, 1.0]), None)
    constant = Variable(None, np.array([0, 0, 0, 0]))
    matrix = association_matrix([numbers, falling, constant])
    assert matrix == pytest.approx(np.array([[1, -1, 0], [-1, 1, 0], [0, 0, 1]]))
