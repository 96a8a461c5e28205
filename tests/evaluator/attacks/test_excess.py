from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.evaluator.attacks.excess import LEAST_P, Tally, excess, excess_p_value

hits = st.lists(st.integers(0, 4), min_size=1, max_size=6)


def counts(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_one_hit_a_unit_is_the_binomial_test_on_units_that_were_hit() -> None:
    found = excess_p_value(counts([1] * 5 + [0] * 95), counts([1] + [0] * 99))
    assert found == pytest.approx((comb(6, 5) + comb(6, 6)) / 2**6)


def test_many_hits_of_one_unit_are_one_toss() -> None:
    assert excess_p_value(counts([50, 0, 0]), counts([0, 0, 0])) == pytest.approx(0.5)


@settings(max_examples=50, deadline=None)
@given(hits, hits)
def test_the_p_value_is_that_of_all_tosses(ours: list[int], theirs: list[int]) -> None:
    size = max(len(ours), len(theirs))
    first, second = counts(ours + [0] * (size - len(ours))), counts(theirs + [0] * (size - len(theirs)))
    pooled = ours + theirs
    sums = [np.dot(tosses, pooled) for tosses in product([0, 1], repeat=len(pooled))]
    expected = np.mean(np.array(sums) >= sum(ours))
    assert excess_p_value(first, second) == pytest.approx(expected, abs=1e-9)


def test_no_hits_give_no_evidence() -> None:
    assert excess_p_value(counts([0, 0]), counts([0, 0])) == 1.0


def test_a_p_value_is_never_below_what_the_transform_resolves() -> None:
    assert excess_p_value(counts([1] * 400), counts([0] * 400)) == LEAST_P


@pytest.mark.parametrize("rate", [0.01, 0.5])
def test_p_values_of_equal_rates_are_not_too_small(rate: float) -> None:
    rng = np.random.default_rng(1)
    draws = [rng.binomial(3, rate, (2, 200)) for _ in range(400)]
    found = np.array([excess_p_value(*pair) for pair in draws])
    # Four standard deviations above 5% of 400.
    assert (found < 0.05).mean() < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)
    assert (found < 0.5).mean() > 0.1


def test_the_excess_is_the_difference_of_the_rates_inside_its_interval() -> None:
    found = excess(Tally(counts([1, 1, 0, 0]), counts([1, 1, 1, 1])), Tally(counts([1, 0, 0, 0]), counts([2, 0, 0, 0])))
    assert (found.training, found.holdout, found.value) == (0.5, 0.5, 0.0)
    assert -1 <= found.low < 0 < found.high <= 1


def test_what_is_expected_without_knowledge_of_rows_is_no_excess() -> None:
    ours, theirs = Tally(counts([2, 0]), counts([4, 4]), expected=2.0), Tally(counts([0, 0]), counts([4, 4]))
    assert excess(ours, theirs).value == 0.0


def test_units_with_many_attempts_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    single = (rng.random(1000) < 0.5).astype(np.int64)
    grouped = 10 * (rng.random(100) < 0.5).astype(np.int64)
    none = Tally(np.zeros(1000, dtype=np.int64), np.ones(1000, dtype=np.int64))
    few = Tally(np.zeros(100, dtype=np.int64), np.full(100, 10))
    narrow = excess(Tally(single, np.ones(1000, dtype=np.int64)), none)
    wide = excess(Tally(grouped, np.full(100, 10)), few)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
