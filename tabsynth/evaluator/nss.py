"""The Synthetic Quality Score with the exact arithmetic of NeMo Safe Synthesizer 0.1.16, for comparison only.

Written from its published formulas. It keeps what the strict score repairs: a column whose type was ruined counts as
perfect, and scores are rounded before they are combined. Identifiers count, by the types that it reads itself.
Where it cannot tell, neither does this: a text column that lost all of its values takes the text score away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from tabsynth.evaluator.curves import (
    composite_score,
    correlation_score,
    distribution_score,
    structure_score,
    tabular_score,
    text_structure_score,
)
from tabsynth.evaluator.dependence import Variables, association_matrix, theils_u
from tabsynth.evaluator.marginals import numbers_js
from tabsynth.evaluator.nss_fields import (
    TABULAR,
    FieldType,
    field_distance,
    field_type,
    hashable,
    is_numeric,
    numbers_of,
    values_of,
)
from tabsynth.evaluator.text import text_form

HIGH_UNIQUENESS = 0.1
MAX_COLUMNS = 250
PCA_SEED = 444
Types = dict[str, tuple[FieldType, FieldType]]


@dataclass(frozen=True)
class NssScores:
    """Scores of one table against training, 0 to 10 with one decimal; None where the peer has none.

    Attributes:
        sqs: The composite.
        distribution: Jensen-Shannon distances of the columns.
        correlation: Associations of the pairs.
        deep_structure: First two principal components.
        text_structure: Sentences, words and characters.
    """

    sqs: float | None
    distribution: float | None
    correlation: float | None
    deep_structure: float | None
    text_structure: float | None


def sqs_nss(training: pd.DataFrame, other: pd.DataFrame, num_rows: int) -> float | None:
    """Return the composite of `nss_scores`."""
    return nss_scores(training, other, num_rows).sqs


def nss_scores(training: pd.DataFrame, other: pd.DataFrame, num_rows: int) -> NssScores:
    """Score a table, equally many rows on both sides.

    Args:
        training: Training rows in random order.
        other: Rows to score, the same columns, in random order.
        num_rows: Most rows to use on either side.
    """
    size = min(num_rows, len(training), len(other))
    real, fake = (_hashable(frame.iloc[:size, :MAX_COLUMNS]) for frame in (training, other))
    types: Types = {name: (field_type(real[name]), field_type(fake[name])) for name in real.columns}
    tabular = [name for name, kinds in types.items() if kinds[0] in TABULAR]
    texts = [name for name, kinds in types.items() if kinds[0] == "text"]
    scores = (
        _rounded(_distribution(real[tabular], fake[tabular], types)),
        _rounded(_correlation(real[tabular], fake[tabular], types)),
        _rounded(_structure(real[tabular], fake[tabular], types)),
    )
    text = _text(real[texts], fake[texts])
    tab = tabular_score(*scores)
    total = composite_score(None if tab is None else round(tab, 3), len(types) - len(texts), text, len(texts))
    return NssScores(_rounded(total), *scores, text)


def component_distance(training: NDArray[np.float64], other: NDArray[np.float64]) -> float | None:
    """Return the mean Jensen-Shannon distance along the first two principal components of `training`.

    Args:
        training: Shape (rows, columns), no missing values. Scaler and components are fitted on it.
        other: Shape (rows, columns), projected onto them.

    Returns:
        A distance in [0, 1]; None with fewer than two columns or rows, or if no column varies or squares overflow.
    """
    if min(training.shape) < 2 or len(other) < 2 or not (training.min(axis=0) < training.max(axis=0)).any():
        return None
    with np.errstate(all="ignore"):
        scaler = StandardScaler().fit(training)
        scaled = [scaler.transform(table) for table in (training, other)]
        if not all(np.isfinite(np.square(table).sum()) for table in scaled):
            return None
        pca = PCA(n_components=2, random_state=PCA_SEED).fit(scaled[0])
    first, second = (pca.transform(table) for table in scaled)
    return float(np.mean([numbers_js(first[:, axis], second[:, axis]) for axis in (0, 1)]))


def _hashable(frame: pd.DataFrame) -> pd.DataFrame:
    nested = {str(name): hashable(frame[name]) for name in frame.columns if frame[name].dtype == object}
    return frame.assign(**nested) if nested else frame


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(score, 1)


def _distribution(real: pd.DataFrame, fake: pd.DataFrame, types: Types) -> float | None:
    if real.shape[1] == 0:
        return None
    distances = [field_distance(real[name], fake[name], types[name]) for name in real.columns]
    return distribution_score(sum(distances) / len(distances))


def _correlation(real: pd.DataFrame, fake: pd.DataFrame, types: Types) -> float | None:
    if real.shape[1] < 2:
        return None
    nominal = [name for name in real.columns if types[name][0] != "numeric"]
    return correlation_score(float(np.abs(_matrix(real, nominal) - _matrix(fake, nominal)).mean()))


def _matrix(frame: pd.DataFrame, nominal: list[str]) -> NDArray[np.float64]:
    columns = [
        _codes(values_of(frame[name])) if name in nominal or not is_numeric(frame[name]) else numbers_of(frame[name])
        for name in frame.columns
    ]
    matrix = association_matrix(Variables.of(columns, len(frame)))
    sizes = [len(pd.unique(column[~np.isnan(column)])) for column in columns]
    for i, first in enumerate(columns):
        uniqueness = sizes[i] / len(frame)
        if first.dtype.kind == "f" or uniqueness <= HIGH_UNIQUENESS or sizes[i] < 2:
            continue
        for j, second in enumerate(columns):
            if uniqueness < 1 and second.dtype.kind == "f":
                known = ~np.isnan(second)
                x, y = _codes(first[known]), _codes(second[known])
                matrix[j, i], matrix[i, j] = (theils_u(x, y), theils_u(y, x)) if len(x) else (0.0, 0.0)
            elif uniqueness == 1 and i != j:
                matrix[i, j], matrix[j, i] = 1.0, np.log(max(1, sizes[j])) / np.log(sizes[i])
    for i, size in enumerate(sizes):
        if size == 1:
            matrix[i, :] = matrix[:, i] = 0.0
            matrix[i, i] = 1.0
    return matrix


def _codes(values: NDArray[np.object_] | NDArray[np.float64] | NDArray[np.intp]) -> NDArray[np.intp]:
    """Number the distinct values, missing ones as a value of their own. Shape (rows,)."""
    codes, distinct = pd.factorize(values)
    return np.where(codes < 0, len(distinct), codes).astype(np.intp)


def _structure(real: pd.DataFrame, fake: pd.DataFrame, types: Types) -> float | None:
    columns = []
    for name in real.columns:
        kind, other = types[name]
        if kind != "numeric" and other in TABULAR:
            columns.append(_counted(values_of(real[name]), values_of(fake[name])))
        elif kind == "numeric" and other == "numeric":
            columns.append((_median_filled(numbers_of(real[name])), _median_filled(numbers_of(fake[name]))))
    if len(columns) < 2:
        return None
    first, second = (np.column_stack([column[side] for column in columns]) for side in (0, 1))
    distance = component_distance(first, second)
    return None if distance is None else structure_score(distance)


def _counted(real: NDArray[np.object_], fake: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Replace each value by its count among `real`, 0 if unseen; missing counts as a value."""
    codes = _codes(np.concatenate([real, fake]))
    counts = np.bincount(codes[: len(real)], minlength=int(codes.max()) + 1).astype("float64")
    return counts[codes[: len(real)]], counts[codes[len(real) :]]


