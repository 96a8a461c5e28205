"""A subject with many rows counts once."""

import numpy as np
import pytest

from tabsynth.errors import DataError
from tabsynth.privacy.protect.subjects import Subjects

GROUPS = np.array([70, 70, 70, -5, -5, 8, 9, 10, 11, 12])


def test_rows_are_counted_where_each_is_a_subject() -> None:
    assert Subjects.of(None, 10).holding(np.array([0, 0, 2]), 4).tolist() == [2, 0, 1, 0]


def test_three_rows_of_one_group_hold_a_value_once() -> None:
    codes = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    assert Subjects.of(GROUPS, 10).holding(codes, 3).tolist() == [2, 5, 0]


def test_some_rows_alone_are_counted_by_their_own_subjects() -> None:
    assert Subjects.of(GROUPS, 10).holding(np.array([0, 0, 0]), 1, np.array([0, 1, 5])).tolist() == [2]


def test_arrivals_are_the_places_of_new_subjects() -> None:
    order = np.array([9, 0, 1, 2, 3, 8])
    assert Subjects.of(GROUPS, 10).arrivals(order).tolist() == [0, 1, 4, 5]
    assert Subjects.of(None, 10).arrivals(order).tolist() == [0, 1, 2, 3, 4, 5]


def test_fewer_subjects_than_a_threshold_may_ask_for_are_refused() -> None:
    with pytest.raises(DataError, match=r"6 subjects.*protect=False"):
        Subjects.of(np.array([1, 2, 3, 4, 5, 6, 6, 6, 6, 6]), 10)


def test_another_number_of_subjects_than_rows_is_refused() -> None:
    with pytest.raises(DataError, match="10 subjects are given for 11 rows"):
        Subjects.of(GROUPS, 11)
