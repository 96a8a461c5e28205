"""From each row to the next one of its group. Knows groups and their order, no values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.groups import Groups


@dataclass(frozen=True)
class Steps:
    """The steps of all groups, one fewer than rows in each.

    Attributes:
        before: Position of the row that a step leaves. Shape (steps,).
        after: Position of the row that it reaches, `lag` rows on in the same group. Shape (steps,).
        groups: Group of each step. Shape (steps,).
    """

    before: NDArray[np.intp]
    after: NDArray[np.intp]
    groups: NDArray[np.intp]

    @classmethod
    def of(cls, groups: Groups, lag: int = 1) -> Steps:
        """Return the steps of some groups."""
        order = np.lexsort((groups.rank, groups.codes))
        before, after = order[: max(0, len(order) - lag)], order[lag:]
        inside = groups.codes[before] == groups.codes[after]
        return cls(before[inside], after[inside], groups.codes[before][inside])
