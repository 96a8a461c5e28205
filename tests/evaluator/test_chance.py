import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.evaluator.chance import beyond, chance_gap, chance_rates, chance_variation, entropy_error
from tabsynth.evaluator.marginals import ks_statistic


@pytest.mark.parametrize(("found", "by_chance", "expected"), [(0.6, 0.2, 0.5), (0.1, 0.2, 0), (1, 0.9, 1), (1, 1, 0)])
def test_only_the_way_beyond_chance_counts(found: float, by_chance: float, expected: float) -> None:
    assert beyond(found, by_chance) == pytest.approx(expected)


def test_the_gap_by_chance_is_that_of_many_pairs_of_samples() -> None:
    rng = np.random.default_rng(0)
    gaps = [ks_statistic(rng.random(300), rng.random(200)) for _ in range(300)]
    assert chance_gap(300, 200) == pytest.approx(np.mean(gaps), rel=0.08)


def test_labels_that_all_differ_are_apart_by_chance_alone() -> None:
    # Every label is on one side only, however they are dealt.
    assert chance_variation(np.ones(50, dtype=int), 25, 25) == pytest.approx(1.0)


def test_two_labels_dealt_to_two_samples_are_as_solved_by_hand() -> None:
    # a, a dealt to samples of one cell each never differ; a, b always do.
    assert chance_variation(np.array([2]), 1, 1) == pytest.approx(0.0)
    assert chance_variation(np.array([1, 1]), 1, 1) == pytest.approx(1.0)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=2, max_size=8), st.integers(0, 2**32 - 1))
def test_the_variation_by_chance_is_that_of_labels_dealt_at_random(counts: list[int], seed: int) -> None:
    cells = np.repeat(np.arange(len(counts)), counts)
    first = max(1, len(cells) // 3)
    rng, found = np.random.default_rng(seed), []
    for _ in range(300):
        dealt = rng.permutation(cells)
        shares = [np.bincount(side, minlength=len(counts)) / len(side) for side in (dealt[:first], dealt[first:])]
        found.append(0.5 * np.abs(shares[0] - shares[1]).sum())
    assert chance_variation(np.array(counts), first, len(cells) - first) == pytest.approx(np.mean(found), abs=0.06)


def test_rates_differ_by_two_standard_errors_at_most() -> None:
    # Pooled rate 1/2: 2 * sqrt(1/4 * (1/100 + 1/100))
    assert chance_rates((40, 100), (60, 100)) == pytest.approx(2 * math.sqrt(0.25 * 0.02))
    assert chance_rates((10, 10), (20, 20)) == 0.0


def test_entropy_and_its_error_are_as_solved_by_hand() -> None:
    # Shares 3/4 and 1/4 of 100: H = 3/4 ln 4/3 + 1/4 ln 4, variance (3/4 ln² 4/3 + 1/4 ln² 4 - H²) / 100
    entropy = 0.75 * math.log(4 / 3) + 0.25 * math.log(4)
    variance = (0.75 * math.log(4 / 3) ** 2 + 0.25 * math.log(4) ** 2 - entropy**2) / 100
    assert entropy_error(np.array([75.0, 0.0, 25.0])) == pytest.approx((entropy, math.sqrt(variance)))
    assert entropy_error(np.array([9.0])) == (0.0, 0.0)
