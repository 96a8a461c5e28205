"""Epsilon of subsampled Gaussian steps, computed in two independent ways with Opacus. Knows no trainer."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from tabsynth.artifact.ledger import GaussianSteps

MAX_POINTS = 3_000_000
"""Grid points of a privacy loss distribution: about a second a direction."""
RELATIVE_ERROR = 0.005
"""Numerical error of epsilon that is allowed for, as a share of epsilon: a quarter of the tolerance of 2 %."""
MAX_ERROR = 0.5
"""The same in absolute terms: the error bound of Gopi et al. is proven for errors below 1."""
MIN_DELTA = 1e-10
"""Below it, rounding in the Fourier transform may outweigh delta, so only RDP is used."""
LARGE_ORDERS = (64, 80, 96, 128, 192, 256, 384, 512, 768, 1024)
"""Rényi orders beyond those of Opacus: without them, no epsilon below about 0.1 can be shown."""


class AddedSubjectLoss:
    """Privacy loss of one subsampled Gaussian step when a subject is added.

    Opacus computes the loss when a subject is removed, which is the larger one for a single step (Zhu, Dong & Wang,
    "Optimal accounting of differential privacy via characteristic function", 2022). After composition that is not
    proven (Lebeda et al., "Avoiding pitfalls for privacy accounting of subsampled mechanisms under composition", 2024),
    so both directions are computed and the larger epsilon counts.

    With x ~ N(0, σ²), the loss is -log(1 - q + q exp((2x - 1) / 2σ²)).

    Args:
        sample_rate: q, 0 < q < 1.
        noise_multiplier: σ.
    """

    def __init__(self, sample_rate: float, noise_multiplier: float) -> None:
        self.sample_rate = sample_rate
        self.noise_multiplier = noise_multiplier

    def cdf(self, t: Any) -> NDArray[np.float64]:
        """Return the probability of a loss of at most `t`."""
        q, sigma = self.sample_rate, self.noise_multiplier
        below = np.asarray(t) < -math.log1p(-q)
        z = np.log(np.where(below, (np.expm1(-np.asarray(t)) + q) / q, 1.0))
        at_most: NDArray[np.float64] = np.where(below, ndtr(-(z * sigma + 0.5 / sigma)), 1.0)
        return at_most


def rdp_epsilon(history: Sequence[GaussianSteps], delta: float) -> float:
    """Return an upper bound of epsilon by Rényi differential privacy.

    Mironov, Talwar & Zhang, "Rényi differential privacy of the sampled Gaussian mechanism", 2019; conversion by
    Balle et al., "Hypothesis testing interpretations and Rényi differential privacy", 2020.
    """
    if not history:
        return 0.0
    from opacus.accountants import RDPAccountant
    from opacus.accountants.analysis import rdp

    orders = [*RDPAccountant.DEFAULT_ALPHAS, *LARGE_ORDERS]

    def loss(order: float) -> float:
        try:
            return sum(
                float(rdp._compute_rdp(part.sample_rate, part.noise_multiplier, order)) * part.steps for part in history
            )
        except (ValueError, OverflowError):
            return math.inf  # the series of this order does not converge in floating point

    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        losses = np.array([loss(order) for order in orders])
        losses[~np.isfinite(losses)] = math.inf
        epsilon, _ = rdp.get_privacy_spent(orders=orders, rdp=losses, delta=delta)
    return max(0.0, float(epsilon))


def prv_epsilon(history: Sequence[GaussianSteps], delta: float, *, removal_only: bool = False) -> float | None:
    """Return an upper bound of epsilon by composing privacy loss distributions numerically; None where that fails.

    Gopi, Lee & Wutschitz, "Numerical composition of differential privacy", 2021. The bound includes the numerical
    error, which is kept to RELATIVE_ERROR where MAX_POINTS allow it.

    Args:
        history: Steps that are composed.
        delta: For all of them together.
        removal_only: Whether only the removal of a subject is looked at, as Opacus does.
    """
    if not history:
        return 0.0
    if delta < MIN_DELTA:
        return None
    error = _allowed_error(history, delta)
    directions: list[Callable[[GaussianSteps], Any]] = [_removed]
    if not removal_only and any(part.sample_rate < 1 for part in history):
        directions.append(_added)
    bounds = [_upper_bound([made(part) for part in history], history, delta, error) for made in directions]
    return None if None in bounds else max(bound for bound in bounds if bound is not None)


def _removed(part: GaussianSteps) -> Any:
    from opacus.accountants.analysis.prv import PoissonSubsampledGaussianPRV

    return PoissonSubsampledGaussianPRV(part.sample_rate, part.noise_multiplier)


def _added(part: GaussianSteps) -> Any:
    # Without subsampling the two directions are mirror images of each other.
    return AddedSubjectLoss(part.sample_rate, part.noise_multiplier) if part.sample_rate < 1 else _removed(part)


def _allowed_error(history: Sequence[GaussianSteps], delta: float) -> float:
    """The numerical error to ask for: small against epsilon, but no more grid points than MAX_POINTS."""
    expected = rdp_epsilon(history, delta)
    width = 2 * (min(1.3 * expected, 1e6) + 4)
    mesh_per_error = 1 / math.sqrt(sum(part.steps for part in history) * math.log(12_000 / delta) / 2)
    return min(MAX_ERROR, max(RELATIVE_ERROR * expected, width / mesh_per_error / MAX_POINTS))


def _upper_bound(losses: list[Any], history: Sequence[GaussianSteps], delta: float, error: float) -> float | None:
    """Return epsilon of the composed `losses`, by the very steps of Opacus's PRVAccountant."""
    from opacus.accountants.analysis import prv

    steps, delta_error = [part.steps for part in history], delta / 1000
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            room = prv.compute_safe_domain_size(
                prvs=losses, max_self_compositions=steps, eps_error=error, delta_error=delta_error
            )
            mesh = error / math.sqrt(sum(steps) * math.log(12 / delta_error) / 2)
            if not 2 * room / mesh <= 2 * MAX_POINTS:
                return None
            domain = prv.Domain.create_aligned(-room, room, mesh)
            parts = [
                prv.discretize(prv.TruncatedPrivacyRandomVariable(loss, domain.t_min, domain.t_max), domain)
                for loss in losses
            ]
            composed = prv.compose_heterogeneous(dprvs=parts, num_self_compositions=steps)
            _, _, upper = composed.compute_epsilon(delta, delta_error, error)
    except (RuntimeError, ValueError, OverflowError, IndexError, MemoryError):
        return None
    return float(upper) if math.isfinite(upper) and upper >= 0 else None
