"""A split keeps random rows aside: every row once, in order, copies together, the same for the same seed."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from tabsynth.data.split import group_numbers, split_holdout
from tabsynth.errors import ConfigError, DataError
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def numbered(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"row": range(rows), "word": [f"w{row % 7}" for row in range(rows)]})


@pytest.mark.parametrize(
    ("rows", "kept"),
    [(14, 4), (20, 4), (30, 6), (60, 12), (1_000, 200), (2_500, 500), (4_000, 500), (20_000, 2_000), (80_000, 5_000)],
)
def test_the_default_size_fits_the_table(rows: int, kept: int) -> None:
    split = split_holdout(numbered(rows), None, SEEDS)
    assert (len(split.holdout), len(split.training)) == (kept, rows - kept)


@pytest.mark.parametrize(("holdout", "kept"), [(0.5, 50), (0.04, 4), (25, 25), (90, 90)])
def test_a_given_size_is_met(holdout: float | int, kept: int) -> None:
    assert len(split_holdout(numbered(100), holdout, SEEDS).holdout) == kept


def test_every_row_is_on_one_side_and_in_order() -> None:
    frame = numbered(200).set_index(np.arange(200)[::-1])
    split = split_holdout(frame, 0.3, SEEDS)
    both = split.training["row"].tolist() + split.holdout["row"].tolist()
    assert sorted(both) == list(range(200))
    for side in (split.training, split.holdout):
        assert side["row"].is_monotonic_increasing
        assert isinstance(side.index, pd.RangeIndex)
        assert side.dtypes.equals(frame.dtypes)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    rows = [split_holdout(numbered(200), None, Seeds(seed)).holdout["row"].tolist() for seed in (1, 1, 2)]
    assert rows[0] == rows[1] != rows[2]


def test_the_frame_is_left_as_it_was() -> None:
    frame = numbered(50)
    split_holdout(frame, None, SEEDS)
    pd.testing.assert_frame_equal(frame, numbered(50))


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(copies=st.lists(st.integers(1, 5), min_size=20, max_size=60), seed=st.integers(0, 99))
def test_copies_stay_on_one_side(copies: list[int], seed: int) -> None:
    keys = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(copies)), copies))
    frame = pd.DataFrame({"key": keys, "word": [f"w{key}" for key in keys]})
    split = split_holdout(frame, 5, Seeds(seed))
    assert not set(split.training["key"]) & set(split.holdout["key"])
    assert 5 <= len(split.holdout) <= 9
    assert len(split.training) + len(split.holdout) == len(frame)


def test_common_combinations_are_sampled_like_any_other_rows() -> None:
    frame = pd.DataFrame({"flag": [True] * 700 + [False] * 300})
    split = split_holdout(frame, 0.5, SEEDS)
    assert len(split.holdout) == 500
    assert split.holdout["flag"].mean() == pytest.approx(0.7, abs=0.06)


def test_every_row_is_as_likely_to_be_kept() -> None:
    counts = np.zeros(40)
    for seed in range(300):
        counts[split_holdout(numbered(40), 0.25, Seeds(seed)).holdout["row"]] += 1
    # 300 draws with chance 1/4: 75 on average, standard deviation 7.5
    assert counts.mean() == 75
    assert np.abs(counts - 75).max() < 4 * 7.5


@pytest.mark.parametrize("holdout", [0, 0.0, 1.0, 1.5, -0.1, 3, -5, True, "10%", float("nan")])
def test_a_size_out_of_bounds_is_a_config_error(holdout: float | int) -> None:
    with pytest.raises(ConfigError, match="setting 'holdout' must be a share above 0 and below 1, or a whole number"):
        split_holdout(numbered(100), holdout, SEEDS)


@pytest.mark.parametrize("holdout", [0.01, 0.99, 91, 100, 5_000])
def test_a_size_that_leaves_too_few_rows_is_a_config_error(holdout: float | int) -> None:
    with pytest.raises(ConfigError, match=r"of 100 rows aside. Keep 4 to 90 rows"):
        split_holdout(numbered(100), holdout, SEEDS)


def test_a_table_too_small_to_split_is_a_data_error() -> None:
    with pytest.raises(DataError, match="has 13 rows, a split needs 14"):
        split_holdout(numbered(13), None, SEEDS)


@pytest.mark.parametrize("cell", [["list"], "half \ud800"])
def test_rows_that_cannot_be_hashed_are_dealt_one_by_one(cell: object) -> None:
    frame = pd.DataFrame({"c": pd.Series([cell] * 20, dtype=object)})
    assert len(split_holdout(frame, 5, SEEDS).holdout) == 5


def test_groups_stay_whole_however_many_rows_they_have() -> None:
    frame = pd.DataFrame({"who": [number // 20 for number in range(400)], "row": range(400)})
    split = split_holdout(frame, 0.25, SEEDS, "who")
    assert not set(split.training["who"]) & set(split.holdout["who"])
    assert len(split.holdout) == 100


def test_rows_of_no_group_stand_alone() -> None:
    frame = pd.DataFrame({"who": [None] * 40 + ["a"] * 10})
    assert len(set(group_numbers(frame["who"]))) == 41
    assert len(split_holdout(frame, 20, SEEDS, "who").holdout) in range(20, 25)


def test_two_large_groups_leave_nothing_to_learn_from() -> None:
    frame = pd.DataFrame({"who": ["a"] * 95 + ["b"] * 5})
    with pytest.raises(DataError, match="2 groups leave"):
        for seed in range(20):
            split_holdout(frame, 0.5, Seeds(seed), "who")
