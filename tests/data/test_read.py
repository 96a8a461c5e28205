"""A table is read as pandas would, keeps what numbers would lose, and every problem is an error of ours."""

from __future__ import annotations

import gzip
import io
import traceback
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings

from tabsynth.data.delimited import read_delimited
from tabsynth.data.read import read_table
from tabsynth.errors import DataError

ORDINARY = """name,age,score,member,maybe,joined,empty,note
Ada,36,0.5,True,True,1843-01-01,,"a, b"
Bob,7,1e-05,False,,1900-02-03,,"two
lines"

Cleo,0,-2.25,True,False,,,NA
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def column(cells: list[str]) -> pd.Series:
    return read_delimited("\n".join(["c", *cells, ""]).encode(), "here", ",")["c"]


def test_a_frame_is_returned_as_it_is() -> None:
    frame = pd.DataFrame({"a": [1]})
    assert read_table(frame) is frame


@pytest.mark.parametrize("name", ["a.csv", "a.CSV", "a.csv.gz", "a.txt"])
def test_an_ordinary_csv_is_the_frame_that_pandas_reads(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, gzip.compress(ORDINARY.encode()) if name.endswith("gz") else ORDINARY)
    expected = pd.read_csv(io.StringIO(ORDINARY))
    pd.testing.assert_frame_equal(read_table(path), expected)
    pd.testing.assert_frame_equal(read_table(str(path)), expected)


@pytest.mark.parametrize("name", ["a.tsv", "a.txt"])
def test_a_tab_separated_file_is_read_by_its_tabs(tmp_path: Path, name: str) -> None:
    frame = read_table(written(tmp_path, name, "a\tb, c\n1\tx, y\n"))
    pd.testing.assert_frame_equal(frame, pd.DataFrame({"a": [1], "b, c": ["x, y"]}))


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(
    whole=st.lists(st.integers(-(2**53), 2**53), min_size=8, max_size=8),
    real=st.lists(st.floats(allow_nan=False), min_size=8, max_size=8),
    gaps=st.lists(st.integers(-(2**53), 2**53) | st.none(), min_size=8, max_size=8),
    words=st.lists(st.text("aé ,\"\n'x", min_size=1) | st.none(), min_size=8, max_size=8),
)
def test_what_pandas_writes_is_read_as_pandas_reads_it(
    whole: list[int], real: list[float], gaps: list[int | None], words: list[str | None]
) -> None:
    frame = pd.DataFrame({"whole": whole, "real": real, "gaps": gaps, "words": words})
    text = frame.to_csv(index=False)
    mine = read_delimited(text.encode(), "here", ",")
    pd.testing.assert_frame_equal(mine, pd.read_csv(io.StringIO(text)), check_exact=False)
    assert mine["real"].tolist() == real


@pytest.mark.parametrize(
    "cells",
    [
        ["007", "100"],
        ["+1", "2"],
        ["12345678901234567890", "1"],
        ["9007199254740993", "1"],
        ["-9007199254740993", ""],
        ["00.5", "1.5"],
        ["1_000", "2"],
        ["0x1F", "2"],
        ["True", "TRUE"],
        ["True", "1"],
        ["1", "a"],
        ["1.2.3", "4"],
        ["--1", "2"],
        ["1e5x", "1"],
        ["٣", "1"],
    ],
)
def test_a_cell_that_a_number_would_not_bring_back_keeps_its_column_text(cells: list[str]) -> None:
    series = column([cell or '""' for cell in cells])
    assert series.dtype == "str"
    assert series.dropna().tolist() == [cell for cell in cells if cell]


def test_whole_numbers_up_to_2_to_the_53_are_numbers() -> None:
    assert column(["9007199254740992", "-1"]).tolist() == [2**53, -1]


def test_whole_numbers_with_gaps_become_floats_like_in_pandas() -> None:
    series = column(["1", '""', "3"])
    assert series.dtype == "float64"
    assert series.isna().tolist() == [False, True, False]


def test_blanks_around_numbers_do_no_harm() -> None:
    assert column([" 1", "2 "]).tolist() == [1, 2]


def test_an_unnamed_index_column_is_named_as_in_pandas() -> None:
    text = pd.DataFrame({"a": [5, 6]}).to_csv()
    assert list(read_delimited(text.encode(), "here", ",")) == ["Unnamed: 0", "a"]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert list(read_table(written(tmp_path, "a.csv", b"\xef\xbb\xbfa,b\n1,2\n"))) == ["a", "b"]


def test_a_cell_may_be_longer_than_the_csv_module_allows_by_default() -> None:
    assert len(column(["x" * 200_000, "y"])[0]) == 200_000


def test_a_parquet_file_keeps_its_dtypes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"c": pd.Categorical(["x", "y"]), "n": pd.array([1, None], dtype="Int8"), "s": ["007", "1"]})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_feather(tmp_path / "a.feather")
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.parquet"), frame)
    pd.testing.assert_frame_equal(read_table(tmp_path / "a.feather"), frame)


def test_an_arrow_file_may_be_a_file_or_a_stream(tmp_path: Path) -> None:
    table = pa.table({"a": [1, 2]})
    for name, opened in (("f.arrow", pa.ipc.new_file), ("s.arrow", pa.ipc.new_stream)):
        with opened(tmp_path / name, table.schema) as writer:
            writer.write_table(table)
        assert read_table(tmp_path / name)["a"].tolist() == [1, 2]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json"])
def test_json_lines_keep_strings_as_they_are(tmp_path: Path, name: str) -> None:
    text = '{"zip": "007", "date": "2020-01-01", "n": 1}\n\n{"zip": "1\u2028", "date": null, "n": 2}\n'
    frame = read_table(written(tmp_path, name, text))
    assert frame["zip"].tolist() == ["007", "1\u2028"]
    assert frame["date"].iloc[0] == "2020-01-01"
    assert frame["n"].dtype == "int64"


def test_a_json_list_of_objects_is_a_table(tmp_path: Path) -> None:
    assert read_table(written(tmp_path, "a.json", '\n[{"a": 1},\n {"a": 2}]'))["a"].tolist() == [1, 2]


def test_a_url_is_read_through_fsspec(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "a\n1\n")
    assert read_table(f"file://{path}")["a"].tolist() == [1]


BAD_FILES: dict[str, tuple[str, str | bytes, str]] = {
    "zero bytes": ("a.csv", b"", "the file is empty"),
    "blank lines only": ("a.csv", "\n  \n", "the file is empty"),
    "header only": ("a.csv", "a,b\n", "a header and no rows"),
    "latin-1": ("a.csv", "secret,b\n1,\xe9\n".encode("latin-1"), r"byte at offset 11 is not UTF-8.*encoding="),
    "latin-1 behind a byte order mark": ("a.csv", b"\xef\xbb\xbfa\n\xe9\n", "byte at offset 5 is not UTF-8"),
    "utf-16": ("a.csv", "a,b\n1,2\n".encode("utf-16"), "byte at offset 0 is not UTF-8"),
    "utf-16 without mark": ("a.csv", "a,b\n1,2\n".encode("utf-16-le"), "byte at offset 1 is zero"),
    "a long record": ("a.csv", 'a,b\n1,"x\ny"\n\nsecret,2,3\n', "begins in line 5 has 3 cells, the header has 2"),
    "only long records": ("a.csv", "a,b\nsecret,2,3\n", "begins in line 2 has 3 cells, the header has 2"),
    "a short record": ("a.csv", "a,b\n1,2\nsecret\n", "begins in line 3 has 1 cells, the header has 2"),
    "an open quote": ("a.csv", 'a,b\n1,"secret\n2,3\n', "a quote is never closed"),
    "a name twice": ("a.csv", "a,b,a\n1,2,3\n", r"more than once: \['a'\]"),
    "semicolons": ("a.csv", "a;b\n1;2\n", r"another delimiter.*sep="),
    "no gzip": ("a.csv.gz", b"secret", "not a whole gzip file"),
    "half a gzip": ("a.csv.gz", gzip.compress(b"a\n1\n" * 99)[:-9], "not a whole gzip file"),
    "no Parquet": ("a.parquet", b"PAR1secret", "not a whole Parquet file"),
    "no Arrow": ("a.arrow", b"secret", "not a whole Arrow file"),
    "no Feather": ("a.feather", b"ARROW1secret", "not a whole Arrow file"),
    "broken JSON": ("a.jsonl", '{"a": 1}\n{"a": "secret\n', "line 2 cannot be parsed"),
    "a broken JSON list": ("a.json", '[{"a": "secret"', "the list cannot be parsed"),
    "JSON of bare values": ("a.jsonl", '{"a": 1}\n"secret"\n', "record 2 is no JSON object"),
    "an empty JSON list": ("a.json", "[]", "0 columns and 0 rows"),
    "another suffix": ("a.xlsx", b"secret", r"'.xlsx' is not a known kind of table. Use one of .csv"),
    "no suffix": ("table", b"secret", "'' is not a known kind of table"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_table_is_an_error_that_quotes_no_cell(tmp_path: Path, name: str) -> None:
    file, content, reason = BAD_FILES[name]
    path = written(tmp_path, file, content)
    with pytest.raises(DataError, match=f"(?s){reason}") as caught:
        read_table(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith(".")
    shown = "".join(traceback.format_exception(caught.value))
    assert "secret" not in shown
    assert shown.count("Traceback") == 1


def test_an_arrow_file_with_a_name_twice_is_refused(tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pa.ipc.new_file(tmp_path / "a.arrow", table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(DataError):
        read_table(tmp_path / "a.arrow")


def test_a_missing_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none.csv: there is no such file. Check the path") as caught:
        read_table(tmp_path / "none.csv")
    assert caught.value.__suppress_context__


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"this is a folder"):
        read_table(tmp_path)


@pytest.mark.parametrize("source", ["", Path()])
def test_an_empty_path_is_no_table(source: str | Path) -> None:
    with pytest.raises(DataError, match=r"path is empty"):
        read_table(source)


def test_other_objects_are_refused_by_their_type() -> None:
    with pytest.raises(DataError, match=r"cannot be read from a list. Pass a DataFrame, a path or a URL"):
        read_table([1])  # type: ignore[arg-type]


def test_a_url_without_a_driver_names_the_driver() -> None:
    with pytest.raises(DataError, match=r"URL cannot be read|no driver for") as caught:
        read_table("nosuch://bucket/a.csv")
    assert caught.value.__suppress_context__


def test_a_url_that_does_not_answer_is_an_error_without_its_secrets() -> None:
    with pytest.raises(DataError, match=r"https://127.0.0.1:9/a.csv: ") as caught:
        read_table("https://user:secret@127.0.0.1:9/a.csv?key=secret")
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_reading_leaves_the_csv_limit_of_others_alone() -> None:
    import csv

    before = csv.field_size_limit()
    column(["1", "2"])
    assert csv.field_size_limit() == before


def test_numbers_with_an_infinite_one_stay_numbers() -> None:
    assert column(["1.5", "-inf"]).tolist() == [1.5, -np.inf]
