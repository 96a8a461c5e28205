"""The attack of someone who holds the model, on losses that are solved by hand."""

from math import comb

import numpy as np
import pytest

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.attacks.loss import RecordLosses, attack
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def attacked(training: object, holdout: object) -> Attack:
    return attack(RecordLosses(np.asarray(training, dtype=float), np.asarray(holdout, dtype=float)), SEEDS)


def test_rows_that_are_all_likelier_than_others_are_all_recognised() -> None:
    found = attacked(np.arange(10), np.arange(10, 20))
    area, low_alarms = found.parts
    assert (area.value, area.low, area.high, area.n) == (1.0, 1.0, 1.0, 10)
    assert (low_alarms.value, low_alarms.control) == (1.0, 0.0)
    # One order of twenty rows in C(20, 10) has all learned ones first.
    assert area.p_value is not None and area.p_value < 1e-4  # by the normal approximation
    assert low_alarms.p_value == pytest.approx(1 / comb(20, 10), rel=1e-6)
    assert found.p_value == pytest.approx(2 / comb(20, 10), rel=1e-6)
    assert found.effect == 0.5


def test_the_threshold_lets_one_in_a_hundred_others_through() -> None:
    holdout = np.arange(200.0)  # two of 200 may be taken for learned: the threshold is the third
    found = attacked([*np.full(6, 1.5), *np.full(34, 500.0)], holdout)
    low_alarms = found.parts[1]
    assert (low_alarms.value, low_alarms.control) == (6 / 40, 2 / 200)
    # Six or more learned rows before the third of the others, among all orders of 40 and 200.
    expected = 1 - sum(comb(k + 2, k) * comb(240 - k - 3, 40 - k) for k in range(6)) / comb(240, 40)
    assert low_alarms.p_value == pytest.approx(expected, rel=1e-6)
    assert found.parts[0].value == pytest.approx(6 * 198 / (40 * 200))


def test_losses_that_are_all_alike_tell_nothing() -> None:
    found = attacked(np.ones(50), np.ones(50))
    assert (found.parts[0].value, found.parts[1].value) == (0.5, 0.0)
    assert found.effect == 0.0
    assert found.p_value == 1.0


def test_under_the_null_p_values_are_honest() -> None:
    rng = np.random.default_rng(5)
    p_values = np.array([attacked(rng.normal(size=150), rng.normal(size=150)).p_value for _ in range(150)])
    assert (p_values <= 0.05).mean() <= 0.08
    assert (p_values <= 0.01).mean() <= 0.03
    assert p_values.mean() > 0.4


def test_a_few_rows_that_are_known_by_heart_show_at_the_low_end() -> None:
    rng = np.random.default_rng(0)
    losses = rng.normal(5, 1, 2_000)
    losses[:80] -= 5
    area, low_alarms = attacked(losses, rng.normal(5, 1, 2_000)).parts
    assert low_alarms.value is not None and low_alarms.value > 0.04
    assert low_alarms.p_value is not None and area.p_value is not None
    assert low_alarms.p_value < 1e-6 < area.p_value


def test_rows_without_a_loss_are_left_out_and_counted() -> None:
    training, holdout = np.arange(12.0), np.append(np.arange(12.0), [np.nan, np.inf])
    found = attacked(training, holdout)
    assert found.parts[0].value == 0.5
    assert "12 learned rows against 12 others. 2 others hold values" in found.note


def test_the_attack_informs_and_does_not_decide() -> None:
    assert not attacked(np.arange(10), np.arange(10, 20)).decides
    assert not attack(None, SEEDS).decides


@pytest.mark.parametrize(
    ("losses", "note"),
    [
        (None, "not run: the model is not at hand"),
        (RecordLosses(np.full(40, np.nan), np.arange(40.0)), "not run: fewer than 10 rows"),
        (RecordLosses(np.arange(40.0), np.arange(9.0)), "not run: fewer than 10 rows"),
        (RecordLosses(np.array([]), np.array([])), "not run: fewer than 10 rows"),
    ],
)
def test_what_cannot_be_run_says_why(losses: RecordLosses | None, note: str) -> None:
    found = attack(losses, SEEDS)
    assert (found.effect, found.p_value, found.parts) == (None, None, ())
    assert found.note.startswith(note)


def test_the_order_of_rows_does_not_matter_and_a_rerun_is_equal() -> None:
    rng = np.random.default_rng(0)
    training, holdout = rng.normal(0, 1, 60), rng.normal(1, 1, 60)
    found = attacked(training, holdout)
    assert attacked(training, holdout) == found
    again = attacked(rng.permutation(training), rng.permutation(holdout))
    assert [(part.value, part.p_value) for part in again.parts] == [(part.value, part.p_value) for part in found.parts]
    assert Attack.model_validate_json(found.model_dump_json()) == found
