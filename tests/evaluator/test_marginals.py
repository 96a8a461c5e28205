import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.marginals import binned_counts, js_distance, ks_statistic, label_counts, numbers_js

counts = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(any).map(lambda c: np.array(c, dtype=float))


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


def test_labels_are_counted_over_both_samples() -> None:
    first, second = label_counts(np.array(list("aab"), dtype=object), np.array(list("bc"), dtype=object))
    assert (first.tolist(), second.tolist()) == ([2, 1, 0], [0, 1, 1])


def test_numbers_apart_have_distance_one_and_equal_ones_none() -> None:
    line = np.arange(50.0)
    assert numbers_js(line, line + 1000) == pytest.approx(1.0)
    assert numbers_js(line, line[::-1]) == 0.0 == numbers_js(np.ones(3), np.ones(5))


def test_numbers_whose_squares_overflow_have_the_distance_of_smaller_ones() -> None:
    first, second = np.linspace(-1, 1, 80), np.linspace(0, 1, 60)
    assert numbers_js(first * 1.7e308, second * 1.7e308) == pytest.approx(numbers_js(first, second))
