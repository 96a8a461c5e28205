"""Delimited text becomes numbers only where nothing is lost, and is refused where it is no table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabsynth.data.delimited import read_delimited, utf8
from tabsynth.errors import DataError


def read(text: str, delimiter: str | None = ",") -> pd.DataFrame:
    return read_delimited(text.encode(), "t.csv", delimiter)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "-2"], "i"),
        (["1", ""], "f"),
        (["0.5", "1e-05"], "f"),
        (["True", "False"], "b"),
        (["007", "010"], "O"),
        (["+1", "2"], "O"),
        (["1_000", "2"], "O"),
        (["12345678901234567890", "1"], "O"),
    ],
)
def test_cells_are_numbers_only_if_they_are_written_as_numbers_are(cells: list[str], kind: str) -> None:
    column = read("a,b\n" + "".join(f"{cell},x\n" for cell in cells))["a"]
    assert column.dtype.kind == kind
    if kind == "O":
        assert column.tolist() == cells


def test_the_delimiter_of_a_text_file_is_found() -> None:
    assert list(read("a\tb\n1\t2\n", None).columns) == ["a", "b"]
    assert list(read("a,b\n1,2\n", None).columns) == ["a", "b"]


def test_a_column_without_values_is_one_of_missing_numbers() -> None:
    assert np.isnan(read("a,b\n,1\n,2\n")["a"]).all()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b\n1,2,3\n", "line 2 has 3 cells, the header has 2"),
        ('a,b\n"x\ny",2\n1\n', "line 4 has 1 cells"),
        ("a,a\n1,2\n", "more than once"),
        ("a;b\n1;2\n", "another delimiter"),
        ("a,b\n", "no rows"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(text: str, found: str) -> None:
    with pytest.raises(DataError, match=found):
        read(text)


def test_the_offset_of_a_wrong_byte_counts_from_the_start_of_the_file() -> None:
    with pytest.raises(DataError, match="offset 4 is not UTF-8"):
        utf8(b"\xef\xbb\xbfa\xff", "t.csv")
    with pytest.raises(DataError, match="offset 3 is zero"):
        utf8("ü,\0".encode(), "t.csv")
