"""Rare categories become kept ones in their shares."""

import numpy as np

from tabsynth.privacy.protect.categories import Census, merged_categories, rare_categories

RNG = np.random.default_rng(0)


def census(rows: list[int], subjects: list[int] | None = None, keys: list[int] | None = None) -> Census:
    return Census(np.array(rows), np.array(subjects or rows), np.array(keys or [0] * len(rows)))


def merged(some: Census, threshold: int = 5) -> list[int] | None:
    target = merged_categories(some, threshold, np.random.default_rng(0))
    return None if target is None else target.tolist()


def test_four_holders_are_rare_and_five_are_not() -> None:
    assert rare_categories(census([4, 5, 0, 90]), 5).tolist() == [True, False, False, False]
    assert merged(census([4, 5, 0])) == [1, 1, 2]


def test_subjects_decide_not_rows() -> None:
    assert merged(census([100, 50, 0], [3, 50, 0])) == [1, 1, 2]


def test_few_missing_cells_become_a_category() -> None:
    assert merged(census([50, 3])) == [0, 0]


def test_a_rare_category_does_not_go_missing_while_another_is_kept() -> None:
    for seed in range(20):
        assert merged_categories(census([2, 6, 500]), 5, np.random.default_rng(seed)).tolist() == [1, 1, 2]


def test_all_goes_missing_where_no_category_is_kept() -> None:
    assert merged(census([2, 3, 500])) == [2, 2, 2]
    assert merged(census([2, 3, 1])) == [2, 2, 2]


def test_nothing_can_be_said_where_all_are_rare_and_none_is_missing() -> None:
    assert merged(census([2, 3, 0])) is None


def test_a_kept_category_of_the_same_key_comes_first() -> None:
    for seed in range(20):
        target = merged_categories(census([2, 900, 6, 0], keys=[1, 0, 1, 0]), 5, np.random.default_rng(seed))
        assert target.tolist() == [2, 1, 2, 3]


def test_without_one_of_its_key_any_kept_one_will_do() -> None:
    assert merged(census([2, 900, 0], keys=[1, 0, 0])) == [1, 1, 2]


def test_they_are_drawn_in_the_shares_of_the_kept() -> None:
    target = merged(census([1] * 4_000 + [300, 100, 0]))
    assert target is not None
    drawn = np.array(target[:4_000]) == 4_000
    assert abs(drawn.mean() - 0.75) < 4 * np.sqrt(0.75 * 0.25 / 4_000)
