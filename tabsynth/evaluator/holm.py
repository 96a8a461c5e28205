"""Holm's correction of p values for their number. Knows no test."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return step-down corrected p values (Holm 1979), each at most 1, None where there is none.

    The family-wise error rate is held whatever the tests depend on.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for step, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - step)))
        corrected[place] = largest
    return corrected
