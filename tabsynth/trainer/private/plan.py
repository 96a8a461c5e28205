"""How a private training spends its steps, settled from public facts only: rows and the longest record.

Nothing here may look at a cell, a token or a loss, nor measure how long the private table takes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

BATCH_SUBJECTS = 512
"""Subjects of a step in the mean. The noise is added once a step, so large steps drown it; past this they cost more
computing than they gain."""
MAX_RATE = 0.25
"""Sampling rate at most: beyond it a step gains little from subsampling."""
TOKENS_SEEN = 2.5e6
"""Tokens a training computes at most: five to ten minutes of one core on `tabsynth-mini`."""
MAX_PASSES = 40.0
MIN_STEPS = 60
MAX_NORM = 1.0
LEARNING_RATE = 1e-2
PHYSICAL_TOKENS = 2_000
"""Tokens whose gradients are computed at once."""


@dataclass(frozen=True)
class PrivatePlan:
    """The part of a private training that is chosen before the noise is solved.

    Attributes:
        sampling_rate: Probability with which each subject enters each step.
        steps: Steps to make.
        max_grad_norm: L2 bound of one subject's gradient.
        learning_rate: Its peak.
        physical_batch: Records whose gradients are computed at once.
    """

    sampling_rate: float
    steps: int
    max_grad_norm: float
    learning_rate: float
    physical_batch: int


def plan_private(
    num_subjects: int, longest_tokens: int, *, max_passes: float | None = None, learning_rate: float | None = None
) -> PrivatePlan:
    """Settle sampling rate, steps, bound and learning rate.

    Args:
        num_subjects: Subjects in the training rows; counts as public, as in all of DP-SGD.
        longest_tokens: A bound on the tokens of a record that was itself settled without the data or privately.
        max_passes: Expected passes over the subjects; None spends TOKENS_SEEN, at most MAX_PASSES.
        learning_rate: Its peak; None takes the one that was tuned on public tables.

    Returns:
        The plan. The same arguments give the same plan, whatever the rows hold.
    """
    subjects = max(1, num_subjects)
    rate = min(MAX_RATE, BATCH_SUBJECTS / subjects)
    passes = max_passes or min(MAX_PASSES, TOKENS_SEEN / (subjects * max(1, longest_tokens)))
    return PrivatePlan(
        sampling_rate=rate,
        steps=max(MIN_STEPS if max_passes is None else 1, math.ceil(passes / rate)),
        max_grad_norm=MAX_NORM,
        learning_rate=learning_rate or LEARNING_RATE,
        physical_batch=int(max(4, min(128, PHYSICAL_TOKENS / max(1, longest_tokens)))),
    )
