import numpy as np
import pytest

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.halves import Halves, half_width, rounds


def test_a_half_holds_half_of_the_rows_once_each() -> None:
    halves = Halves(21, None, np.random.default_rng(0))
    drawn = [halves.draw() for _ in range(20)]
    assert all(len(set(rows.tolist())) == len(rows) == 11 for rows in drawn)
    assert set(np.concatenate(drawn).tolist()) == set(range(21))


def test_groups_are_drawn_whole() -> None:
    codes = np.repeat(np.arange(10), 3)
    halves = Halves(30, Groups(codes, np.arange(30.0)), np.random.default_rng(0))
    rows = halves.draw()
    assert len(rows) == 15
    assert set(np.bincount(codes[rows], minlength=10).tolist()) == {0, 3}


def test_a_few_rows_or_groups_are_not_enough() -> None:
    rng = np.random.default_rng(0)
    assert [Halves(size, None, rng).enough for size in (0, 9, 10)] == [False, False, True]
    assert not Halves(90, Groups(np.repeat(np.arange(9), 10), np.arange(90.0)), rng).enough


def test_the_interval_of_a_mean_is_that_of_the_textbook() -> None:
    # The standard error of the mean of 400 numbers is their deviation over 20; halves find it.
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=400)
    halves = Halves(400, None, rng)
    drawn = np.array([numbers[halves.draw()].mean() for _ in range(400)])
    assert half_width(drawn) == pytest.approx(1.97 * numbers.std() / 20, rel=0.1)


def test_wide_tables_get_fewer_halves() -> None:
    assert [len(list(rounds(columns))) for columns in (100, 101)] == [60, 30]
