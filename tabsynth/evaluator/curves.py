"""Curves that turn distances into 10-point scores, and their weights, as NeMo Safe Synthesizer 0.1.16 draws them."""

from __future__ import annotations

from math import exp

WEIGHT_STRUCTURE, WEIGHT_DISTRIBUTION, WEIGHT_CORRELATION = 0.84, 0.86, 1.0


def distribution_score(distance: float) -> float:
    """Return the score of a mean Jensen-Shannon distance, 0 (far) to 10 (equal)."""
    if distance < 0.02:
        return 10.0
    if distance > 0.99:
        return 0.0
    return clipped(7.44 * distance**2 - 16.646 * distance + 10.305)


def correlation_score(difference: float) -> float:
    """Return the score of a mean absolute difference of associations, 0 to 10."""
    if difference < 0.01:
        return 10.0
    if difference > 0.46:
        return 0.0
    return clipped(37.562 * difference**2 - 35.643 * difference + 10.056)


def structure_score(distance: float) -> float:
    """Return the score of a principal-component distance, about 2 to 10."""
    return clipped(10 * exp(-1.6 * distance))


def text_structure_score(distance: float) -> float:
    """Return the score of a text-structure distance, 1.5 to 10."""
    if distance > 0.8:
        return 1.5
    if distance < 0.12:
        return 10.0
    return clipped(11.5 - 12.5 * distance)


def clipped(score: float) -> float:
    """Return the score inside 0 to 10."""
    return min(10.0, max(0.0, score))


def tabular_score(distribution: float | None, correlation: float | None, structure: float | None) -> float | None:
    """Return the weighted mean of the sub-scores that are there, None if none is."""
    parts = [
        (WEIGHT_STRUCTURE, structure),
        (WEIGHT_DISTRIBUTION, distribution),
        (WEIGHT_CORRELATION, correlation),
    ]
    known = [(weight, score) for weight, score in parts if score is not None]
    return sum(w * s for w, s in known) / sum(w for w, _ in known) if known else None


def composite_score(tabular: float | None, num_tabular: int, text: float | None, num_text: int) -> float | None:
    """Return the mean of tabular and text score, weighted by their columns; None if neither is there."""
    known = [(num, score) for num, score in ((num_tabular, tabular), (num_text, text)) if score is not None and num]
    return sum(num * score for num, score in known) / sum(num for num, _ in known) if known else None
