"""Each end is shared by as many subjects as were drawn."""

import numpy as np

from tabsynth.privacy.protect.extremes import bound_rows, clipped_rows
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.thresholds import Thresholds

ROWS = Subjects.of(None, 20)


def clipped(values: np.ndarray, subjects: Subjects, thresholds: Thresholds) -> np.ndarray:
    rows = np.arange(len(values))
    return values[clipped_rows(values, rows, bound_rows(values, rows, subjects, thresholds))]


def test_the_fifth_lowest_and_the_seventh_highest_are_the_bounds() -> None:
    values = np.random.default_rng(0).permutation(20)
    assert clipped(values, ROWS, Thresholds(5, 5, 7)).tolist() == np.clip(values, 4, 13).tolist()


def test_values_that_are_shared_already_stay() -> None:
    values = np.array([0] * 8 + [1] * 4 + [2] * 8)
    assert clipped(values, ROWS, Thresholds(7, 7, 7)).tolist() == values.tolist()


def test_a_hundred_extreme_rows_of_one_subject_count_once() -> None:
    values = np.concatenate([np.full(100, 1_000), np.arange(20)])
    subjects = Subjects.of(np.concatenate([np.full(100, 99), np.arange(20)]), 120)
    assert clipped(values, subjects, Thresholds(5, 5, 5)).max() == 16
    assert clipped(values, Subjects.of(None, 120), Thresholds(5, 5, 5)).max() == 1_000


def test_too_few_for_both_ends_all_become_the_middle_one() -> None:
    values = np.arange(9)
    assert set(clipped(values, Subjects.of(None, 9), Thresholds(5, 6, 6))) == {4}
    assert set(clipped(np.arange(6), Subjects.of(None, 20), Thresholds(5, 7, 5))) == {3}


def test_rows_without_a_value_keep_their_own() -> None:
    values, rows = np.arange(20), np.arange(2, 20)
    donors = clipped_rows(values, rows, bound_rows(values, rows, ROWS, Thresholds(5, 5, 5)))
    assert donors[:2].tolist() == [0, 1]
    assert donors[2] == 6
