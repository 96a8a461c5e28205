"""Texts and codes come back stored as they were."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.privacy.protect.strings import protected_strings
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.thresholds import Thresholds
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.infer import infer_column

THRESHOLDS = Thresholds(5, 5, 5)


def protected(series: pd.Series, column: Column) -> tuple[pd.Series, int, int]:
    made, record = protected_strings(
        series, column, Subjects.of(None, len(series)), THRESHOLDS, np.random.default_rng(0)
    )
    return made, record.replaced, record.clipped


@pytest.mark.parametrize("dtype", ["object", "string", "str", "string[pyarrow]"])
def test_names_keep_dtype_index_and_missing_marks(dtype: str) -> None:
    names = [f"ann{number % 10}{number // 10}" for number in range(60)]
    series = pd.Series([*names, "zoë, the one with the long name", None], name="name", dtype=dtype, index=range(9, 71))
    made, replaced, clipped = protected(series, infer_column(series, Kind.TEXT))
    assert made.dtype == series.dtype
    assert made.index.equals(series.index)
    assert made.isna().tolist() == series.isna().tolist()
    assert made[:60].tolist() == names
    assert len(made.loc[69]) <= 5
    assert set("".join(made.dropna())) <= set("an0123456789")
    assert (replaced, clipped) == (1, 1)


def test_sentences_are_cut_but_keep_their_characters() -> None:
    series = pd.Series([f"a b c d e f g h {n}" for n in range(50)] + ["ü b c d e f g h and so on"], name="note")
    column = infer_column(series)
    assert column.prose
    made, replaced, clipped = protected(series, column)
    assert made.iloc[50] == "ü b c d e f g h and so on"[:18][: len(made.iloc[50])]
    assert (replaced, clipped) == (0, 1)


def test_declared_identifiers_lose_shapes_of_their_own() -> None:
    series = pd.Series([f"C{n}" for n in range(100, 140)] + ["Jane Smith"], name="id")
    column = Column(name="id", kind=Kind.IDENTIFIER, dtype=infer_column(series).dtype, nullable=False)
    made, replaced, _ = protected(series, column)
    assert made.iloc[40] == "C000"
    assert replaced == 1


def test_a_column_without_strings_stays() -> None:
    series = pd.Series([None] * 40, name="note", dtype=object)
    made, replaced, clipped = protected(series, Column(**(infer_column(series).model_dump() | {"kind": Kind.TEXT})))
    assert made.isna().all()
    assert (replaced, clipped) == (0, 0)
