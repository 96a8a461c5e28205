import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.resamples import (
    block_mean,
    percentile_interval,
    random_units,
    resample_counts,
    units_of,
)


def groups_of(sizes: list[int]) -> Groups:
    codes = np.repeat(np.arange(len(sizes)), sizes)
    return Groups(codes, np.arange(len(codes), dtype="float64"))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_unit_of_a_row_is_its_group_or_itself() -> None:
    assert units_of(None, 3).tolist() == [0, 1, 2]
    assert units_of(groups_of([2, 1]), 3).tolist() == [0, 0, 1]


def test_rows_that_stand_alone_are_taken_from_the_start() -> None:
    assert random_units(None, 9, 3, rng()).tolist() == [0, 1, 2]
    assert random_units(None, 2, 3, rng()).tolist() == [0, 1]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=20), st.integers(1, 40))
def test_groups_are_taken_whole_unless_not_even_one_fits(sizes: list[int], most: int) -> None:
    groups = groups_of(sizes)
    rows = random_units(groups, sum(sizes), most, rng())
    assert 0 < len(rows) <= most
    taken = np.unique(groups.codes[rows])
    assert len(rows) == groups.sizes[taken].sum() or (len(taken) == 1 and len(rows) == most)


def test_long_groups_are_not_drawn_more_often_than_short_ones() -> None:
    # Half of the groups hold nine rows in ten: drawn by rows, nine groups in ten would be long.
    groups, long = groups_of([1] * 50 + [9] * 50), 0
    drawn = [np.unique(groups.codes[random_units(groups, 500, 100, np.random.default_rng(k))]) for k in range(100)]
    long = sum(int((codes >= 50).sum()) for codes in drawn)
    assert 0.4 < long / sum(map(len, drawn)) < 0.6


def test_a_resample_draws_as_many_units_as_there_are_or_as_asked_for() -> None:
    assert (resample_counts(7, rng()).sum(axis=1) == 7).all()
    counts = resample_counts(7, rng(), size=3)
    assert counts.shape == (200, 7) and (counts.sum(axis=1) == 3).all()
    assert counts.mean() == pytest.approx(3 / 7)


def test_the_interval_leaves_out_a_fortieth_at_either_end() -> None:
    assert percentile_interval(np.append(np.arange(201.0), np.nan)) == (5.0, 195.0)
    assert percentile_interval(np.array([np.nan])) == (None, None)


def test_every_unit_counts_once_in_blocks() -> None:
    # Two blocks of two: one of them holds unit 3, which makes half of its weight.
    value, low, high = block_mean(lambda weights: weights[:, 3] / weights.sum(axis=1), 5 - 1, 2, rng())
    assert (value, low, high) == (0.25, None, None)


def test_the_interval_of_blocks_lies_around_the_value_and_narrows_with_their_number() -> None:
    share = np.tile([0.0, 1.0], 200)
    one, four = (block_mean(lambda w: w @ share[: w.shape[1]] / w.sum(axis=1), n, 100, rng()) for n in (100, 400))
    for value, low, high in (one, four):
        assert low is not None and high is not None
        assert value - low == pytest.approx(high - value)
    # A mean of 100 fair coins has standard deviation .05; of four such blocks half of it.
    assert one[2] - one[0] == pytest.approx(1.96 * 0.05, rel=0.15)  # type: ignore[operator]
    assert four[2] - four[0] == pytest.approx(1.96 * 0.025, rel=0.15)  # type: ignore[operator]
