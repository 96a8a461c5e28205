"""A fingerprint is the same for the same table, and another one for any other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.data.fingerprint import table_fingerprint


def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2, 3], "b": ["x", None, "z"], "c": [0.5, np.nan, 1.5]})


def test_the_same_table_has_the_same_fingerprint() -> None:
    assert table_fingerprint(frame()) == table_fingerprint(frame())


def test_the_index_is_no_part_of_a_table() -> None:
    assert table_fingerprint(frame().set_index(pd.Index([7, 8, 9]))) == table_fingerprint(frame())


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.iloc[::-1],
        lambda table: table.head(2),
        lambda table: table.rename(columns={"a": "A"}),
        lambda table: table[["b", "a", "c"]],
        lambda table: table.astype({"a": "int32"}),
        lambda table: table.assign(b=["x", "", "z"]),
        lambda table: table.assign(c=[0.5, np.nan, 1.5000000000000002]),
    ],
    ids=["order of rows", "fewer rows", "a name", "order of columns", "a dtype", "a missing cell", "a digit"],
)
def test_any_change_gives_another_one(change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    assert table_fingerprint(change(frame())) != table_fingerprint(frame())


def test_a_fingerprint_says_nothing_of_the_cells() -> None:
    assert set(table_fingerprint(frame())) <= set("0123456789abcdef")
    assert len(table_fingerprint(frame())) == 32
