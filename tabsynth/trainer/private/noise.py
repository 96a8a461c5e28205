"""Opacus's optimizer for private gradients, with noise from the operating system's entropy. Knows no data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tabsynth.trainer.private.settings import PrivateTraining

if TYPE_CHECKING:
    import torch

HALVES = 4
"""Normal draws whose sum, halved, is the noise: the lowest bits of a single one would tell the sum under it
(Mironov 2012; Holohan & Braghin 2021, the rule that Opacus calls secure mode)."""
ADAM_BETAS = (0.9, 0.99)


def noisy_adam(weights: list[torch.nn.Parameter], privacy: PrivateTraining, num_subjects: int) -> Any:
    """Return Adam behind Opacus's optimizer: noise on the summed gradient, then division by the expected batch size.

    The expected size, not the actual one: that would tell how many were drawn. Before each step `randomness` must be
    set to a fresh generator; it is used up by the step, so that no noise can be used twice.

    Args:
        weights: What is trained, with the summed clipped gradients in ``.grad``.
        privacy: Noise, bound and learning rate.
        num_subjects: Subjects in the table.
    """
    import torch
    from opacus.optimizers import DPOptimizerFastGradientClipping

    class NoisyOptimizer(DPOptimizerFastGradientClipping):  # type: ignore[misc]
        randomness: np.random.Generator | None = None

        def add_noise(self) -> None:
            # torch's generator takes 32 bits of a seed on CPUs, few enough to try them all; NumPy's takes as many
            # as there are. All else is Opacus's.
            rng, self.randomness = self.randomness, None
            if rng is None:
                raise RuntimeError("a step needs randomness of its own")
            for weight in self.params:
                weight.grad = weight.summed_grad + normal_noise(
                    weight.summed_grad, self.noise_multiplier * self.max_grad_norm, rng
                )

    return NoisyOptimizer(
        torch.optim.Adam(weights, lr=privacy.learning_rate, betas=ADAM_BETAS),
        noise_multiplier=privacy.noise_multiplier,
        max_grad_norm=privacy.max_grad_norm,
        expected_batch_size=privacy.expected_batch(num_subjects),
        loss_reduction="mean",
    )


def normal_noise(like: torch.Tensor, deviation: float, rng: np.random.Generator) -> torch.Tensor:
    """Return independent normal noise of the standard deviation `deviation`, of the shape of `like`."""
    import torch

    total = sum(rng.standard_normal(like.shape, dtype=np.float32) for _ in range(HALVES))
    return torch.from_numpy(np.asarray(total) * np.float32(deviation / HALVES**0.5)).to(like)
