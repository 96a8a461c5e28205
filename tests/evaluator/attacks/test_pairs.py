import numpy as np
import pytest

from tabsynth.evaluator.attacks.items import Rows
from tabsynth.evaluator.attacks.pairs import RareColumn, pair_items

NONE = -1


def codes(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def rows_of(size: int) -> Rows:
    return Rows(np.arange(size), np.arange(size), np.arange(size), np.arange(size), size)


def column(training: list[int], holdout: list[int], synthetic: list[int]) -> RareColumn:
    largest = max([*training, *holdout, *synthetic]) + 1
    return RareColumn(codes(training), codes(holdout), codes(synthetic), None, largest)


def test_a_pair_comes_back_only_if_both_values_do_in_one_row() -> None:
    first = column([0, 1, NONE], [2, NONE, NONE], [0, 1, NONE])
    second = column([0, 1, 2], [3, NONE, NONE], [0, NONE, 1])
    (items,) = pair_items([first, second], rows_of(3))
    ours, theirs = items.tallies(rows_of(3))
    assert (ours.trials.tolist(), ours.hits.tolist()) == ([1, 1, 0], [1, 0, 0])
    assert (theirs.trials.tolist(), theirs.hits.tolist()) == ([1, 0, 0], [0, 0, 0])


def test_the_chance_of_a_pair_is_that_of_independent_columns() -> None:
    first = column([0, 1], [NONE, NONE], [0, 0, NONE, NONE])
    second = column([0, 1], [NONE, NONE], [0, NONE, 1, NONE])
    (items,) = pair_items([first, second], rows_of(2))
    assert items.tallies(rows_of(2))[0].expected == pytest.approx(1 - np.exp(-2 * 1 / 4))


def test_columns_of_which_one_settles_the_other_make_no_pairs() -> None:
    airline = column([0, 0, 1, 1, 2, 2], [3] * 6, [0] * 6)
    code = column([5, 5, 6, 6, 7, 7], [8] * 6, [5] * 6)
    town = column([0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11], [0] * 6)
    assert len(list(pair_items([airline, code], rows_of(6)))) == 0
    assert len(list(pair_items([airline, town], rows_of(6)))) == 1


def test_numbers_that_follow_each_other_make_no_pairs() -> None:
    rng = np.random.default_rng(0)
    price = rng.normal(100, 9, 40)
    ours, theirs = codes(list(range(20))), codes(list(range(20, 40)))
    taxed = RareColumn(ours, theirs, ours, price * 1.2 + rng.normal(0, 0.1, 40), 40)
    plain = RareColumn(ours, theirs, ours, price, 40)
    other = RareColumn(ours, theirs, ours, rng.normal(0, 1, 40), 40)
    assert len(list(pair_items([plain, taxed], rows_of(20)))) == 0
    assert len(list(pair_items([plain, other], rows_of(20)))) == 1


def test_columns_without_rare_values_make_no_pairs() -> None:
    empty = column([NONE, NONE], [NONE, NONE], [NONE, NONE])
    assert list(pair_items([empty, empty], rows_of(2))) == []
    assert list(pair_items([], rows_of(0))) == []
