"""How many subjects must hold a value: drawn for each column, so that nobody can count back from what is missing."""

from __future__ import annotations

from dataclasses import dataclass

from tabsynth.seeds import Seeds

LEAST, MOST = 5, 7
"""The bounds of every threshold, subjects, both included."""


@dataclass(frozen=True)
class Thresholds:
    """The thresholds of one column, in subjects.

    Attributes:
        value: Of a category, an atom, a character, a shape, the missing mark.
        low: Of the lowest value: so many subjects hold it or a lower one.
        high: Of the highest value.
    """

    value: int
    low: int
    high: int

    @classmethod
    def draw(cls, name: str, seeds: Seeds) -> Thresholds:
        """Draw those of the column called `name`, each uniform from LEAST to MOST."""
        value, low, high = seeds.stream(f"protect/{name}/thresholds").integers(LEAST, MOST + 1, 3).tolist()
        return cls(value, low, high)
