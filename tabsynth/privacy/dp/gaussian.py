"""One Gaussian step, exactly: its epsilon and delta, and how many queries share it. Knows no histograms."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.stats import norm

from tabsynth.errors import ConfigError

LEAST, MOST = 1e-3, 1e7


def gaussian_delta(noise_multiplier: float, epsilon: float) -> float:
    """Return the least delta of the Gaussian mechanism.

    Balle & Wang, "Improving the Gaussian mechanism for differential privacy", 2018, theorem 8.
    """
    half, shift = 1 / (2 * noise_multiplier), epsilon * noise_multiplier
    lost = math.exp(min(700.0, epsilon + float(norm.logcdf(-half - shift))))
    return max(0.0, float(norm.cdf(half - shift)) - lost)


def gaussian_noise(epsilon: float, delta: float) -> float:
    """Return the least noise multiplier of a Gaussian mechanism that is (epsilon, delta) private.

    Raises:
        ConfigError: Epsilon or delta is out of bounds, or so small that no noise is enough.
    """
    if not (0 < epsilon < math.inf and 0 < delta < 1):
        raise ConfigError(
            f"epsilon {epsilon:g} and delta {delta:g} promise nothing", where="epsilon", do="make both positive"
        )
    if gaussian_delta(MOST, epsilon) > delta:
        raise ConfigError(f"epsilon {epsilon:g} is too small", where="epsilon", do="raise epsilon")
    if gaussian_delta(LEAST, epsilon) <= delta:
        return LEAST
    noise = math.exp(
        brentq(lambda log: gaussian_delta(math.exp(log), epsilon) - delta, math.log(LEAST), math.log(MOST), xtol=1e-12)
    )
    # The root is met up to rounding; a hair more noise is on the safe side.
    return noise * (1 + 1e-9)


def query_noise(joint_noise: float, share: float) -> float:
    """Return the noise of one query of sensitivity 1 that takes `share` of a joint Gaussian step.

    Gaussian queries compose, also adaptively, to one whose inverse variance is the sum of theirs (Dong, Roth & Su,
    "Gaussian differential privacy", 2022, corollary 3.3): shares that sum to 1 give the joint noise multiplier.
    """
    return joint_noise / math.sqrt(share)
