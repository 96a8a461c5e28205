from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.exact_copies import attack, exact_copies
from tabsynth.evaluator.sides import Sides
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
RECURRING = np.repeat(np.arange(90_000, 90_020, dtype=np.uint64), 2)
"""Real rows that occur twice: with them among some thousand rows, the holdout alone can say what a copy is."""


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
    assert found.excess.value == 0.0
    assert found.p_value == 1.0


def test_new_rows_are_no_copies() -> None:
    found = exact_copies(rows(0, 100), rows(200, 300), rows(400, 500), seeds=SEEDS)
    assert found.excess.value == 0.0
    assert found.p_value == 1.0


def test_common_rows_that_chance_put_into_training_alone_are_no_copies() -> None:
    # Eight copies each: a synthesizer that knows the population makes them as well.
    training = np.concatenate([np.repeat(rows(0, 60), 8), rows(100, 400)])
    synthetic = np.concatenate([np.repeat(rows(0, 60), 8), rows(5_000, 5_300)])
    found = exact_copies(training, rows(1_000, 1_200), synthetic, seeds=SEEDS)
    assert found.excess.value == 0.0
    assert found.p_value == 1.0


def test_training_that_was_repeated_is_still_searched_for() -> None:
    found = exact_copies(np.repeat(rows(0, 400), 2), rows(1_000, 1_200), rows(0, 400), seeds=SEEDS)
    assert found.excess.value == pytest.approx(1.0)
    assert found.p_value < 1e-6


def test_with_equal_sizes_seven_copies_are_the_fewest_that_are_noticed() -> None:
    # Each copy is in training or in the holdout with equal chance: 2**-6 > .01 > 2**-7.
    found = exact_copies(rows(0, 1_000), rows(2_000, 3_000), rows(5_000, 6_000), seeds=SEEDS)
    assert found.noticeable == pytest.approx(0.007)
    assert found.excess.note == (
        "0 of 1,000 synthetic rows equal a training row, 0 a holdout row; sought were 1,000 training and 1,000 holdout "
        "rows that occur once; one-sided Fisher p = 1; with this holdout fewer than about 7 copies beyond chance "
        "(0.7%) would not be noticed"
    )


@pytest.mark.parametrize(("num_copies", "is_noticed"), [(43, False), (44, True)])
def test_a_holdout_of_a_tenth_notices_from_the_44th_copy_on(num_copies: int, is_noticed: bool) -> None:
    # A copy misses the holdout with a chance of 9/10: .9**43 > .01 > .9**44.
    synthetic = np.concatenate([rows(0, num_copies), rows(50_000, 51_000 - num_copies)])
    found = exact_copies(np.concatenate([rows(0, 18_000), RECURRING]), rows(20_000, 22_000), synthetic, seeds=SEEDS)
    assert found.noticeable == pytest.approx(0.044)
    assert (found.p_value < 0.01) is is_noticed
    assert ("would not be noticed" in found.excess.note) is not is_noticed


def test_where_even_a_table_of_copies_goes_unnoticed_it_says_so() -> None:
    found = exact_copies(np.concatenate([rows(0, 990), RECURRING]), rows(2_000, 2_010), rows(0, 300), seeds=SEEDS)
    assert found.excess.value == pytest.approx(1.0)
    assert 0.01 < found.p_value < 0.05
    assert found.noticeable > 0.3
    few = exact_copies(np.concatenate([rows(0, 20), RECURRING]), rows(100, 101), rows(0, 20), seeds=SEEDS)
    assert few.noticeable > 1
    assert few.excess.note.endswith("with so few rows no number of copies would be noticed")


def test_a_copy_of_training_succeeds_and_fresh_or_shuffled_rows_do_not(
    make_sides: Callable[..., Sides], shuffle_columns: Callable, people: Callable
) -> None:
    training, holdout = people(600, 1), people(200, 2)
    shuffled = shuffle_columns(training)
    copied, fresh, mixed = (
        attack(make_sides(training, holdout, synthetic)) for synthetic in (training, people(600, 3), shuffled)
    )
    score = copied.scores["exact_copy_excess"]
    assert score.value is not None and score.value >= 0.9 and score.reference == 0.0
    assert copied.effect is not None and copied.effect >= 0.9
    assert copied.p_value is not None and copied.p_value < 1e-6
    for harmless in (fresh, mixed):
        assert harmless.p_value is not None and harmless.p_value > 0.01
    assert fresh.scores["exact_copy_excess"].value == 0.0


def test_one_copied_row_in_twenty_is_far_beyond_chance(make_sides: Callable[..., Sides], people: Callable) -> None:
    training, fresh = people(1_500, 1), people(1_425, 3)
    found = attack(make_sides(training, people(700, 2), pd.concat([training.head(75), fresh])))
    assert found.p_value is not None and found.p_value < 1e-6
    assert found.effect == pytest.approx(0.05, abs=0.005)
    assert found.effect > found.limit


def test_rows_that_a_group_copies_are_found_and_a_group_is_one_hit(
    make_sides: Callable[..., Sides], people: Callable
) -> None:
    def grouped(rows: int, seed: int, size: int) -> pd.DataFrame:
        return people(rows, seed).assign(key=[f"{seed}-{row // size}" for row in range(rows)])

    training, holdout = grouped(400, 1, 4), grouped(200, 2, 4)
    copied = attack(make_sides(training, holdout, training, group_by="key"))
    assert copied.effect == 1.0
    assert copied.p_value is not None and copied.p_value < 1e-6
    one_group = pd.concat([training.head(40).assign(key="x"), grouped(360, 3, 4)])
    long = grouped(400, 1, 40)  # ten groups
    found = attack(make_sides(long, holdout, one_group, group_by="key"))
    assert found.p_value is not None and found.p_value > 0.1


def test_a_table_without_columns_cannot_be_searched(make_sides: Callable[..., Sides]) -> None:
    only_keys = pd.DataFrame({"key": [f"a{row}" for row in range(30)]})
    found = attack(make_sides(only_keys, only_keys, only_keys, group_by="key"))
    assert (found.effect, found.p_value) == (None, None)
    assert found.scores["exact_copy_excess"].value is None
    assert "no column" in found.note


@pytest.mark.parametrize(("copies", "noticed"), [(10, False), (20, True), (40, True)])
def test_where_no_real_row_recurs_few_copies_are_noticed_even_with_a_small_holdout(copies: int, noticed: bool) -> None:
    synthetic = np.concatenate([rows(0, copies), rows(50_000, 51_000 - copies)])
    found = exact_copies(rows(0, 2_250), rows(10_000, 10_250), synthetic, seeds=SEEDS)
    assert (found.p_value < 1e-6) == noticed


def test_where_real_rows_recur_copies_are_judged_by_the_holdout_alone() -> None:
    recurring = np.repeat(rows(0, 500), 2)
    training = np.concatenate([recurring, rows(2_000, 3_250)])
    synthetic = np.concatenate([rows(2_000, 2_020), rows(50_000, 50_980)])
    found = exact_copies(training, rows(10_000, 10_250), synthetic, seeds=SEEDS)
    assert found.p_value > 0.01


def test_fresh_rows_of_a_population_that_hardly_recurs_are_no_copies() -> None:
    rng = np.random.default_rng(0)
    p_values = []
    for _ in range(60):
        drawn = rng.integers(0, 4_000_000, 3_500).astype(np.uint64)
        p_values.append(exact_copies(drawn[:2_250], drawn[2_250:2_500], drawn[2_500:], seeds=SEEDS).p_value)
    assert min(p_values) > 0.001
