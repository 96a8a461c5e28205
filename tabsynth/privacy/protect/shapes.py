"""Codes, of which only a shape is learned: letters in place, digits free. Rare shapes become common ones."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from tabsynth.privacy.protect.subjects import Subjects

IntArray = NDArray[np.int64]

PLAIN = "00000000"
"""What every code becomes where even letters and digits alike make no common shape."""
FREE = re.compile(r"\d"), re.compile(r"[^\W_]")
"""What is free in a shape: digits; where that makes no common one, letters too, as in hexadecimal codes."""


def common_shapes(codes: list[str], rows: IntArray, subjects: Subjects, threshold: int) -> tuple[list[str], int]:
    """Return codes whose shapes are all held by `threshold` subjects, and how many distinct shapes were not.

    The others take the commonest shape. The codes themselves are never learned.

    Args:
        codes: The codes, as strings.
        rows: Their rows, shape (codes,).
        subjects: Of all rows.
        threshold: Subjects that a shape needs.
    """
    num_rare = 0
    for place, free in enumerate(FREE):
        shapes = [free.sub("0", code) for code in codes]
        names, numbers = np.unique(np.array(shapes, dtype=object), return_inverse=True)
        held = subjects.holding(numbers, len(names), rows)
        num_rare = num_rare or int((held < threshold).sum())
        if held.max() >= threshold:
            kept, commonest = held >= threshold, str(names[int(np.argmax(held))])
            written = codes if place == 0 else shapes
            return [
                code if kept[at] else commonest for code, at in zip(written, numbers.tolist(), strict=True)
            ], num_rare
    return [PLAIN] * len(codes), num_rare
