import math

import pytest

from tabsynth.artifact.ledger import GaussianSteps
from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.accountant import epsilon_of
from tabsynth.privacy.dp.gaussian import gaussian_noise
from tabsynth.privacy.dp.noise import solve_noise


@pytest.mark.parametrize(("target", "rate", "steps"), [(1.0, 0.01, 500), (0.5, 1.0, 20)])
def test_the_solver_never_overshoots_and_undershoots_by_less_than_two_percent(
    target: float, rate: float, steps: int
) -> None:
    noise = solve_noise(target, 1e-5, sample_rate=rate, steps=steps)
    spent = epsilon_of([GaussianSteps(noise_multiplier=noise, sample_rate=rate, steps=steps)], 1e-5).value
    assert 0.98 * target < spent <= target


def test_without_subsampling_the_noise_is_the_exact_one_of_a_gaussian() -> None:
    assert solve_noise(2.0, 1e-5, sample_rate=1.0, steps=16) == pytest.approx(4 * gaussian_noise(2.0, 1e-5), rel=0.02)
    assert solve_noise(2.0, 1e-5, sample_rate=1.0, steps=16) >= 4 * gaussian_noise(2.0, 1e-5)


def test_what_was_spent_before_is_paid_from_the_same_epsilon() -> None:
    before = GaussianSteps(noise_multiplier=2.0, sample_rate=1.0, steps=1)
    noise = solve_noise(4.0, 1e-5, sample_rate=0.02, steps=200, before=[before])
    later = GaussianSteps(noise_multiplier=noise, sample_rate=0.02, steps=200)
    assert 0.98 * 4 < epsilon_of([before, later], 1e-5).value <= 4
    # Alone, the training would have cost clearly less.
    assert epsilon_of([later], 1e-5).value < 0.95 * 4


def test_a_target_that_is_spent_already_is_an_error() -> None:
    before = GaussianSteps(noise_multiplier=0.5, sample_rate=1.0, steps=1)
    with pytest.raises(ConfigError, match="out of reach"):
        solve_noise(1.0, 1e-5, sample_rate=0.02, steps=10, before=[before])


@pytest.mark.parametrize(("target", "rate", "steps"), [(0.0, 0.1, 1), (math.inf, 0.1, 1), (1.0, 0.0, 1), (1.0, 0.1, 0)])
def test_settings_that_mean_nothing_are_an_error(target: float, rate: float, steps: int) -> None:
    with pytest.raises(ConfigError):
        solve_noise(target, 1e-5, sample_rate=rate, steps=steps)
