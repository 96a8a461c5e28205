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


def test_with_equal_sizes_seven_copies_are_the_fewest_that_are_noticed() -> None:
    # Each copy is in training or in the holdout with equal chance: 2**-6 > .01 > 2**-7.
    found = exact_copies(rows(0, 1_000), rows(2_000, 3_000), rows(5_000, 6_000), seeds=SEEDS)
    assert found.noticeable == pytest.approx(0.007)
    assert found.excess.note == (
        "0 of 1,000 synthetic rows equal one of 1,000 training rows, 0 equal one of 1,000 holdout rows; "
        "one-sided Fisher p = 1; with this holdout fewer than about 7 copies beyond chance (0.7%) would not be noticed"
    )


@pytest.mark.parametrize(("num_copies", "is_noticed"), [(43, False), (44, True)])
def test_a_holdout_of_a_tenth_notices_from_the_44th_copy_on(num_copies: int, is_noticed: bool) -> None:
    # A copy misses the holdout with a chance of 9/10: .9**43 > .01 > .9**44.
    synthetic = np.concatenate([rows(0, num_copies), rows(5_000, 6_000 - num_copies)])
    found = exact_copies(rows(0, 1_800), rows(2_000, 2_200), synthetic, seeds=SEEDS)
    assert found.noticeable == pytest.approx(0.044)
    assert (found.p_value < 0.01) is is_noticed
    assert ("would not be noticed" in found.excess.note) is not is_noticed


def test_more_copies_go_unnoticed_where_the_holdout_is_hit_as_well() -> None:
    synthetic = np.concatenate([rows(0, 20), rows(2_000, 2_020), rows(5_000, 5_960)])
    found = exact_copies(rows(0, 1_000), rows(2_000, 3_000), synthetic, seeds=SEEDS)
    worse = np.concatenate([rows(0, 39), rows(2_000, 2_020), rows(5_000, 5_941)])
    noticed = exact_copies(rows(0, 1_000), rows(2_000, 3_000), worse, seeds=SEEDS)
    assert found.noticeable == noticed.noticeable == pytest.approx(0.019)
    assert noticed.p_value < 0.01 < found.p_value


def test_where_even_a_table_of_copies_goes_unnoticed_it_says_so() -> None:
    # All 300 copies miss a holdout of a hundredth with a chance of .99**300 = .049.
    found = exact_copies(rows(0, 990), rows(2_000, 2_010), rows(0, 300), seeds=SEEDS)
    assert found.excess.value == pytest.approx(1.0)
    assert 0.04 < found.p_value < 0.05
    assert found.noticeable > 1
    assert found.excess.note.endswith("with so few rows no number of copies would be noticed")
