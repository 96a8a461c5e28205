"""Poisson sampling of subjects: each enters a step by a coin of its own. Knows no model and no tokens.

Amplification by subsampling (Balle et al. 2018; Mironov et al. 2019) is proved for exactly this draw. Shuffled batches
of fixed size are another mechanism, for which those epsilons are too low (Chua et al. 2024, "How private are DP-SGD
implementations?").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class PoissonSampler:
    """Draws subjects, and one record of each.

    The unit of privacy is the subject. However many records it has, a step sees one of them, drawn anew each time, so
    that clipping one record's gradient bounds all that the subject adds to the step.

    Args:
        num_records: Records in all.
        subjects: A number for the subject of each record, shape (records,); None makes each record its own subject.
        rate: Probability with which each subject enters a step.
    """

    def __init__(self, num_records: int, subjects: NDArray[np.int64] | None, rate: float) -> None:
        of_record = np.arange(num_records) if subjects is None else np.asarray(subjects)
        if of_record.shape != (num_records,):
            raise ValueError(f"{of_record.shape} subjects for {num_records} records")
        _, counts = np.unique(of_record, return_counts=True)
        self._records = np.argsort(of_record, kind="stable")
        self._counts = counts
        self._starts = np.cumsum(counts) - counts
        self._rate = rate

    @property
    def num_subjects(self) -> int:
        """Number of subjects."""
        return len(self._counts)

    def draw(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the records of one step, at most one of a subject; often another number, at times none."""
        drawn = np.flatnonzero(rng.random(self.num_subjects) < self._rate)
        within = rng.integers(0, self._counts[drawn]) if len(drawn) else np.array([], dtype=np.int64)
        records: NDArray[np.int64] = self._records[self._starts[drawn] + within]
        return records
