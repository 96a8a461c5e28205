from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.near_copies import attack
from tabsynth.evaluator.sides import Sides


def noisy(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Copies whose numbers are off by a few hundredths of a standard deviation, and a category now and then."""
    rng = np.random.default_rng(seed)
    changed = frame.copy()
    for name in ("age", "income", "score"):
        changed[name] = frame[name] + rng.normal(0, 0.03, len(frame)) * frame[name].std()
    changed["income"] = changed["income"].round(2)
    swapped = rng.random(len(frame)) < 0.05
    changed.loc[swapped, "region"] = "east"
    return changed


def test_noisy_copies_among_fresh_rows_are_found(make_sides: Callable[..., Sides], people: Callable) -> None:
    training = people(600, 1)
    synthetic = pd.concat([noisy(training.head(120), 5), people(480, 3)])
    found = attack(make_sides(training, people(300, 2), synthetic))
    assert found.p_value is not None and found.p_value < 1e-4
    assert found.effect is not None and found.effect > 0.1


def test_fresh_and_shuffled_rows_are_no_near_copies(
    make_sides: Callable[..., Sides], shuffle_columns: Callable, people: Callable
) -> None:
    training = people(600, 1)
    shuffled = shuffle_columns(training)
    for synthetic in (people(600, 3), shuffled):
        found = attack(make_sides(training, people(300, 2), synthetic))
        assert found.p_value is not None and found.p_value > 0.01


def test_of_a_copy_every_row_has_a_near_copy(make_sides: Callable[..., Sides], people: Callable) -> None:
    training = people(300, 1)
    found = attack(make_sides(training, people(150, 2), training))
    assert found.effect == pytest.approx(1.0, abs=0.02)
    assert found.parts[0].value == 1.0
    assert found.parts[0].control is not None and found.parts[0].control < 0.05


def test_a_synthetic_row_is_a_near_copy_of_one_real_row_at_most(
    make_sides: Callable[..., Sides], people: Callable
) -> None:
    training, holdout = people(200, 1), people(200, 2)
    found = attack(make_sides(training, holdout, pd.concat([training, holdout])))
    for part in found.parts:
        assert part.value is not None and part.control is not None
        assert part.value + part.control <= 1.0
        assert part.p_value is not None and part.p_value > 0.3


def test_what_a_sample_of_training_shows_holds_for_all_of_it(make_sides: Callable[..., Sides]) -> None:
    rng = np.random.default_rng(0)
    training, holdout, fresh = (pd.DataFrame(rng.random((rows, 6))).rename(columns=str) for rows in (8_000, 800, 800))
    found = attack(make_sides(training, holdout, pd.concat([training.head(800), fresh])))
    assert found.effect == pytest.approx(0.5, abs=0.08)
    assert found.parts[0].value == pytest.approx(0.25, abs=0.04)


def test_a_group_that_was_copied_is_one_hit(make_sides: Callable[..., Sides], people: Callable) -> None:
    def grouped(rows: int, seed: int, size: int) -> pd.DataFrame:
        return people(rows, seed).assign(key=[f"{seed}-{row // size}" for row in range(rows)])

    training, holdout = grouped(400, 1, 20), grouped(400, 2, 20)
    one = attack(make_sides(training, holdout, pd.concat([training.head(20), grouped(380, 3, 20)]), group_by="key"))
    every = attack(make_sides(training, holdout, training, group_by="key"))
    assert one.p_value is not None and one.p_value > 0.01
    assert every.p_value is not None and every.p_value < 1e-6


def test_with_too_few_rows_it_is_not_run(make_sides: Callable[..., Sides], people: Callable) -> None:
    found = attack(make_sides(people(50, 1), people(5, 2), people(50, 3)))
    assert (found.effect, found.p_value, found.parts) == (None, None, ())
    assert found.note.startswith("not run")
