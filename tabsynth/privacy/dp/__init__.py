"""Differential privacy: what is promised, what it costs, and what is learned of a table before training."""

from tabsynth.privacy.dp.accountant import Accountant, Epsilon, epsilon_of
from tabsynth.privacy.dp.budget import Budget, delta_for, split_budget
from tabsynth.privacy.dp.marginals import PrivateMarginals, private_marginals
from tabsynth.privacy.dp.noise import solve_noise
from tabsynth.privacy.dp.statement import write_ledger

__all__ = [
    "Accountant",
    "Budget",
    "Epsilon",
    "PrivateMarginals",
    "delta_for",
    "epsilon_of",
    "private_marginals",
    "solve_noise",
    "split_budget",
    "write_ledger",
]
