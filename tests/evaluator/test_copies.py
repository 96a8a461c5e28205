import numpy as np
import pytest

from tabsynth.evaluator.copies import exact_copies
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def rows(start: int, stop: int) -> np.ndarray:
    return np.arange(start, stop, dtype=np.uint64)


def test_a_copied_table_has_an_excess_of_one_even_with_a_small_holdout() -> None:
    found = exact_copies(rows(0, 900), rows(1_000, 1_200), rows(0, 900), seeds=SEEDS)
    assert found.excess.value == pytest.approx(1.0)
    assert found.p_value < 1e-6


def test_with_equal_sizes_the_excess_is_the_difference_of_the_two_shares() -> None:
    synthetic = np.concatenate([rows(0, 30), rows(1_000, 1_010), rows(5_000, 5_060)])
    found = exact_copies(rows(0, 400), rows(1_000, 1_400), synthetic, seeds=SEEDS)
    assert (found.training_share, found.holdout_share) == (0.3, 0.1)
    assert found.excess.value == pytest.approx(0.2)


def test_rows_that_both_tables_hold_are_no_copies() -> None:
    found = exact_copies(rows(0, 50), rows(0, 50), rows(0, 50), seeds=SEEDS)
    assert found.excess.value == pytest.approx(0.0)
    assert found.p_value == pytest.approx(1.0)


def test_new_rows_are_no_copies() -> None:
    found = exact_copies(rows(0, 100), rows(200, 300), rows(400, 500), seeds=SEEDS)
    assert found.excess.value == 0.0
    assert found.p_value == 1.0


def test_one_copied_row_in_twenty_is_significant() -> None:
    synthetic = np.concatenate([rows(0, 50), rows(9_000, 9_950)])
    found = exact_copies(rows(0, 3_000), rows(4_000, 4_400), synthetic, seeds=SEEDS)
    assert found.excess.value == pytest.approx(0.05, abs=0.01)
    assert found.p_value < 0.01
