"""Frames of one table become the bytes of the whole, whatever the cuts are."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from tabsynth.data.formats import write_frames
from tabsynth.data.write import write_table
from tabsynth.errors import DataError

NAIVE = st.datetimes(dt.datetime(1700, 1, 2), dt.datetime(2200, 1, 1))
DAYS = st.dates(dt.date(1700, 1, 2), dt.date(2200, 1, 1)).map(lambda day: dt.datetime(day.year, day.month, day.day))
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
DELTA = st.integers(-(10**6), 10**6).flatmap(
    lambda n: st.sampled_from([pd.Timedelta(n, "D"), pd.Timedelta(n, "s"), pd.Timedelta(n, "us")])
)
FORMS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "int16": ("int16", st.integers(-9, 9)),
    "Int64": ("Int64", st.integers(-(2**63), 2**63 - 1) | st.none()),
    "float64": ("float64", st.floats(allow_nan=True, allow_infinity=False)),
    "float32": ("float32", st.floats(width=32, allow_infinity=False)),
    "bool": ("bool", st.booleans()),
    "boolean": ("boolean", st.booleans() | st.none()),
    "str": ("str", TEXT | st.none()),
    "string": ("string[python]", TEXT | st.none()),
    "category": (pd.CategoricalDtype(["b", "a", "z"], ordered=True), st.sampled_from(["a", "b"]) | st.none()),
    "categories that are numbers": (pd.CategoricalDtype([3, 1, 2]), st.sampled_from([1, 2]) | st.none()),
    "datetime": ("datetime64[us]", NAIVE | DAYS | st.none()),
    "datetime in ns": ("datetime64[ns]", DAYS | st.none() | NAIVE),
    "datetime in s": ("datetime64[s]", DAYS | st.none()),
    "zoned": ("datetime64[us, Europe/Berlin]", NAIVE | st.none()),
    "timedelta": ("timedelta64[us]", DELTA | st.none()),
    "object strings": (object, TEXT | st.none()),
    "object integers": (object, st.integers(-9, 9) | st.none()),
    "object booleans": (object, st.booleans() | st.none()),
    "object dates": (object, st.dates() | st.none()),
    "object datetimes": (object, NAIVE | st.none()),
    "object decimals": (object, st.decimals(-(10**6), 10**6, places=4) | st.decimals(-9, 9, places=1) | st.none()),
    "arrow timestamps": ("timestamp[us][pyarrow]", NAIVE | DAYS | st.none()),
    "arrow strings": (pd.ArrowDtype(pa.large_string()), TEXT | st.none()),
}


def series_of(form: str, cells: list[Any]) -> pd.Series:
    dtype, _ = FORMS[form]
    if isinstance(dtype, str) and "," in dtype:
        return pd.Series(pd.to_datetime(cells, utc=True)).astype(dtype)
    return pd.Series(cells, dtype=dtype)


@st.composite
def parts(draw: st.DrawFn, form: str) -> list[pd.DataFrame]:
    """Two to four frames of one table, at times with parts in which all is missing."""
    sizes = draw(st.lists(st.integers(0, 4), min_size=2, max_size=4))
    cells = [draw(st.lists(FORMS[form][1], min_size=size, max_size=size)) for size in sizes]
    return [pd.DataFrame({"c": series_of(form, part), "n": range(len(part))}) for part in cells]


def written(frames: Any, name: str) -> bytes:
    out = io.BytesIO()
    write_frames(frames, out, name)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_parts_of_a_table_are_written_as_the_whole(form: str, data: st.DataObject) -> None:
    frames = data.draw(parts(form))
    whole = pd.concat(frames, ignore_index=True)
    assert whole.dtypes.equals(frames[0].dtypes)
    for name in ("a.csv", "a.tsv", "a.jsonl", "a.csv.gz"):
        assert written(frames, name) == written([whole], name)
    stored, expected = (pq.read_table(io.BytesIO(written(made, "a.parquet"))) for made in (frames, [whole]))
    assert stored.schema.names == expected.schema.names
    left, right = stored.to_pandas(), expected.to_pandas()
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    assert [type(cell) for cell in left["c"]] == [type(cell) for cell in right["c"]]


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"datetime", "datetime in ns", "datetime in s", "timedelta"}))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_other_columns_than_dates_are_written_as_pandas_writes_them(form: str, data: st.DataObject) -> None:
    (frame, *_) = data.draw(parts(form))
    assert written([frame], "a.csv").decode() == frame.to_csv(index=False, lineterminator="\n")


def test_dates_take_the_form_that_fits_all_parts() -> None:
    frames = [pd.DataFrame({"t": pd.to_datetime([day])}) for day in ("2024-01-31", "2024-02-01 12:30")]
    assert written(frames, "a.csv") == b"t\n2024-01-31 00:00:00\n2024-02-01 12:30:00\n"


def test_of_an_iterator_the_first_frame_settles_the_form() -> None:
    frames = [pd.DataFrame({"t": pd.to_datetime([day])}) for day in ("2024-02-01 12:30", "2024-01-31")]
    assert written(iter(frames), "a.csv") == written(frames, "a.csv")
    with pytest.raises(DataError, match="column 't': dates further on need a finer form") as caught:
        written(iter(frames[::-1]), "a.csv")
    assert "2024" not in str(caught.value)


def test_a_parquet_file_has_a_row_group_a_frame() -> None:
    frames = [pd.DataFrame({"o": pd.Series([None, None], dtype=object)}), pd.DataFrame({"o": ["x"]}, dtype=object)]
    file = pq.ParquetFile(io.BytesIO(written(frames, "a.parquet")))
    assert file.metadata.num_row_groups == 2
    assert file.schema_arrow.field("o").type == pa.string()
    assert file.read().column("o").to_pylist() == [None, None, "x"]


def test_decimals_of_different_length_share_a_column() -> None:
    frames = [pd.DataFrame({"p": [Decimal(text)]}, dtype=object) for text in ("1.5", "123.25", "0.125")]
    back = pq.read_table(io.BytesIO(written(frames, "a.parquet"))).to_pandas()
    assert back["p"].tolist() == [Decimal("1.5"), Decimal("123.25"), Decimal("0.125")]


def test_column_names_that_are_no_strings_become_strings(tmp_path: Path) -> None:
    frame = pd.DataFrame({0: ["a"], 1: [1]}).astype({0: object})
    write_table(frame, tmp_path / "a.parquet")
    assert list(pd.read_parquet(tmp_path / "a.parquet").columns) == ["0", "1"]


def test_a_large_column_is_written_in_one_form() -> None:
    days = pd.Series(np.arange(150_000) * 0, dtype="int64")
    days.iloc[-1] = 1
    text = written([pd.DataFrame({"t": days.astype("datetime64[s]")})], "a.csv").split(b"\n")
    assert (text[1], text[-2]) == (b"1970-01-01 00:00:00", b"1970-01-01 00:00:01")


def test_no_frame_is_no_table() -> None:
    for frames in ([], iter([])):
        with pytest.raises(DataError, match="there is no table to write"):
            written(frames, "a.csv")


def test_moments_of_a_zone_take_one_form_in_all_parts() -> None:
    days = (["2000-01-01 01:00:00"], ["2000-07-01 01:00:00.001", None])
    frames = [pd.DataFrame({"t": pd.to_datetime(pd.Series(day)).dt.tz_localize("Europe/Berlin")}) for day in days]
    assert written(frames, "a.csv").decode().splitlines() == [
        "t",
        "2000-01-01 01:00:00.000+01:00",
        "2000-07-01 01:00:00.001+02:00",
        '""',
    ]
