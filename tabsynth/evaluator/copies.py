"""Synthetic rows that equal training rows, beyond what rows never seen predict. Knows exact equality only."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil, inf

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from tabsynth.evaluator.intervals import Estimate, bootstrap
from tabsynth.seeds import Seeds

COPY_P = 0.01  # below this p value more training rows were hit than chance allows


@dataclass(frozen=True)
class Copies:
    """Exact copies.

    Attributes:
        excess: Share of synthetic rows that are copies beyond chance, 0 if none.
        p_value: One-sided Fisher test that training is hit more often than the holdout.
        training_share: Share of synthetic rows that equal any training row.
        holdout_share: Share that equals a row of the size-matched holdout.
        noticeable: Smallest excess with p < .01, given how often the holdout was hit. Above 1 if no table of distinct
            copies would be noticed.
    """

    excess: Estimate
    p_value: float
    training_share: float
    holdout_share: float
    noticeable: float


def exact_copies(
    training: NDArray[np.uint64], holdout: NDArray[np.uint64], synthetic: NDArray[np.uint64], *, seeds: Seeds
) -> Copies:
    """Compare how often synthetic rows equal training rows and holdout rows.

    Training is cut into K parts of the size of the holdout. The excess is K times the mean difference between
    "equals a row of the part" and "equals a holdout row", at most the share that equals any training row: with equal
    sizes it is the plain difference of the two shares. The test counts rows that equal one side only.

    Args:
        training: Row fingerprints, any order. Shape (training rows,).
        holdout: Likewise.
        synthetic: Likewise.
        seeds: Source of the parts and resamples.
    """
    synthetic = np.sort(synthetic)
    rng = seeds.stream("evaluator/copies/parts")
    size = min(len(training), len(holdout))
    control = rng.permutation(np.sort(holdout))[:size]
    num_parts = len(training) // size
    parts = rng.permutation(np.sort(training))[: num_parts * size].reshape(num_parts, size)
    hit_parts = _parts_hit(parts, synthetic)
    hit_control = np.isin(synthetic, control)
    hit_any = np.isin(synthetic, training)
    scale = len(training) / size
    gain = scale * (hit_parts / num_parts - hit_control)
    total = len(synthetic)
    ceiling = float(hit_any.mean())

    def excess(rows: NDArray[np.intp]) -> float:
        return min(float(gain[rows].mean()), float(hit_any[rows].mean()))

    value = min(float(gain.mean()), ceiling)
    low, high = bootstrap(excess, total, seeds.stream("evaluator/copies/bootstrap"))
    lost = (hit_control * (1 - hit_parts / num_parts)).sum()
    only_training, only_control = int((hit_parts * ~hit_control).sum()), int(np.ceil(lost - 1e-9))
    least = _least_hits(total, num_parts, only_control)
    # The excess in terms of hits; rows that both sides hold cancel out.
    noticeable = inf if least is None else scale * (least / num_parts - float(lost)) / total
    p_value = _p_value(only_training, total * num_parts, only_control, total)
    note = (
        f"{hit_any.sum():,} of {total:,} synthetic rows equal one of {len(training):,} training rows, "
        f"{hit_control.sum():,} equal one of {size:,} holdout rows; one-sided Fisher p {written_p(p_value)}"
    )
    if p_value >= COPY_P:
        note += f"; {_strength(noticeable, total)}"
    found = Estimate(value, low, high, total, note)
    return Copies(found, p_value, ceiling, float(hit_control.mean()), noticeable)


def written_p(p_value: float) -> str:
    """Write a p value with its relation, such as "= 0.03"."""
    return "< 1e-99" if p_value < 1e-99 else f"= {p_value:.1g}"


def _p_value(hits: int, trials: int, control_hits: int, control_trials: int) -> float:
    """One-sided Fisher test that the rate of hits is higher than among the controls."""
    counts = [[hits, trials - hits], [control_hits, control_trials - control_hits]]
    return float(fisher_exact(counts, alternative="greater")[1])


def _least_hits(total: int, num_parts: int, only_control: int) -> int | None:
    """Fewest hits of training alone that have p < .01, None if any number has a higher p."""
    trials = total * num_parts
    least = bisect_left(range(trials + 1), True, key=lambda hits: _p_value(hits, trials, only_control, total) < COPY_P)
    return least if least <= trials else None


def _strength(noticeable: float, total: int) -> str:
    """Say in words what the test is too weak for."""
    if noticeable > 1:
        return "with so few rows no number of copies would be noticed"
    least = f"{ceil(noticeable * total - 1e-9):,} copies beyond chance ({noticeable:.1%})"
    return f"with this holdout fewer than about {least} would not be noticed"


def _parts_hit(parts: NDArray[np.uint64], synthetic: NDArray[np.uint64]) -> NDArray[np.intp]:
    """In how many parts each synthetic row occurs. Shape (synthetic rows,)."""
    hits = np.zeros(len(synthetic), dtype=np.intp)
    distinct = np.concatenate([np.unique(part) for part in parts])
    values, counts = np.unique(distinct, return_counts=True)
    places = np.minimum(np.searchsorted(values, synthetic), len(values) - 1)
    found = values[places] == synthetic
    hits[found] = counts[places[found]]
    return hits
