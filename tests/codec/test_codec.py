"""What every codec promises, over made-up tables: a frame to token ids and back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tabsynth.codec.codec import Codec, Reading
from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import plain_values

MAKERS: dict[str, Callable[[Schema, Facts], Codec]] = {
    "table": lambda schema, facts: TableCodec(schema, facts, ByteTokenizer()),
    "table of characters": lambda schema, facts: TableCodec(schema, facts, NoTextTokenizer()),
    "table of many": lambda schema, facts: TableCodec(schema, facts, ByteTokenizer(), single=False),
    "values": lambda schema, facts: LineCodec(schema, facts, ByteTokenizer(), ValuesFormat()),
    "jsonl": lambda schema, facts: LineCodec(schema, facts, ByteTokenizer(), JsonLinesFormat(), [1, 2]),
}
NASTY = [
    "", "|", "a|b", "\n", "\r\n", "\\", "\\N", "\\\\N", "\\n", '"', "'", "null", "nan", "NA", "None", "007", "7", "1.0",
    " ", "ü", "日本", "🎲", "\u2028", "\ufffd", "{}", "True", "true", "1e3", "a" * 300, "\x7f\x01",
]  # fmt: skip
STRINGS = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6
)
MOMENTS = st.datetimes(dt.datetime(1700, 1, 2), dt.datetime(2199, 12, 31))
CENTS = st.integers(-(10**7), 10**7).map(lambda cents: cents / 100)
COARSE = st.integers(-50, 50).map(lambda n: n * 250)
LARGE = st.integers(-(2**52), 2**52)
REAL = st.floats(-1e15, 1e15, allow_subnormal=False)
SINGLE = st.floats(-1e6, 1e6, width=32, allow_subnormal=False)


@dataclass(frozen=True)
class Form:
    """A made-up column: its cells, how they are stored, and the kind that the user declares."""

    cells: st.SearchStrategy[Any]
    dtype: Any
    kind: Kind
    missing: Any = ...


def on_grid(unit: str) -> st.SearchStrategy[pd.Timestamp]:
    return MOMENTS.map(lambda moment: pd.Timestamp(np.datetime64(moment, unit)))


FORMS = {
    "int64": Form(LARGE | st.integers(0, 9), "int64", Kind.INTEGER),
    "int64 on a coarse grid": Form(COARSE, "int64", Kind.INTEGER),
    "Int64": Form(COARSE | LARGE, "Int64", Kind.INTEGER, pd.NA),
    "uint8": Form(st.integers(0, 255), "uint8", Kind.INTEGER),
    "float64 of cents": Form(CENTS, "float64", Kind.DECIMAL, np.nan),
    "float64 of whole numbers": Form(COARSE.map(float), "float64", Kind.DECIMAL, np.nan),
    "float64, continuous": Form(REAL, "float64", Kind.DECIMAL, np.nan),
    "float32 of cents": Form(st.integers(-9_999, 9_999).map(lambda n: n / 100), "float32", Kind.DECIMAL, np.nan),
    "float32, continuous": Form(SINGLE, "float32", Kind.DECIMAL, np.nan),
    "Decimal objects": Form(CENTS.map(lambda value: Decimal(f"{value:.2f}")), object, Kind.DECIMAL, None),
    "bool": Form(st.booleans(), "bool", Kind.BOOLEAN),
    "boolean": Form(st.booleans(), "boolean", Kind.BOOLEAN, pd.NA),
    "bool objects": Form(st.booleans(), object, Kind.BOOLEAN, None),
    "category": Form(st.sampled_from("abc|"), "category", Kind.CATEGORICAL, np.nan),
    "category of numbers": Form(st.sampled_from([1, 10, 2]), "category", Kind.CATEGORICAL, np.nan),
    "category of reals": Form(st.sampled_from([1.0, 0.5, 1e-7]), "category", Kind.CATEGORICAL, np.nan),
    "strings as categories": Form(st.sampled_from(NASTY), object, Kind.CATEGORICAL, None),
    "str as categories": Form(st.sampled_from(NASTY), "str", Kind.CATEGORICAL, np.nan),
    "text": Form(STRINGS, object, Kind.TEXT, None),
    "str text": Form(STRINGS, "str", Kind.TEXT, np.nan),
    "date objects": Form(MOMENTS.map(dt.datetime.date), object, Kind.DATETIME, None),
    "date strings": Form(MOMENTS.map(lambda moment: moment.strftime("%d.%m.%Y")), object, Kind.DATETIME, None),
    "datetime64[s]": Form(on_grid("s"), "datetime64[s]", Kind.DATETIME, pd.NaT),
    "datetime64[ms]": Form(on_grid("ms"), "datetime64[ms]", Kind.DATETIME, pd.NaT),
    "datetime64[us]": Form(on_grid("us"), "datetime64[us]", Kind.DATETIME, pd.NaT),
    "datetime64[ns]": Form(on_grid("ns"), "datetime64[ns]", Kind.DATETIME, pd.NaT),
    "datetime64 of days": Form(on_grid("D"), "datetime64[us]", Kind.DATETIME, pd.NaT),
    "datetime64 of hours": Form(on_grid("h"), "datetime64[ns]", Kind.DATETIME, pd.NaT),
    "datetime64 with a zone": Form(on_grid("s"), "datetime64[us, Europe/Berlin]", Kind.DATETIME, pd.NaT),
    "timedelta64": Form(st.integers(-(10**9), 10**9).map(lambda s: pd.Timedelta(s, "s")), "timedelta64[ns]",
                        Kind.INTEGER, pd.NaT),
}  # fmt: skip


@st.composite
def tables(draw: st.DrawFn, names: list[str] | None = None) -> tuple[pd.DataFrame, dict[str, str]]:
    """A frame of one to three made-up columns and a flag, and the kinds of its columns."""
    chosen = names or draw(st.lists(st.sampled_from(sorted(FORMS)), min_size=1, max_size=3, unique=True))
    rows = draw(st.integers(20, 40))
    series, kinds = {}, {}
    for name in chosen:
        form = FORMS[name]
        # Few distinct cells make atoms and categories, many make bins and text.
        pool = st.sampled_from(draw(st.lists(form.cells, min_size=1, max_size=4)))
        cells = draw(st.lists(draw(st.sampled_from([form.cells, pool])), min_size=rows, max_size=rows))
        if form.missing is not ...:
            gone = draw(st.lists(st.integers(0, rows - 1), max_size=3))
            cells = [form.missing if row in gone else cell for row, cell in enumerate(cells)]
        series[name] = stored(cells, form.dtype)
        kinds[name] = form.kind.value
    # A column that always varies, so that there is something to learn.
    series["flag"] = pd.Series([row % 2 == 0 for row in range(rows)])
    return pd.DataFrame(series), kinds


def stored(cells: list[Any], dtype: Any) -> pd.Series:
    if isinstance(dtype, str) and "," in dtype:
        plain = pd.Series(pd.DatetimeIndex(cells)).astype("datetime64[us]")
        return plain.dt.tz_localize("UTC").dt.tz_convert(dtype[:-1].split(", ")[1])
    return pd.Series(cells, dtype=dtype)


def fitted(frame: pd.DataFrame, kinds: dict[str, str], maker: str) -> tuple[Schema, Facts, Codec]:
    schema = infer_schema(frame, kinds)
    tokenizer = NoTextTokenizer() if maker == "table of characters" else ByteTokenizer()
    facts = Facts.fit(frame, schema, tokenizer, derive=maker.startswith("table"))
    facts = Facts.model_validate_json(facts.model_dump_json())
    return schema, facts, MAKERS[maker](schema, facts)


def round_trip(codec: Codec, frame: pd.DataFrame) -> pd.DataFrame:
    """Encode, read the completion as an engine would return it, decode."""
    records = codec.encode(frame)
    reading = Reading()
    for record in records:
        read = codec.read([*record.tolist(), codec.vocabulary.end])
        reading.records += read.records
        reading.rejected += read.rejected
    assert reading.rejected == []
    assert reading.records == [record.tolist() for record in records]
    return codec.decode(type(records).of(reading.records), np.random.default_rng(0))


def check_column(before: pd.Series, after: pd.Series, column: Column, codec: Any, exact: bool) -> None:
    assert after.dtype == before.dtype
    assert after.isna().tolist() == before.isna().tolist()
    if exact or not isinstance(codec, NumericCodec):
        present = ~before.isna()
        assert after[present].tolist() == before[present].tolist()
        assert list(map(type, after[present])) == list(map(type, before[present]))
        return
    old, new = plain_values(before, column), plain_values(after, column)
    check_numbers(old.data[~old.missing], new.data[~new.missing], codec, before.dtype)


def check_numbers(old: Any, new: Any, codec: NumericCodec, dtype: Any) -> None:
    """Atoms exactly, others inside bounds, on the grid, and within their step."""
    if len(old) == 0:
        return
    single = np.finfo("float32").eps if str(dtype) == "float32" else 0.0
    assert new.min() >= old.min() and new.max() <= old.max()
    edges, ticks_of = np.array(codec.edges), tick_reader(codec)
    for value, back in zip(old.tolist(), new.tolist(), strict=True):
        if ticks_of(value) in codec.atom_ticks:
            near = 0.0 if codec.decimals is not None else codec.resolution
            assert abs(back - value) <= near + single * abs(value)
            continue
        tick = min(max(ticks_of(value), edges[0]), edges[-1] - 1)
        place = int(np.searchsorted(edges, tick, side="right")) - 1
        steps = codec.steps if codec.steps > 1 else 1
        width = -(-int(edges[place + 1] - edges[place]) // steps)
        if codec.decimals is None:
            assert abs(back - value) <= (width + 1) * codec.resolution + single * max(abs(value), abs(back))
        else:
            # Far from zero, float32 holds fewer digits than the grid has.
            blur = single * abs(back) * 10**codec.decimals
            assert abs(ticks_of(back) - tick) < width + blur
            off = (round(back * 10**codec.decimals) - codec.origin) % codec.stride
            assert min(off, codec.stride - off) <= blur


def tick_reader(codec: NumericCodec) -> Callable[[float], int]:
    if codec.decimals is None:
        return lambda value: round((value - codec.low) / codec.resolution)
    return lambda value: (round(value * 10**codec.decimals) - codec.origin) // codec.stride


@pytest.mark.parametrize("maker", MAKERS)
@given(tables())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_table_comes_back(maker: str, made: tuple[pd.DataFrame, dict[str, str]]) -> None:
    frame, kinds = made
    schema, facts, codec = fitted(frame, kinds, maker)
    back = round_trip(codec, frame)
    assert back.columns.tolist() == frame.columns.tolist()
    assert len(back) == len(frame)
    for column, learned in zip(schema.columns, facts.columns, strict=True):
        check_column(frame[column.name], back[column.name], column, learned, exact=isinstance(codec, LineCodec))


@pytest.mark.parametrize("maker", ["table", "table of characters"])
@pytest.mark.parametrize("form", FORMS)
@given(st.data())
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_form_of_column_comes_back_from_table_tokens(form: str, maker: str, data: st.DataObject) -> None:
    frame, kinds = data.draw(tables([form]))
    schema, facts, codec = fitted(frame, kinds, maker)
    back = round_trip(codec, frame)
    check_column(frame[form], back[form], schema.columns[0], facts.columns[0], exact=False)


@pytest.mark.parametrize("maker", MAKERS)
@given(st.data())
@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_any_tokens_can_be_read_and_all_of_them_are_counted(maker: str, data: st.DataObject) -> None:
    frame, kinds = data.draw(tables(["float64 of cents", "text", "datetime64[s]"]))
    _, _, codec = fitted(frame, kinds, maker)
    tokens = st.integers(0, codec.vocabulary.size - 1)
    true = codec.encode(frame)[data.draw(st.integers(0, len(frame) - 1))].tolist()
    noise = data.draw(st.lists(tokens, max_size=20))
    completion = [token for token in [*true, *noise] if token != codec.vocabulary.end]
    reading = codec.read(completion)
    assert sum(map(len, reading.records)) + reading.rejected_tokens == len(completion)
    assert codec.decode(records_of(codec, frame, reading), np.random.default_rng(0)).shape[0] == len(reading.records)


def records_of(codec: Codec, frame: pd.DataFrame, reading: Reading) -> Any:
    return type(codec.encode(frame.head(1))).of(reading.records)


@pytest.mark.parametrize("maker", MAKERS)
def test_the_prompt_ends_with_begin_and_starts_with_the_preamble(maker: str) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5] * 10})
    _, _, codec = fitted(frame, {}, maker)
    preamble = [1, 2] if maker == "jsonl" else []
    assert codec.prompt == [*preamble, codec.vocabulary.begin]


@pytest.mark.parametrize("maker", MAKERS)
def test_every_table_token_has_a_label_and_a_position(maker: str) -> None:
    frame = pd.DataFrame({"a": np.arange(400) ** 2 / 8, "b": ["x", "y"] * 200, "c": [f"t{n}" for n in range(400)]})
    _, _, codec = fitted(frame, {"c": "text"}, maker)
    assert len(codec.token_labels()) == codec.vocabulary.num_table_tokens
    assert len(codec.token_positions()) == codec.vocabulary.num_table_tokens


def test_a_reading_counts_what_it_rejects() -> None:
    reading = Reading()
    reading.reject(Reason.TRUNCATED, 3)
    reading.reject(Reason.BAD_TEXT, 4)
    assert reading.rejected == [Reason.TRUNCATED, Reason.BAD_TEXT]
    assert reading.rejected_tokens == 7
    assert reading.records == []
