"""A table is written whole or not at all, and what was written is read back."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabsynth.data.read import read_table
from tabsynth.data.write import write_table
from tabsynth.errors import DataError


def plain_frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "whole": [1, -2],
            "real": [0.1 + 0.2, np.nan],
            "word": ["a, \"b\"\n'c'", "ü"],
            "code": ["007", "010"],
            "flag": [True, False],
        },
        index=[7, 3],
    )


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.parquet", "a.jsonl", "a.ndjson", "a.csv.gz", "a.jsonl.gz"])
def test_a_plain_table_comes_back(tmp_path: Path, name: str) -> None:
    write_table(plain_frame(), tmp_path / name)
    pd.testing.assert_frame_equal(read_table(tmp_path / name), plain_frame().reset_index(drop=True), check_exact=True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_parquet_keeps_dtypes(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int8"),
            "c": pd.Categorical(["b", "a"], categories=["b", "a", "z"], ordered=True),
            "t": pd.to_datetime(["2020-01-01", None]).tz_localize("Europe/Berlin"),
            "d": pd.Series([dt.date(2020, 1, 1), None], dtype=object),
            "p": pd.Series([Decimal("1.50"), None], dtype=object),
            "f": pd.Series([0.1, np.nan], dtype="float32"),
        }
    )
    write_table(frame, tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.parquet"), frame)


def test_json_lines_are_exact_and_readable(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "real": [0.1 + 0.2, np.nan],
            "single": pd.Series([0.1, 2.0], dtype="float32"),
            "moment": pd.to_datetime(["2020-01-01 12:00", None]),
            "day": pd.Series([dt.date(2020, 1, 1), None], dtype=object),
            "price": pd.Series([Decimal("1.50"), None], dtype=object),
            "big": [2**60 + 1, 0],
            "c": pd.Categorical([1, None]),
        }
    )
    write_table(frame, tmp_path / "a.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert lines[0] == {
        "real": 0.30000000000000004,
        "single": 0.1,
        "moment": "2020-01-01T12:00:00",
        "day": "2020-01-01",
        "price": "1.50",
        "big": 2**60 + 1,
        "c": 1,
    }
    assert [lines[1][name] for name in ("real", "moment", "day", "price", "c")] == [None] * 5


def test_the_same_table_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        write_table(plain_frame(), tmp_path / name)
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


@pytest.mark.parametrize("name", ["a.xlsx", "a", "a.feather", "a.parquet.gz", "s3://b/a.csv"])
def test_an_unknown_target_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=r"is not a kind of table to write. Use one of .csv|local files only"):
        write_table(plain_frame(), name if "://" in name else tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="its folder does not exist"):
        write_table(plain_frame(), tmp_path / "none" / "a.csv")


def test_a_failed_write_leaves_the_old_file_and_no_parts(tmp_path: Path) -> None:
    write_table(plain_frame(), tmp_path / "a.jsonl")
    before = (tmp_path / "a.jsonl").read_bytes()
    with pytest.raises(DataError, match="does not fit this format") as caught:
        write_table(pd.DataFrame({"a": [1.0, np.inf], "b": ["secret", "b"]}), tmp_path / "a.jsonl")
    assert "secret" not in str(caught.value)
    assert (tmp_path / "a.jsonl").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_table_that_parquet_cannot_hold_is_an_error_that_quotes_no_cell(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not fit this format") as caught:
        write_table(pd.DataFrame({"a": pd.Series([1, "secret"], dtype=object)}), tmp_path / "a.parquet")
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
