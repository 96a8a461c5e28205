import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from tabsynth.artifact.ledger import GaussianSteps
from tabsynth.privacy.dp.gaussian import gaussian_delta
from tabsynth.privacy.dp.loss_curves import AddedSubjectLoss, prv_epsilon, rdp_epsilon


def steps(noise: float, rate: float, count: int) -> GaussianSteps:
    return GaussianSteps(noise_multiplier=noise, sample_rate=rate, steps=count)


@pytest.mark.parametrize(("noise", "count"), [(2.0, 1), (6.0, 1), (20.0, 100)])
def test_without_subsampling_both_bounds_lie_above_the_exact_epsilon_and_prv_hardly(noise: float, count: int) -> None:
    # T Gaussian steps are one with the noise divided by the root of T.
    exact = brentq(lambda epsilon: gaussian_delta(noise / math.sqrt(count), epsilon) - 1e-6, 0, 50)
    prv, rdp = prv_epsilon([steps(noise, 1.0, count)], 1e-6), rdp_epsilon([steps(noise, 1.0, count)], 1e-6)
    assert prv is not None
    assert exact <= prv <= 1.02 * exact
    assert exact <= rdp <= 1.25 * exact


def test_one_subsampled_step_is_bounded_tightly() -> None:
    # delta(eps) of one step by integration of max(0, P - e^eps Q), P = (1 - q) N(0) + q N(1), Q = N(0).
    q, sigma, delta = 0.1, 1.0, 1e-4

    def exact_delta(epsilon: float) -> float:
        def gap(x: float) -> float:
            base = norm.pdf(x, 0, sigma)
            return max(0.0, (1 - q) * base + q * norm.pdf(x, 1, sigma) - math.exp(epsilon) * base)

        return float(quad(gap, -5, 12, limit=500, points=[2, 3, 4])[0])

    exact = brentq(lambda epsilon: exact_delta(epsilon) - delta, 0.01, 10)
    bound = prv_epsilon([steps(sigma, q, 1)], delta)
    assert bound is not None
    assert exact <= bound <= 1.02 * exact


def test_the_loss_of_an_added_subject_agrees_with_sampling() -> None:
    q, sigma = 0.2, 1.5
    x = np.random.default_rng(0).normal(0, sigma, 200_000)
    losses = -np.log(1 - q + q * np.exp((2 * x - 1) / (2 * sigma**2)))
    loss = AddedSubjectLoss(q, sigma)
    for t in (-0.3, -0.05, 0.0, 0.05, 0.15, 0.2):
        assert float(loss.cdf(t)) == pytest.approx((losses <= t).mean(), abs=0.005)
    assert float(loss.cdf(-math.log(1 - q))) == 1.0


def test_parts_of_different_noise_compose_to_less_than_their_sum_and_more_than_either() -> None:
    first, second = [steps(6.0, 1.0, 1)], [steps(1.0, 0.01, 500)]
    both, one, other = (prv_epsilon(parts, 1e-5) for parts in (first + second, first, second))
    assert both is not None and one is not None and other is not None
    assert max(one, other) < both < one + other
    assert both <= rdp_epsilon(first + second, 1e-5)


def test_the_composition_of_different_parts_agrees_with_sampled_losses() -> None:
    # Without Opacus: L = log P/Q of x ~ P, P = (1 - q) N(0, σ²) + q N(1, σ²); delta = E[max(0, 1 - e^(eps - L))].
    rng, rows, q, sigma, first, count, delta = np.random.default_rng(0), 200_000, 0.1, 1.0, 1.5, 20, 0.02
    total = (2 * rng.normal(1, first, rows) - 1) / (2 * first**2)
    for _ in range(count):
        x = rng.normal(0, sigma, rows) + (rng.random(rows) < q)
        total += np.log1p(q * np.expm1((2 * x - 1) / (2 * sigma**2)))
    bound = prv_epsilon([steps(first, 1.0, 1), steps(sigma, q, count)], delta)
    assert bound is not None
    sampled = np.maximum(0, 1 - np.exp(bound - total))
    assert sampled.mean() <= delta + 3 * sampled.std() / math.sqrt(rows)
    tighter = np.maximum(0, 1 - np.exp(0.95 * bound - total))
    assert tighter.mean() > delta + 3 * tighter.std() / math.sqrt(rows)


def test_no_steps_cost_nothing() -> None:
    assert prv_epsilon([], 1e-5) == rdp_epsilon([], 1e-5) == 0.0


def test_where_numerical_composition_fails_there_is_still_a_bound() -> None:
    assert prv_epsilon([steps(0.05, 0.5, 100_000)], 1e-5) is None
    assert rdp_epsilon([steps(0.05, 0.5, 100_000)], 1e-5) > 1_000


def test_a_tiny_delta_is_left_to_rdp() -> None:
    assert prv_epsilon([steps(1.0, 0.01, 10)], 1e-12) is None