def _median_filled(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    known = numbers[~np.isnan(numbers)]
    return np.where(np.isnan(numbers), 2 * np.median(known / 2) if len(known) else 0.0, numbers)


def _text(real: pd.DataFrame, fake: pd.DataFrame) -> float | None:
    """Return the mean over the text columns, each rounded first; None if one of them holds no text any more."""
    if real.shape[1] == 0 or any(fake[name].isna().all() for name in real.columns):
        return None
    return round(float(np.mean([_text_column(real[name], fake[name]) for name in real.columns])), 1)


def _text_column(real: pd.Series, fake: pd.Series) -> float:
    first, second = _measures(real), _measures(fake)
    distances = [
        field_distance(first[name], second[name], (field_type(first[name]), field_type(second[name]))) for name in first
    ]
    return round(text_structure_score(sum(distances) / len(distances)), 1)


def _measures(series: pd.Series) -> dict[str, pd.Series]:
    """Return its columns of measures; few distinct counts of sentences are labels to it, not numbers."""
    form = text_form(np.array(series.dropna().astype(str).tolist(), dtype=object))
    characters = pd.Series(form.characters_per_word, dtype="float64")
    return {
        "sentences": pd.Series(form.sentences.astype("int64")),
        "words_per_sentence": pd.Series(form.words_per_sentence),
        "characters_per_word": characters.where(form.words > 0),
    }
