"""The randomness that the guarantee rests on: from the operating system, unlike everything else in tabsynth.

Whoever knows the seed knows who was drawn and can subtract the noise, so a `random_state` that a user chooses, writes
down and publishes with the metadata would void the promise. Sampling and noise therefore come from 256 fresh bits that
are stored nowhere: a private training cannot be replayed, not even by its owner. The bits feed NumPy's PCG64DXSM, a
statistical generator and not a cryptographic one; nobody but the trainer sees its raw output.
"""

from __future__ import annotations

import secrets

import numpy as np

ENTROPY_BITS = 256
STREAMS = ("sampling", "noise")


class Randomness:
    """Fresh generators for each step of a training.

    Args:
        entropy: A fixed seed, for tests alone: no guarantee holds for a training with a known seed.
    """

    def __init__(self, entropy: int | None = None) -> None:
        self._entropy = secrets.randbits(ENTROPY_BITS) if entropy is None else entropy

    def of_step(self, stream: str, step: int) -> np.random.Generator:
        """Return the generator of one step.

        Args:
            stream: One of STREAMS.
            step: Steps made before it.
        """
        key = (STREAMS.index(stream), step)
        sequence = np.random.SeedSequence(self._entropy, spawn_key=key, pool_size=8)
        return np.random.Generator(np.random.PCG64DXSM(sequence))
