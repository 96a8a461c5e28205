"""Numbers as whole numbers in their own order: native units, and keys in which equal steps are equal ratios.

A key is the bit pattern of a float64, mirrored for negative numbers: its order is that of the numbers, every power of
two begins a new octave of 2**52 keys, and inside an octave keys are evenly spaced.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]

_LOWEST = np.iinfo(np.int64).min


def to_keys(numbers: NDArray[Any]) -> IntArray:
    """Return the key of each number; 0 for zero, the greatest finite one for infinity."""
    limit = np.finfo(np.float64).max
    bits = np.clip(np.asarray(numbers, dtype=np.float64), -limit, limit).view(np.int64)
    return np.where(bits < 0, _LOWEST - bits, bits)


def from_keys(keys: IntArray) -> NDArray[np.float64]:
    """Return the number of each key: the inverse of `to_keys`."""
    keys = np.asarray(keys, dtype=np.int64)
    return np.where(keys < 0, _LOWEST - keys, keys).view(np.float64)


def octave_edges(lowest: int, highest: int) -> IntArray:
    """Return the ascending edges of the octaves on both sides of zero, and of one cell around it.

    A cell holds ``edges[i] <= key < edges[i + 1]``: [2**k, 2**(k + 1)) above zero, (-2**(k + 1), -2**k] below, and
    everything between -2**lowest and 2**lowest in the middle. The outermost cells reach to the ends of all floats.

    Args:
        lowest: The least exponent with a cell of its own.
        highest: The greatest one.
    """
    above = to_keys(np.ldexp(1.0, np.arange(lowest, highest + 1)))
    end = to_keys(np.array([np.inf])) + 1
    return np.concatenate([-end + 1, (-above + 1)[::-1], above, end])
