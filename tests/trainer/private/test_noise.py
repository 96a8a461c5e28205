"""Noise of the right size on every weight, once."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import stats

from tabsynth.trainer.private.noise import noisy_adam, normal_noise
from tabsynth.trainer.private.settings import PrivateTraining

Promised = Callable[..., PrivateTraining]


def after_step(gradient: float, privacy: PrivateTraining, subjects: int) -> torch.Tensor:
    """The gradient that Adam was given, for a summed gradient of one value everywhere."""
    weight = torch.nn.Parameter(torch.zeros(200, 200))
    optimizer = noisy_adam([weight], privacy, subjects)
    weight.grad = torch.full_like(weight, gradient)
    optimizer.randomness = np.random.default_rng(0)
    optimizer.step()
    return weight.grad.detach().clone()


def test_the_noise_is_normal_and_has_the_deviation_of_the_promise(promised: Promised) -> None:
    # 100 subjects at a rate of 0.2: divided by 20, whoever was drawn.
    found = after_step(0.0, promised(noise_multiplier=1.5, max_grad_norm=0.4), 100).numpy().ravel() * 20
    spread = 1.5 * 0.4
    low, high = spread**2 * stats.chi2.ppf([5e-4, 1 - 5e-4], len(found)) / len(found)
    assert low < np.mean(found**2) < high
    assert stats.kstest(found / spread, "norm").pvalue > 1e-3


def test_the_sum_is_divided_by_the_expected_batch(promised: Promised) -> None:
    assert torch.allclose(after_step(3.0, promised(noise_multiplier=0.0), 100), torch.tensor(3.0 / 20))


def test_a_step_without_a_gradient_still_moves_the_weights(promised: Promised) -> None:
    assert after_step(0.0, promised(), 100).abs().min() > 0


def test_noise_cannot_be_used_twice(promised: Promised) -> None:
    weight = torch.nn.Parameter(torch.zeros(3))
    optimizer = noisy_adam([weight], promised(), 100)
    weight.grad = torch.zeros_like(weight)
    optimizer.randomness = np.random.default_rng(0)
    optimizer.step()
    optimizer.zero_grad()
    weight.grad = torch.zeros_like(weight)
    with pytest.raises(RuntimeError, match="randomness"):
        optimizer.step()


def test_weights_get_noise_apart_from_each_other() -> None:
    rng = np.random.default_rng(1)
    like = torch.zeros(20_000)
    first, second = normal_noise(like, 2.0, rng), normal_noise(like, 2.0, rng)
    assert abs(float(np.corrcoef(first, second)[0, 1])) < 5 / np.sqrt(20_000)
    assert first.dtype == torch.float32
