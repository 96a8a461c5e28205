"""Can a classifier that reads the words tell synthetic texts from training texts? Knows no other column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.resamples import percentile_interval, random_units, resample_counts, units_of
from tabsynth.evaluator.roc import fold_aucs
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Side, Sides
from tabsynth.evaluator.trees import one_thread
from tabsynth.seeds import Seeds

MAX_TEXTS = 1_500  # a side; four sides are read for each column
MIN_TEXTS = 25
NUM_FOLDS = 5
MAX_CHARACTERS = 2_000
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+|[^\w\s]")
"""Words as they are written, and marks: capitals and full stops give texts away as well."""
METHOD = (
    f"logistic regression on TF-IDF of 1 to 3 words and marks in a row, {NUM_FOLDS}-fold out-of-fold, not clipped; "
    "the floor is training texts with their words shuffled"
)


def text_detection_score(sides: Sides) -> Score:
    """Score the column whose texts are told apart most, or that look copied most: the farthest from .5 for its size.

    A mean would let one column that gives every row away hide behind another that is good, or cancel out with one
    that is copied. Reference and floor are those of the same column.
    """
    texts = sides.training.table.texts
    if not texts:
        return Score(value=None, note="there is no text column")
    order = sorted(range(len(texts)), key=lambda k: texts[k].column.name)
    found = [_column(sides, place) for place in order]
    known = [score for score in found if score.value is not None]
    if not known:
        return found[0].model_copy(update={"note": f"no column has enough texts: {found[0].note}"})
    # The standard deviation of an AUC under the null hypothesis falls with the root of the number of texts.
    worst = max(known, key=lambda score: abs((score.value or 0.0) - 0.5) * sqrt(score.n))
    left_out = f"; {len(found) - len(known)} text columns with too few texts are left out" * (len(known) < len(found))
    return worst.model_copy(update={"note": worst.note + left_out})


@dataclass(frozen=True)
class _Texts:
    """Texts that are there, and the unit of each."""

    texts: list[str]
    units: NDArray[np.intp]


def _column(sides: Sides, place: int) -> Score:
    name = sides.training.table.texts[place].column.name
    taken = [_taken(side, place, sides.seeds) for side in (sides.training, sides.holdout, sides.synthetic)]
    real, fresh, fake = taken
    units = min(len(np.unique(real.units)), len(np.unique(fake.units)))
    if units < MIN_TEXTS:
        return Score(value=None, note=f"“{name}” needs {MIN_TEXTS} texts a side, there are {units}")
    rng = sides.seeds.stream("evaluator/text_detection/floor")
    salad = _Texts([_shuffled(text, rng) for text in real.texts], real.units)
    counts = _counts([real, fake, fresh, salad])
    if counts is None:
        return Score(value=None, note=f"“{name}” holds no words")
    aucs = [
        _auc((counts[0], counts[k]), (real.units, other.units), sides.seeds, paired=other is salad)
        for k, other in ((1, fake), (2, fresh), (3, salad))
    ]
    value, low, high, size = aucs[0]
    return Score(
        value=value,
        low=low,
        high=high,
        reference=aucs[1][0],
        floor=aucs[2][0],
        n=size,
        note=f"no two texts of “{name}” share a word" if value is None else f"of “{name}”: {METHOD}",
    )


def _taken(side: Side, place: int, seeds: Seeds) -> _Texts:
    cells: Cells = side.table.texts[place]
    assert cells.labels is not None
    there = np.flatnonzero([bool(text) for text in cells.labels.tolist()])
    groups: Groups | None = None if side.groups is None else side.groups.take(there)
    kept = random_units(groups, len(there), MAX_TEXTS, seeds.stream("evaluator/text_detection/groups"))
    texts = [text[:MAX_CHARACTERS] for text in cells.labels[there[kept]].tolist()]
    return _Texts(texts, units_of(None if groups is None else groups.take(kept), len(kept)))


def _shuffled(text: str, rng: np.random.Generator) -> str:
    words = text.split()
    return " ".join(words[k] for k in rng.permutation(len(words)))


def _counts(groups: list[_Texts]) -> list[csr_matrix] | None:
    """How often each text has each n-gram, side by side; None if there is no word."""
    counter = CountVectorizer(tokenizer=_TOKEN.findall, token_pattern=None, lowercase=False, ngram_range=(1, 3))
    try:
        matrix = counter.fit_transform([text for group in groups for text in group.texts]).tocsr()
    except ValueError:
        return None
    ends = np.cumsum([0] + [len(group.texts) for group in groups])
    return [matrix[start:end] for start, end in pairwise(ends.tolist())]


def _auc(
    counts: tuple[csr_matrix, csr_matrix],
    units: tuple[NDArray[np.intp], NDArray[np.intp]],
    seeds: Seeds,
    *,
    paired: bool,
) -> tuple[float | None, float | None, float | None, int]:
    """Out-of-fold AUC of two sides with equally many texts, its interval over units, and the number of texts.

    Args:
        counts: N-grams of either side.
        units: Unit of each text of either side.
        seeds: Source of folds and resamples.
        paired: Whether equal units of both sides belong together, as a text and its shuffled words do.
    """
    size = min(side.shape[0] for side in counts)
    first, second = units[0][:size], units[1][:size]
    if min(len(np.unique(codes)) for codes in (first, second)) < MIN_TEXTS:
        return None, None, None, 2 * size
    matrix = _tfidf(vstack([side[:size] for side in counts], format="csr"))
    if matrix is None:
        return None, None, None, 2 * size
    is_other = np.repeat([False, True], size)
    own = np.concatenate([first, second if paired else first.max() + 1 + second])
    folds = np.concatenate(_folds(first, second, seeds, paired=paired))
    scores = np.zeros(2 * size)
    with one_thread():
        for fold in range(NUM_FOLDS):
            fit, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            model = LogisticRegression(solver="liblinear", random_state=0).fit(matrix[fit], is_other[fit])
            scores[held] = model.decision_function(matrix[held])
    value = float(fold_aucs(is_other, scores, np.ones((1, 2 * size)), folds)[0])
    if not np.isfinite(value):
        return None, None, None, 2 * size
    weights = resample_counts(int(own.max()) + 1, seeds.stream("evaluator/text_detection/bootstrap"))[:, own]
    return value, *percentile_interval(fold_aucs(is_other, scores, weights, folds)), 2 * size


def _folds(
    first: NDArray[np.intp], second: NDArray[np.intp], seeds: Seeds, *, paired: bool
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Fold of each text of either side; no unit is cut, and either side has as many units in every fold."""
    rng = seeds.stream("evaluator/text_detection/folds")
    order = rng.permutation(first.max() + 1)
    other = order if paired else rng.permutation(second.max() + 1)
    return order[first] % NUM_FOLDS, other[second] % NUM_FOLDS


def _tfidf(counts: csr_matrix) -> csr_matrix | None:
    """Weigh n-grams that two texts have; what a single text has cannot be learned from other texts. None if no two do.

    Only the two sides that are compared may say which those are: a word of training is in its shuffled text as well,
    and in a copy of it, so that a third side would mark the words of training.
    """
    kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) > 1)
    return None if not len(kept) else TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, kept])
