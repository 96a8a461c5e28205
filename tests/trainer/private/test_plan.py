"""The plan of a private training from public facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.trainer.private.plan import BATCH_SUBJECTS, MAX_RATE, TOKENS_SEEN, plan_private


def test_a_large_table_is_drawn_in_batches_of_the_usual_size() -> None:
    plan = plan_private(32 * BATCH_SUBJECTS, 20)
    assert plan.sampling_rate == 1 / 32


def test_passes_that_are_asked_for_are_made() -> None:
    plan = plan_private(16 * BATCH_SUBJECTS, 20, max_passes=2.5)
    assert plan.steps == 40  # 16 steps a pass


def test_a_learning_rate_that_is_asked_for_is_taken() -> None:
    assert plan_private(1_000, 20, learning_rate=0.5).learning_rate == 0.5


@given(st.integers(1, 10_000_000), st.integers(1, 100_000))
def test_every_table_gets_a_plan_within_bounds(subjects: int, tokens: int) -> None:
    plan = plan_private(subjects, tokens)
    assert 0 < plan.sampling_rate <= MAX_RATE
    assert plan.steps >= 60
    assert 4 <= plan.physical_batch <= 128
    expected = plan.steps * plan.sampling_rate * subjects * tokens
    floor = 61 * plan.sampling_rate * subjects * tokens
    assert expected <= max(TOKENS_SEEN + 2 * plan.sampling_rate * subjects * tokens, floor)


@pytest.mark.parametrize("longer", [21, 200, 5_000])
def test_longer_records_never_get_more_steps(longer: int) -> None:
    assert plan_private(50_000, longer).steps <= plan_private(50_000, 20).steps
