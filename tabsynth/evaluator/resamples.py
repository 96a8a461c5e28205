"""What is drawn anew for an interval: rows, or whole groups where rows belong together. Knows no statistic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.intervals import BOOTSTRAP_RESAMPLES, Z_95

FEW_UNITS = 10  # below this an interval over resampled units says nothing


def units_of(groups: Groups | None, num_rows: int) -> NDArray[np.intp]:
    """Return the unit of each row, numbered from 0: its group, or the row itself without groups. Shape (rows,)."""
    return np.arange(num_rows, dtype=np.intp) if groups is None else groups.codes


def random_units(groups: Groups | None, num_rows: int, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the positions of a sample of rows: the first rows, or all rows of random groups that fit.

    Groups are drawn by number and not by row, or long ones would be drawn more often. Equal tables get equal samples.

    Args:
        groups: Which rows belong together; None if rows stand alone and are in random order.
        num_rows: Rows of the table.
        most: Rows to return at most.
        rng: Source of the order of groups.
    """
    if groups is None or num_rows <= most:
        return np.arange(min(num_rows, most), dtype=np.intp)
    order = rng.permutation(groups.num_groups)
    fitting = order[np.cumsum(groups.sizes[order]) <= most]
    if len(fitting) == 0:
        return np.asarray(groups.sequences()[order[0]][:most])
    return np.flatnonzero(np.isin(groups.codes, fitting))


def resample_counts(num_units: int, rng: np.random.Generator, size: int | None = None) -> NDArray[np.float64]:
    """Return how often each unit is drawn in each of the resamples.

    Args:
        num_units: Units to draw from, with replacement.
        rng: Source of the draws.
        size: Draws in a resample; None for as many as there are units.

    Returns:
        Shape (resamples, units).
    """
    size = num_units if size is None else size
    drawn = rng.integers(0, num_units, (BOOTSTRAP_RESAMPLES, size))
    places = drawn + num_units * np.arange(BOOTSTRAP_RESAMPLES)[:, None]
    counts = np.bincount(places.ravel(), minlength=BOOTSTRAP_RESAMPLES * num_units)
    return counts.reshape(BOOTSTRAP_RESAMPLES, num_units).astype("float64")


def percentile_interval(drawn: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """Return the 95% percentile interval of resampled values, two times None if none is finite."""
    known = drawn[np.isfinite(drawn)]
    if known.size == 0:
        return None, None
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def block_mean(
    statistic: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    num_units: int,
    size: int,
    rng: np.random.Generator,
) -> tuple[float, float | None, float | None]:
    """Return the mean of a statistic over blocks of `size` units, with its 95% interval.

    Distances between samples depend on how large the samples are. In blocks as large as the holdout, synthetic rows
    are measured exactly as the holdout is, and still all of them count. The interval is the mean plus and minus 1.96
    standard deviations of resampled means: percentiles will not do, since drawing twice from a sample moves it
    further from any other table.

    Args:
        statistic: Takes the weights of units, shape (samples, units), and returns one number in [0, 1] a sample.
        num_units: Units, at least `size`.
        size: Units in a block.
        rng: Source of resamples.
    """
    blocks = num_units // size
    weights = np.zeros((blocks, num_units))
    # Groups are numbered by first appearance, so that long ones come early.
    weights[np.repeat(np.arange(blocks), size), rng.permutation(num_units)[: blocks * size]] = 1
    value = float(statistic(weights).mean())
    if size < FEW_UNITS:
        return value, None, None
    # The variance of one block, of the mean of all.
    spread = float(statistic(resample_counts(num_units, rng, size)).std()) / np.sqrt(blocks)
    return value, max(0.0, value - Z_95 * spread), min(1.0, value + Z_95 * spread)
