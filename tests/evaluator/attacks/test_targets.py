from collections.abc import Callable

import numpy as np
import pandas as pd

from tabsynth.evaluator.attacks.targets import Targets, read_targets, take_census
from tabsynth.evaluator.sides import Sides


def prints(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def test_a_row_that_occurs_once_is_a_target_and_one_that_both_sides_hold_is_not() -> None:
    census = take_census(prints(1, 2, 3, 3), prints(3, 4))
    assert census.values[census.alone].tolist() == [1, 2, 4]


def test_copies_that_a_split_kept_together_are_one_target() -> None:
    census = take_census(prints(1, 2, 2, 2), prints(4, 5, 5))
    assert census.values[census.alone].tolist() == [1, 2, 4, 5]


def test_a_common_row_is_no_target_even_on_one_side() -> None:
    census = take_census(prints(1, 2, 2, 2, 2, 2, 2), prints(4))
    assert census.values[census.alone].tolist() == [1, 4]


def test_one_row_on_both_sides_shows_that_copies_were_dealt_out() -> None:
    census = take_census(prints(1, 2, 2, 9), prints(4, 5, 5, 9))
    assert census.values[census.alone].tolist() == [1, 4]


def test_places_of_unknown_fingerprints_are_minus_one() -> None:
    assert take_census(prints(5, 7), prints(9)).places(prints(7, 6, 10, 9)).tolist() == [1, -1, -1, 2]
    assert take_census(prints(), prints()).places(prints(7)).tolist() == [-1]


def test_in_a_sample_rows_with_copies_are_as_frequent_as_in_the_table(make_sides: Callable[..., Sides]) -> None:
    # Of 3,000 distinct rows half occur twice; 4,000 sampled rows hold most of those, but fewer of the others.
    single, double = np.arange(0, 3_000, 2), np.arange(1, 3_000, 2)
    training = pd.DataFrame({"x": np.concatenate([single, double, double]).astype(float)})
    holdout = pd.DataFrame({"x": np.arange(5_000, 5_100).astype(float)})
    sides = make_sides(training, holdout, holdout)
    targets = read_targets(sides, 2_250)
    drawn = sides.training.frame["x"].to_numpy()[targets.training]
    assert len(set(drawn.tolist())) == len(drawn)
    assert 0.45 < (drawn % 2).mean() < 0.55
    # In random order: the first targets are no more often rows with copies than the last.
    assert 0.42 < (drawn[:400] % 2).mean() < 0.58


def test_groups_are_whole_and_rows_that_two_groups_have_are_left_out(make_sides: Callable[..., Sides]) -> None:
    training = pd.DataFrame({"key": list("aaabbc"), "x": [1.5, 2.5, 9.5, 3.5, 9.5, 4.5]})
    holdout = pd.DataFrame({"key": list("dde"), "x": [5.5, 6.5, 7.5]})
    sides = make_sides(training, holdout, holdout, group_by="key")
    targets = read_targets(sides, 100)
    values = sides.training.frame["x"].to_numpy()[targets.training]
    assert sorted(values.tolist()) == [1.5, 2.5, 3.5, 4.5]
    assert (targets.num_members, targets.num_others) == (3, 2)
    assert targets.is_member[targets.unit].tolist() == [True] * 4 + [False] * 3


def test_long_groups_do_not_come_first(make_sides: Callable[..., Sides]) -> None:
    keys = np.concatenate([np.arange(100), np.repeat(np.arange(100, 200), 20)])
    training = pd.DataFrame({"key": keys, "x": np.arange(len(keys)) + 0.5})
    holdout = pd.DataFrame({"key": np.arange(10), "x": -1.5 - np.arange(10)})
    targets = read_targets(make_sides(training, holdout, holdout, group_by="key"), 5_000)
    sizes = np.bincount(targets.unit)[targets.is_member]
    assert 25 < (sizes[:100] == 20).sum() < 75


def test_a_unit_is_hit_if_any_row_is_and_its_mean_leaves_out_what_is_unknown() -> None:
    unit = np.array([0, 0, 1, 2])
    targets = Targets(np.array([0, 1, 2]), np.array([0]), unit, np.array([True, True, False]))
    assert targets.any_of(np.array([False, True, False, False])).tolist() == [True, False, False]
    means = targets.mean_of(np.array([1.0, 3.0, np.nan, 5.0]))
    np.testing.assert_array_equal(means, [2.0, np.nan, 5.0])
