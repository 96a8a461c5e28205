"""Rare categories: each becomes one that enough subjects hold. Knows codes, not what they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Census:
    """What is counted of the categories of one column; the last one is missing.

    Attributes:
        rows: Rows of each category, shape (categories,).
        subjects: Distinct subjects that hold it, shape (categories,).
        keys: Equal for categories that go with the same values in the columns that this one settles.
    """

    rows: IntArray
    subjects: IntArray
    keys: IntArray


def rare_categories(census: Census, threshold: int) -> NDArray[np.bool_]:
    """Return True for each category that occurs and that fewer than `threshold` subjects hold."""
    return (census.rows > 0) & (census.subjects < threshold)


def merged_categories(census: Census, threshold: int, rng: np.random.Generator) -> IntArray | None:
    """Return what each category becomes: itself, or for a rare one a kept one, drawn in the shares of their rows.

    A category moves as a whole. What is a function of it, or it of another column, stays one, and being rare it has
    few rows: drawing for each row would give the same shares. Kept categories that agree with it in the columns that
    this one settles come first, so that a rare district becomes another one of its own city. That a value is missing
    is a category that others do not become, unless there is no other.

    Returns:
        Shape (categories,); None if no category is kept, nor any cell missing.
    """
    rare = rare_categories(census, threshold)
    target = np.arange(len(census.rows))
    kept = (census.subjects >= threshold) & (target < len(target) - 1)
    if not kept.any():
        if census.rows[-1] == 0:
            return None
        return np.where(census.rows > 0, len(target) - 1, target)
    for key in np.unique(census.keys[rare]):
        alike = kept & (census.keys == key)
        donors = np.flatnonzero(alike if alike.any() else kept)
        wanting = np.flatnonzero(rare & (census.keys == key))
        target[wanting] = rng.choice(donors, len(wanting), p=census.rows[donors] / census.rows[donors].sum())
    return target
