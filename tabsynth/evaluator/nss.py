"""The Synthetic Quality Score with the exact arithmetic of NeMo Safe Synthesizer 0.1.16, for comparison only.

Written from its published formulas. It keeps what the strict score repairs: a column whose type was ruined counts as
perfect, and scores are rounded before they are combined. Identifiers count, by the types that it reads itself.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import label_text
from tabsynth.evaluator.curves import (
    composite_score,
    correlation_score,
    distribution_score,
    structure_score,
    tabular_score,
    text_structure_score,
)
from tabsynth.evaluator.dependence import Variable, association_matrix, codes_of, theils_u
from tabsynth.evaluator.marginals import js_distance, label_counts, numbers_js
from tabsynth.evaluator.structure import component_distance, count_encoded
from tabsynth.evaluator.text import text_form

FieldType = Literal["empty", "binary", "numeric", "categorical", "text", "other"]
ONE_SIDE_EMPTY = 0.5887
HIGH_UNIQUENESS = 0.1
MAX_COLUMNS = 250


def sqs_nss(training: pd.DataFrame, other: pd.DataFrame, num_rows: int) -> float | None:
    """Return the composite, 0 to 10 with one decimal.

    Args:
        training: Training rows in random order.
        other: Rows to score, the same columns, in random order.
        num_rows: Most rows to use on either side.
    """
    real, fake = (frame.iloc[:num_rows, :MAX_COLUMNS] for frame in (training, other))
    types = {name: field_type(real[name]) for name in real.columns}
    tabular = [name for name, kind in types.items() if kind in ("binary", "categorical", "numeric")]
    texts = [name for name, kind in types.items() if kind == "text"]
    scores = [_distribution(real, fake, tabular), _correlation(real, fake, types), _structure(real, fake, types)]
    tab = tabular_score(*[None if score is None else round(score, 1) for score in scores])
    forms = [_text(real[name], fake[name]) for name in texts]
    text = round(float(np.mean(forms)), 1) if forms else None
    total = composite_score(None if tab is None else round(tab, 3), len(types) - len(texts), text, len(texts))
    return None if total is None else round(total, 1)


def field_type(series: pd.Series) -> FieldType:
    """Return the type that NeMo Safe Synthesizer reads from a column."""
    present = series.dropna()
    if present.empty:
        return "empty"
    distinct = present.nunique()
    if distinct == 2:
        return "binary"
    if pd.api.types.is_float_dtype(present.dtype):
        return "numeric"
    if pd.api.types.is_bool_dtype(present.dtype) or pd.api.types.is_integer_dtype(present.dtype):
        return "categorical" if distinct <= 10 and present.min() >= 0 else "numeric"
    if 1 - distinct / len(present) >= (0.7 if len(present) <= 50 else 0.9):
        return "categorical"
    return "text" if present.astype(str).str.count(" ").mean() > 2 else "other"


def _is_numeric(series: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(series.dtype)


def _numbers(series: pd.Series) -> NDArray[np.float64]:
    values = series.to_numpy(dtype="float64", na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _labels(series: pd.Series) -> NDArray[np.object_]:
    out = np.empty(len(series), dtype=object)
    out[:] = ["nan" if pd.isna(value) else label_text(value) for value in series.tolist()]
    return out


def _distribution(real: pd.DataFrame, fake: pd.DataFrame, names: list[str]) -> float | None:
    if not names:
        return None
    return distribution_score(sum(_distance(real[name], fake[name]) for name in names) / len(names))


def _distance(real: pd.Series, fake: pd.Series) -> float:
    if field_type(fake) in ("text", "other"):
        return 0.0  # it has no distance for these, and counts none as 0
    if field_type(real) == "numeric" and _is_numeric(fake):
        first, second = _numbers(real), _numbers(fake)
        first, second = first[~np.isnan(first)], second[~np.isnan(second)]
        return numbers_js(first, second) if len(first) and len(second) else ONE_SIDE_EMPTY
    return js_distance(*label_counts(_labels(real), _labels(fake)))


def _correlation(real: pd.DataFrame, fake: pd.DataFrame, types: dict[str, FieldType]) -> float | None:
    names = [name for name, kind in types.items() if kind in ("binary", "categorical", "numeric")]
    if len(names) < 2:
        return None
    nominal = [name for name in names if types[name] != "numeric"]
    difference = np.abs(_matrix(real[names], nominal) - _matrix(fake[names], nominal))
    return correlation_score(float(difference.mean()))


def _matrix(frame: pd.DataFrame, nominal: list[str]) -> NDArray[np.float64]:
    variables = [
        Variable(None, codes_of(_labels(frame[name])))
        if name in nominal or not _is_numeric(frame[name])
        else Variable(_numbers(frame[name]), None)
        for name in frame.columns
    ]
    matrix = association_matrix(variables)
    sizes = [len(np.unique(_codes(variable))) for variable in variables]
    for i, first in enumerate(variables):
        uniqueness = sizes[i] / len(frame)
        if first.codes is None or uniqueness <= HIGH_UNIQUENESS or sizes[i] < 2:
            continue
        for j, second in enumerate(variables):
            if uniqueness < 1 and second.numbers is not None:
                known = ~np.isnan(second.numbers)
                x, y = first.codes[known], codes_of(second.numbers[known])
                matrix[j, i], matrix[i, j] = (theils_u(x, y), theils_u(y, x)) if len(x) else (0.0, 0.0)
            elif uniqueness == 1 and i != j:
                matrix[i, j], matrix[j, i] = 1.0, np.log(max(1, sizes[j])) / np.log(sizes[i])
    for i, size in enumerate(sizes):
        if size == 1:
            matrix[i, :] = matrix[:, i] = 0.0
            matrix[i, i] = 1.0
    return matrix


def _codes(variable: Variable) -> NDArray[np.float64] | NDArray[np.intp]:
    if variable.codes is not None:
        return variable.codes
    assert variable.numbers is not None
    return variable.numbers[~np.isnan(variable.numbers)]


def _structure(real: pd.DataFrame, fake: pd.DataFrame, types: dict[str, FieldType]) -> float | None:
    size = min(len(real), len(fake))
    real, fake = real.iloc[:size], fake.iloc[:size]
    columns = []
    for name, kind in types.items():
        if kind in ("binary", "categorical"):
            labels = _labels(real[name])
            columns.append((count_encoded(labels, labels), count_encoded(labels, _labels(fake[name]))))
        elif kind == "numeric" and field_type(fake[name]) == "numeric":
            columns.append((_median_filled(_numbers(real[name])), _median_filled(_numbers(fake[name]))))
    if len(columns) < 2:
        return None
    first, second = (np.column_stack([column[side] for column in columns]) for side in (0, 1))
    distance = component_distance(first, second)
    return None if distance is None else structure_score(distance)


def _median_filled(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    known = numbers[~np.isnan(numbers)]
    return np.nan_to_num(numbers, nan=float(np.median(known)) if len(known) else 0.0)


def _text(real: pd.Series, fake: pd.Series) -> float:
    first, second = (text_form(series.dropna().astype(str).to_numpy(dtype=object)) for series in (real, fake))
    if len(first.words) == 0 or len(second.words) == 0:
        return text_structure_score(ONE_SIDE_EMPTY)
    names = ("sentences", "words_per_sentence", "characters_per_word")
    return text_structure_score(float(np.mean([numbers_js(getattr(first, n), getattr(second, n)) for n in names])))
