import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tabsynth.evaluator.attacks.ranks import Ranks

NUMBERS = arrays(np.float64, st.integers(1, 30), elements=st.floats(-1e300, 1e300))


def test_a_constant_has_the_middle_rank_and_others_the_ends() -> None:
    ranks = Ranks.fit(np.full(10, 7.0))
    assert ranks(np.array([6.9, 7.0, 7.1])).tolist() == [0.0, 0.5, 1.0]


def test_far_from_a_value_the_rank_is_the_share_below() -> None:
    ranks = Ranks.fit(np.array([0.0] * 30 + [100.0] * 10))
    assert ranks(np.array([-100.0, 50.0, 200.0])) == pytest.approx([0.0, 0.75, 1.0])


def test_at_a_value_that_stands_alone_in_the_window_half_of_it_counts_as_below() -> None:
    ranks = Ranks.fit(np.array([0.0] * 30 + [100.0] * 10))
    assert ranks(np.array([0.0, 100.0])) == pytest.approx([0.375, 0.875])


def test_a_little_noise_on_a_common_value_moves_its_rank_little() -> None:
    rng = np.random.default_rng(0)
    numbers = np.concatenate([np.zeros(900), rng.exponential(1_000, 100)])
    ranks = Ranks.fit(numbers)
    noise = 0.02 * numbers.std()
    assert abs(ranks(np.array([noise])) - ranks(np.array([0.0])))[0] < 0.05


def test_without_noise_it_is_close_to_the_plain_rank_where_numbers_are_spread_evenly() -> None:
    numbers = np.linspace(0, 1, 1_001)
    inner = np.array([0.2, 0.5, 0.8])
    assert Ranks.fit(numbers)(inner) == pytest.approx(inner, abs=0.002)


@given(NUMBERS, NUMBERS)
def test_ranks_are_between_0_and_1_and_never_fall(real: np.ndarray, asked: np.ndarray) -> None:
    found = Ranks.fit(real)(np.sort(asked))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= -1e-9).all()


def test_the_unit_of_measure_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    real, asked = rng.normal(size=50), rng.normal(size=20)
    assert Ranks.fit(real * 1_000 + 7)(asked * 1_000 + 7) == pytest.approx(Ranks.fit(real)(asked), abs=1e-9)
