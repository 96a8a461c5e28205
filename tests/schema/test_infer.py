"""A schema is read from dtypes and values; a table that cannot be learned is refused with the reason."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import ConfigError, SchemaError
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.values import plain_values, restored_series

ROWS = 40


def column(cells: Any, kind: str | None = None, **options: Any) -> Column:
    frame = pd.DataFrame({"c": pd.Series(cells, **options), "other": [1, 2] * (len(cells) // 2)})
    return infer_schema(frame, None if kind is None else {"c": kind})["c"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([3, 1, 4, 1] * 10, Kind.INTEGER),
        ([1.5, 2.25] * 20, Kind.DECIMAL),
        ([True, False] * 20, Kind.BOOLEAN),
        (["a", "b"] * 20, Kind.CATEGORICAL),
        (pd.Categorical([1, 2] * 20), Kind.CATEGORICAL),
        (list(range(100, 140)), Kind.IDENTIFIER),
        ([f"C{1000 + row}" for row in range(40)], Kind.IDENTIFIER),
        ([f"somebody called {'x' * row}" for row in range(40)], Kind.TEXT),
        (pd.to_datetime(["2020-01-01", "2021-01-01"] * 20), Kind.DATETIME),
        (pd.to_timedelta(range(40), unit="s"), Kind.INTEGER),
        (["2020-01-31", "2021-12-01"] * 20, Kind.DATETIME),
        (["31.01.2020", "01.12.2021"] * 20, Kind.DATETIME),
        (["007", "1"] * 20, Kind.CATEGORICAL),
        ([None] * 40, Kind.CATEGORICAL),
    ],
)
def test_the_kind_is_read_from_the_values(cells: Any, kind: Kind) -> None:
    assert column(cells).kind is kind


@pytest.mark.parametrize(
    ("cells", "decimals"),
    [([1.0, 2.0], 0), ([1.5, 2.25], 2), ([0.1, 1234.567], 3), ([1 / 3, 2 / 3], None), ([1e300, 0.5], None)],
)
def test_decimals_are_the_fewest_digits_that_hold_every_value(cells: list[float], decimals: int | None) -> None:
    assert column(cells * 20).decimals == decimals


def test_a_date_format_is_taken_only_if_every_string_comes_back() -> None:
    assert column(["1/2/2020", "12/31/2020"] * 20).date_format == "%-m/%-d/%Y"
    assert column(["01/02/2020", "1/2/2020"] * 20).date_format is None


def test_a_column_with_missing_values_is_nullable() -> None:
    assert column([1, None] * 20, dtype="Int64").nullable
    assert not column([1, 2] * 20).nullable


def test_sentences_are_prose_and_names_are_not() -> None:
    assert column([f"this is the sentence of number {row} in words" for row in range(40)], "text").prose
    assert not column([f"Name {row}" for row in range(40)], "text").prose


def test_a_declared_kind_wins() -> None:
    assert column([10115, 80331] * 20, "categorical").kind is Kind.CATEGORICAL


def test_a_declared_column_that_does_not_exist_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"names the column 'othr'. Did you mean 'other'"):
        infer_schema(pd.DataFrame({"other": [1, 2] * 20}), {"othr": "text"})


def test_a_declared_kind_that_does_not_exist_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"gives the kind 'intger'. Did you mean 'integer'"):
        column([1, 2] * 20, "intger")


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["secret", "other"] * 20, "integer"),
        (["secret", "other"] * 20, "decimal"),
        (["secret", "other"] * 20, "datetime"),
        (["secret", "other"] * 20, "boolean"),
        (["007", "011"] * 20, "integer"),
        (["1.50", "2.25"] * 20, "decimal"),
        ([1.5, 2.5] * 20, "integer"),
        (pd.Categorical(["2020-01-01", "2020-01-02"] * 20), "datetime"),
        (pd.to_datetime(["2020-01-01", "2021-01-01"] * 20), "categorical"),
    ],
)
def test_a_declared_kind_that_loses_values_is_refused_at_once(cells: Any, kind: str) -> None:
    with pytest.raises(SchemaError, match=r"column 'c'") as caught:
        column(cells, kind)
    assert not any(repr(cell) in str(caught.value) or "secret" in str(caught.value) for cell in list(cells)[:2])


def bad(cells: Any, **options: Any) -> pd.DataFrame:
    return pd.DataFrame({"c": pd.Series(cells, **options)})


BAD_TABLES: dict[str, tuple[pd.DataFrame, str]] = {
    "no columns": (pd.DataFrame(), "0 rows and 0 columns"),
    "no rows": (pd.DataFrame({"c": []}), "0 rows and 1 columns"),
    "columns without rows": (pd.DataFrame(index=range(50)), "0 columns"),
    "one row": (bad([4711]), "has 1 rows, at least 20"),
    "a name twice": (pd.DataFrame([[4711, 4711]] * ROWS, columns=["c", "c"]), r"more than once: \['c'\]"),
    "a name that is a number": (pd.DataFrame({0: [4711] * ROWS}), "1 column names are not strings"),
    "names in two levels": (pd.DataFrame({("a", "b"): [4711] * ROWS}), "1 column names are not strings"),
    "a name of half a character": (
        pd.DataFrame([[4711]] * ROWS, columns=pd.Index(["\ud800"], dtype=object)),
        "valid Unicode, the first at position 0",
    ),
    "nothing but gaps": (
        pd.DataFrame({"a": [None] * ROWS, "b": [np.nan] * ROWS}),
        "every value of the table is missing",
    ),
    "infinite values": (bad([4711.5, np.inf] * 20), "20 of 40 values are infinite"),
    "infinite objects": (bad([4711.5, -np.inf] * 20, dtype=object), "20 of 40 values are infinite"),
    "2,000 columns": (pd.DataFrame(np.full((ROWS, 2000), 4711)).rename(columns=str), "2,000 columns, at most 1,000"),
    "mixed types": (bad([4711, "secret"] * 20, dtype=object), "holds values of type int, str"),
    "half characters": (bad(["secret\ud800", "b"] * 20, dtype=object), "20 of 40 strings hold lone surrogates"),
    "uint64 beyond int64": (bad([2**64 - 4711] * ROWS, dtype="uint64"), "more than 64 bits with a sign"),
    "a uint64 counter": (bad(range(2**64 - 4711 - ROWS, 2**64 - 4711), dtype="uint64"), "more than 64 bits"),
    "integers beyond 64 bits": (bad([4711 * 2**64] * ROWS, dtype=object), "more than 64 bits"),
    "complex": (bad([4711j] * ROWS), "dtype complex128 is not supported"),
    "bytes": (bad([b"secret"] * ROWS), "holds values of type bytes"),
    "lists": (bad([["secret"]] * ROWS), "holds values of type list"),
    "dicts": (bad([{"secret": 4711}] * ROWS), "holds values of type dict"),
    "arrays": (bad([np.array([4711])] * ROWS), "holds values of type ndarray"),
}


@pytest.mark.parametrize("name", BAD_TABLES)
def test_a_table_that_cannot_be_learned_is_refused_without_quoting_it(name: str) -> None:
    frame, reason = BAD_TABLES[name]
    with pytest.raises(SchemaError, match=reason) as caught:
        infer_schema(frame)
    text = str(caught.value)
    assert "4711" not in text.replace(",", "")
    assert "secret" not in text
    text.encode()
    assert text.endswith(".")


def test_an_infinite_value_in_an_integer_guess_never_warns(recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(SchemaError):
        column([1.0, np.inf] * 20, "integer")
    assert not recwarn.list


def test_the_frame_is_left_as_it_was() -> None:
    frame = pd.DataFrame({"c": ["2020-01-01", None] * 20, "n": [1, 2] * 20})
    before = frame.copy(deep=True)
    infer_schema(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_codes_of_digits_hold_no_words_and_names_do() -> None:
    assert not column([f"-{row}.5" for row in range(40)], "text").words
    assert column([f"Name {row}" for row in range(40)], "text").words


def test_strings_that_are_numbers_with_a_point_are_numbers() -> None:
    coordinates = [f"-{110 + row / 100}" for row in range(1, 60) if row % 10]
    found = column(coordinates)
    assert (found.kind, found.decimals) == (Kind.DECIMAL, 2)
    values = plain_values(pd.Series(coordinates, name="c"), found)
    assert restored_series(values, found).tolist() == coordinates


@pytest.mark.parametrize("odd", ["5.10", "7", "1.2.3", "'", "007.5", "1e5", "nan"])
def test_one_string_that_would_come_back_another_way_leaves_all_of_them_text(odd: str) -> None:
    assert column([f"{row}.5" for row in range(39)] + [odd]).kind is Kind.TEXT
