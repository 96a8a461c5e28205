"""How much of one column survived, from 0 to 10, and what was lost. Knows one column and writes no sentence.

Four parts are multiplied, so a column that lost any of them is worth nothing: its shape, its type, its variety and
its filled cells. What two samples of one source differ in by chance does not count, so fresh real rows score about 10
however few there are and however many labels a column has.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import HashingVectorizer

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.chance import SURE, beyond, chance_gap, chance_rates, chance_variation, entropy_error
from tabsynth.evaluator.marginals import ks_statistic, label_counts
from tabsynth.schema.column import Kind

MIN_VALUES = 10
"""Cells that hold a value below which a real column is too short to compare with."""
NUM_QUANTILES = 20
ROWS_A_BIN = 10
MAX_TEXTS = 1_000
MAX_CHARACTERS = 300
HASHES = 2**14
SPLITS = 3
GRAMS = ("letters", "triples", "patterns")
_DIGIT, _CAPITAL, _SMALL = re.compile(r"\d"), re.compile(r"[^\W\d_a-z]"), re.compile(r"[a-z]")
EDGE = "\x02"  # marks where a text begins and ends, so that short ones have letter triples as well
MANY = 0.5
"""Share of distinct labels from which on labels hardly repeat, so that their letters are compared instead."""


@dataclass(frozen=True)
class Likeness:
    """What is left of a column; each part from 0 (lost) to 1 (as in the real one).

    Attributes:
        shape: 1 - KS, 1 - TV or 1 - TV of letters, less what chance explains.
        typed: Share of cells that are values of the column's kind.
        varied: Share of entropy.
        filled: Whether as many cells are filled, or as few.
    """

    shape: float
    typed: float
    varied: float
    filled: float

    @property
    def score(self) -> float:
        """The product, 0 to 10."""
        return 10 * self.shape * self.typed * self.varied * self.filled


class Side:
    """One column of one table, with what is read from it once."""

    def __init__(self, cells: Cells) -> None:
        """Take the cells of a column, in random order."""
        self.cells = cells
        self.readable = cells.readable
        self.num_values = int(self.readable.sum())

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """The numbers that are there. Shape (values,)."""
        assert self.cells.numbers is not None
        return self.cells.numbers[self.readable]

    @cached_property
    def labels(self) -> NDArray[np.object_]:
        """The labels or texts that are there. Shape (values,)."""
        assert self.cells.labels is not None
        return self.cells.labels[self.readable]

    @cached_property
    def letters(self) -> csr_matrix:
        """How often letters occur in each text, adding up to 1, hashed. Shape (texts, 16384)."""
        return _grams(self._texts, 1)

    @cached_property
    def triples(self) -> csr_matrix:
        """Likewise of three letters in a row. Shape (texts, 16384)."""
        return _grams(self._texts, 3)

    @cached_property
    def patterns(self) -> csr_matrix:
        """Likewise of where digits, capitals and other letters stand, four in a row. Shape (texts, 16384)."""
        return _grams([_SMALL.sub("a", _CAPITAL.sub("A", _DIGIT.sub("9", text))) for text in self._texts], 4)

    @property
    def _texts(self) -> list[str]:
        return [f"{EDGE}{text[:MAX_CHARACTERS]}{EDGE}" for text in self.labels[:MAX_TEXTS]]

    @property
    def is_numeric(self) -> bool:
        """Whether the column holds numbers or dates."""
        return self.cells.numbers is not None

    @cached_property
    def is_text(self) -> bool:
        """Whether values are compared by their letters: texts, and labels that hardly repeat."""
        if self.is_numeric or self.num_values == 0:
            return False
        return self.cells.column.kind is Kind.TEXT or len(set(self.labels)) > MANY * self.num_values

    @cached_property
    def whole(self) -> float:
        """Share of whole numbers; 1 for columns that need not hold any."""
        if self.cells.column.kind is not Kind.INTEGER or self.num_values == 0:
            return 1.0
        return float((np.rint(self.numbers) == self.numbers).mean())


def likeness(real: Side, other: Side, training: Side, holdout: Side) -> Likeness | None:
    """Compare a column with a real one.

    Args:
        real: Training or holdout.
        other: The column to score.
        training: What variety is measured against, since it has the most rows.
        holdout: With training, shows what chance does.

    Returns:
        None if training or holdout hold fewer than 10 values, or there are fewer than 10 rows to score.
    """
    if min(training.num_values, holdout.num_values, len(other.readable)) < MIN_VALUES:
        return None
    if other.num_values == 0:
        return Likeness(
            0.0, 0.0 if other.cells.unreadable.any() else 1.0, 0.0, 0.0 if other.cells.missing.all() else 1.0
        )
    return Likeness(
        shape=_shape(real, other, training, holdout),
        typed=_typed(real, other),
        varied=_varied(training, other),
        filled=_filled(real, other),
    )


def _shape(real: Side, other: Side, training: Side, holdout: Side) -> float:
    if real.is_numeric:
        return 1 - _gap(real.numbers, other.numbers)
    if training.is_text:
        sizes = [np.array([[len(text), text.count(" ")] for text in side.labels.tolist()]) for side in (real, other)]
        gaps = [_gap(sizes[0][:, k], sizes[1][:, k]) for k in (0, 1)]
        gaps += [_letter_variation(real, other, training, holdout, take) for take in GRAMS]
        return float(np.prod([1 - gap for gap in gaps]))
    size = min(side.num_values for side in (real, other, training, holdout))
    p, q = label_counts(real.labels[:size], other.labels[:size])
    expected = sum(label_counts(training.labels[:size], holdout.labels[:size]))
    found = 0.5 * float(np.abs(p - q).sum()) / size
    return 1 - beyond(found, chance_variation(np.asarray(expected, dtype=np.intp), size, size))


def _gap(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return beyond(ks_statistic(first, second), chance_gap(len(first), len(second)))


def _letter_variation(real: Side, other: Side, training: Side, holdout: Side, take: str) -> float:
    """Total variation of letters or letter triples, beyond that of mixtures of training and holdout texts."""
    sides = [getattr(side, take) for side in (real, other, training, holdout)]
    size = min(side.shape[0] for side in sides)
    found, mixed = _variation(sides[0][:size], sides[1][:size]), vstack([side[:size] for side in sides[2:]]).tocsr()
    # Texts are in random order, so each of these is a random half of both; the largest leaves room for luck.
    places = np.concatenate([np.arange(size)] * 2)
    halves = [places >> power & 1 == 0 for power in range(SPLITS)]
    return beyond(found, max(_variation(mixed[half], mixed[~half]) for half in halves if not half.all()))


def _grams(texts: list[str], size: int) -> csr_matrix:
    vectorizer = HashingVectorizer(
        analyzer="char", ngram_range=(size, size), n_features=HASHES, alternate_sign=False, norm="l1", lowercase=False
    )
    return vectorizer.transform(texts)


def _variation(first: csr_matrix, second: csr_matrix) -> float:
    p, q = (np.asarray(side.mean(axis=0)) for side in (first, second))
    return 0.5 * float(np.abs(p - q).sum())


def _typed(real: Side, other: Side) -> float:
    shares = []
    for side in (real, other):
        present = int((~side.cells.missing).sum())
        shares.append(side.whole * side.num_values / present if present else 1.0)
    return min(1.0, shares[1] / shares[0]) if shares[0] > 0 else 1.0


def _filled(real: Side, other: Side) -> float:
    """The smaller share of cells that are there over the larger one, after a difference that chance explains."""
    first, second = ((int((~side.cells.missing).sum()), len(side.readable)) for side in (real, other))
    rates = first[0] / first[1], second[0] / second[1]
    excess = max(0.0, abs(rates[0] - rates[1]) - chance_rates(first, second))
    return 1 - excess / max(rates)


def _varied(training: Side, other: Side) -> float:
    """The share of entropy that is kept, of what chance would keep at least.

    A constant keeps nothing: it can say nothing of any other column, however common its value is in training. If
    training varies so little that a sample without any variety is no surprise, nothing is lost.
    """
    # Equally many, as more rows hold more labels.
    size = min(training.num_values, other.num_values)
    if training.is_numeric:
        sides = [side.numbers[:size] for side in (training, other)]
        # Edges of both: numbers that lie elsewhere are as varied as before.
        edges = np.union1d(*(_edges(side) for side in sides))
        counts = [np.bincount(np.searchsorted(edges, side)) for side in sides]
    else:
        counts = [np.array(list(Counter(side.labels[:size].tolist()).values())) for side in (training, other)]
    (entropy, error), (kept, _) = (entropy_error(count.astype("float64")) for count in counts)
    least = entropy - SURE * error * np.sqrt(2)
    return float(min(1.0, kept / least)) if least > 0 else 1.0


def _edges(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges at quantiles of the numbers and of the distinct numbers, which resolve what lies beside a frequent one."""
    shares = np.linspace(0, 1, min(NUM_QUANTILES, len(numbers) // ROWS_A_BIN) + 1)
    return np.unique([np.quantile(side, shares, method="nearest") for side in (numbers, np.unique(numbers))])
