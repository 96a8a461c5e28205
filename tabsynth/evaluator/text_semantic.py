"""Do synthetic texts speak of what real ones speak of, and of no single one too closely? Knows no embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from tabsynth.evaluator.intervals import bootstrap
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Side, Sides

MAX_TEXTS = 1_000
MIN_TEXTS = 200  # as NeMo Safe Synthesizer asks of training and test together
MAX_CHARACTERS = 2_000
Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors that are close where the texts mean the same.

    Attributes:
        name: Which model it is; scores of different models are near each other, not equal.
    """

    name: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.floating]:
        """Return one vector of length 1 for each text, shape (texts, dimensions); zeros for a text without words."""
        ...


@dataclass(frozen=True)
class _Nearness:
    """Cosine of each text to its nearest, between two sides, and within the first of them. Shape (texts,)."""

    between: NDArray[np.float64]
    within: NDArray[np.float64]


def text_semantic_score(sides: Sides, embedder: Embedder | None) -> Score:
    """Score 1.35 (far off, or copied) to 10, mean over the text columns, as NeMo Safe Synthesizer 0.1.16 does.

    With s(A to B)_j the cosine of text j of B to its nearest text of A: `over` is the one-sided Kolmogorov-Smirnov
    statistic by which synthetic texts lie closer to training texts than those to each other; `under` that by which they
    lie farther from holdout texts than those from each other. Score = 10 exp(-over) exp(-under). The reference puts
    half of the holdout in the place of the synthetic texts and controls it by the other half.

    Args:
        sides: The tables.
        embedder: A model; None leaves the score out. Nothing is ever downloaded.
    """
    if not sides.training.table.texts:
        return Score(value=None, note="there is no text column")
    if embedder is None:
        return Score(value=None, note="needs an embedding model, and none was given; none is ever downloaded")
    places = sorted(range(len(sides.training.table.texts)), key=lambda k: sides.training.table.texts[k].column.name)
    found = [score for place in places if (score := _column(sides, place, embedder)) is not None]
    if not found:
        return Score(value=None, note=f"no column has {MIN_TEXTS} training and holdout texts, and any synthetic ones")
    # Columns are as independent as their rows, so ends are averaged as well: wider than the interval of the mean.
    value, low, high, reference = (
        None if None in values else float(np.mean(values))
        for values in zip(*(score[:4] for score in found), strict=True)
    )
    return Score(
        value=value,
        low=low,
        high=high,
        reference=reference,
        n=sum(score[4] for score in found),
        note=f"embeddings by {embedder.name}; mean over {len(found)} of {len(places)} text columns; 1.35 to 10",
    )


def _column(
    sides: Sides, place: int, embedder: Embedder
) -> tuple[float, float | None, float | None, float | None, int] | None:
    texts = [_texts(side, place) for side in (sides.training, sides.holdout, sides.synthetic)]
    if len(texts[0]) + len(texts[1]) < MIN_TEXTS or min(map(len, texts)) < 2:
        return None
    real, fresh, fake = (_unit(embedder.encode(side)) for side in texts)
    pairs = _nearness(real, fake), _nearness(fresh, fake)
    low, high = bootstrap(
        lambda rows: _score(*(_Nearness(pair.between[rows], pair.within) for pair in pairs)),
        len(fake),
        sides.seeds.stream("evaluator/text_semantic/bootstrap"),
    )
    half = len(fresh) // 2
    reference = None
    if half >= 2:
        reference = _score(_nearness(real, fresh[:half]), _nearness(fresh[half:], fresh[:half]))
    value = _score(*pairs)
    # Texts drawn twice make every distance between samples larger, so that all resamples can lie below the score.
    low, high = (None, None) if low is None or high is None else (min(low, value), max(high, value))
    return value, low, high, reference, len(fake)


def _texts(side: Side, place: int) -> list[str]:
    labels = side.table.texts[place].labels
    assert labels is not None
    return [text[:MAX_CHARACTERS] for text in labels.tolist() if text][:MAX_TEXTS]


def _unit(vectors: NDArray[np.floating]) -> Vectors:
    """The vectors with length 1, whatever the model made; what is no number becomes 0."""
    clean = np.nan_to_num(np.asarray(vectors, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(clean, axis=1, keepdims=True)
    return (clean / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _nearness(real: Vectors, fake: Vectors) -> _Nearness:
    between = (real @ fake.T).max(axis=0)
    own = real @ real.T
    np.fill_diagonal(own, 0)
    # Rounded, since the last digits of a product of matrices depend on the machine.
    return _Nearness(*(np.round(side.astype("float64"), 5) for side in (between, own.max(axis=0))))


def _score(training: _Nearness, holdout: _Nearness) -> float:
    # Only the statistic counts; an exact p value would take seconds.
    over = ks_2samp(training.between, training.within, alternative="less", method="asymp").statistic
    under = ks_2samp(holdout.between, holdout.within, alternative="greater", method="asymp").statistic
    return 10 * exp(-float(over)) * exp(-float(under))
