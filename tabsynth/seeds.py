"""One root seed, named streams: the same name gives the same numbers whatever ran before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Seeds:
    """Named, independent random streams from one root seed.

    Args:
        random_state: The root seed, 0 or more.
    """

    random_state: int

    def number(self, name: str) -> int:
        """Return the 32-bit seed of the stream `name`."""
        digest = hashlib.sha256(f"{self.random_state}/{name}".encode()).digest()
        return int.from_bytes(digest[:4], "little")

    def stream(self, name: str) -> np.random.Generator:
        """Return a fresh generator for the stream `name`."""
        return np.random.default_rng(self.number(name))
