from itertools import combinations

import numpy as np
import pytest

from tabsynth.evaluator.attacks.lots import (
    counts_p_value,
    hits_p_value,
    low_alarms,
    ranks_p_value,
    smallest_p_value,
    threshold,
)


def labellings(units: int, members: int) -> list[np.ndarray]:
    found = []
    for chosen in combinations(range(units), members):
        is_member = np.zeros(units, dtype=bool)
        is_member[list(chosen)] = True
        found.append(is_member)
    return found


def test_three_hits_among_six_are_all_members_in_one_of_twenty_labellings() -> None:
    is_member = np.array([True, True, True, False, False, False])
    assert hits_p_value(is_member, is_member) == pytest.approx(1 / 20)
    assert hits_p_value(~is_member, is_member) == 1.0
    assert counts_p_value(0, 3, 0, 6) == 1.0


def test_members_before_all_others_have_one_of_ten_orders() -> None:
    found = low_alarms(np.array([5.0, 4.0, 3.0, 2.0, 1.0]), np.array([True, True, True, False, False]))
    assert (found.hit_rate, found.alarm_rate) == (1.0, 0.0)
    assert found.p_value == pytest.approx(1 / 10)


def test_members_as_high_as_the_threshold_are_not_recognised() -> None:
    found = low_alarms(np.array([2.0, 2.0, 3.0, 2.0, 1.0]), np.array([True, True, True, False, False]))
    assert found.hit_rate == pytest.approx(1 / 3)


def test_one_in_a_hundred_others_may_lie_above_the_threshold() -> None:
    assert threshold(np.arange(100.0)) == 98.0
    assert threshold(np.arange(99.0)) == 98.0


@pytest.mark.parametrize("scores", [[6, 5, 4, 3, 2, 1, 0], [1, 1, 1, 0, 0, 0, 0], [3, 3, 2, 2, 1, 1, 0]])
def test_no_p_value_comes_up_more_often_than_it_says_when_labels_are_drawn(scores: list[int]) -> None:
    values = np.array(scores, dtype=float)
    for members in (2, 4):
        every = labellings(len(values), members)
        for p_values in (
            np.array([low_alarms(values, labels).p_value for labels in every]),
            np.array([hits_p_value(values > 1, labels) for labels in every]),
        ):
            for level in np.unique(p_values):
                assert (p_values <= level).mean() <= level + 1e-9


def test_equal_scores_tell_nothing() -> None:
    assert ranks_p_value(np.ones(6), np.array([True, False, True, False, True, False])) == 1.0


def test_members_that_rank_higher_have_a_small_p_value() -> None:
    is_member = np.arange(60) < 30
    assert ranks_p_value(np.where(is_member, 1.0, 0.0), is_member) < 1e-9
    assert ranks_p_value(np.where(is_member, 0.0, 1.0), is_member) > 0.99


def test_the_smallest_p_value_is_corrected_for_how_many_there_are() -> None:
    assert smallest_p_value([0.4, None, 0.01]) == pytest.approx(0.02)
    assert smallest_p_value([None]) is None


def test_members_that_only_vary_more_are_not_recognised_where_scores_are_mirrored() -> None:
    is_member = np.arange(200) < 100
    spread = np.concatenate([np.linspace(-10, 10, 100), np.linspace(-1, 1, 100)])
    assert low_alarms(spread, is_member).p_value < 1e-6
    assert low_alarms(spread, is_member, mirrored=True).p_value > 0.3
    assert low_alarms(np.abs(spread), is_member, mirrored=True).p_value < 1e-6
