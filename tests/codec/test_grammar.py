"""The grammar, walked by xgrammar itself: what it accepts is what the scanner accepts."""

import random
from functools import cache

import numpy as np
import pandas as pd
import pytest

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.facts import ColumnCodec, Facts
from tabsynth.codec.grammar import MAX_CATEGORIES, line_grammar
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason
from tabsynth.errors import CodecError
from tabsynth.schema.infer import infer_schema

xgrammar = pytest.importorskip("xgrammar")  # comes with vLLM

FORMATS = {"values": ValuesFormat(), "jsonl": JsonLinesFormat()}
ROWS = 60
COMPILER = xgrammar.GrammarCompiler(xgrammar.TokenizerInfo([bytes([byte]) for byte in range(256)]))
LATE = {"real", "share", "day", "moment"}
"""Columns whose bounds or calendar the grammar leaves to the scanner."""


class Walker:
    """Says whether a grammar accepts texts."""

    def __init__(self, grammar: str) -> None:
        compiled = COMPILER.compile_grammar(xgrammar.Grammar.from_ebnf(grammar))
        self._matcher = xgrammar.GrammarMatcher(compiled, terminate_without_stop_token=False)

    def accepts(self, text: bytes | str) -> bool:
        self._matcher.reset()
        return self._matcher.accept_string(text) and self._matcher.is_completed()


def numbers() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "whole": rng.integers(-105, 230, ROWS),
            "large": pd.Series(rng.integers(2**60, 2**62, ROWS), dtype="Int64").mask(rng.random(ROWS) < 0.1),
            "cents": np.round(rng.normal(0, 50, ROWS), 2),
            "fine": np.round(rng.random(ROWS) * 0.001, 7),
            "real": rng.normal(0, 1, ROWS) * 10.0 ** rng.integers(-8, 20, ROWS),
            "share": rng.random(ROWS),
        }
    )
    table.loc[3, ["cents", "real"]] = None
    return table


def strings() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    texts = np.array(["", "|", "\\", "a\r\nb", "日本🎲\u2028", '"', "\x01\t", "{}", None, "null", "\\N"], dtype=object)
    kinds = np.array(["a|b", "a", "x\ny", 'q",', "\\N", "", "é", None], dtype=object)
    return pd.DataFrame(
        {
            "kind": rng.choice(kinds, ROWS),
            "level": pd.Categorical(rng.choice([1.5, 2.0, 1e-7], ROWS)),
            "flag": rng.random(ROWS) < 0.5,
            "maybe": pd.Series(rng.random(ROWS) < 0.5, dtype="boolean").mask(rng.random(ROWS) < 0.1),
            'a "key"|é\n': rng.choice(texts, ROWS),
            "sure": rng.choice(np.array([text for text in texts if text is not None], dtype=object), ROWS),
        }
    )


def dates() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "day": pd.Timestamp("2019-12-30") + pd.to_timedelta(rng.integers(0, 800, ROWS), "D"),
            "moment": pd.Timestamp("1969-12-30") + pd.to_timedelta(rng.integers(0, 10**17, ROWS), "ns"),
            "n": rng.integers(0, 3, ROWS),
        }
    ).mask(rng.random((ROWS, 3)) < 0.05)


FRAMES = {"numbers": numbers, "strings": strings, "dates": dates}
TYPES = {'a "key"|é\n': "text", "sure": "text", "kind": "categorical"}


@cache
def made(form: str, table: str) -> tuple[LineCodec, Walker, list[bytes]]:
    frame = FRAMES[table]()
    schema = infer_schema(frame, {name: kind for name, kind in TYPES.items() if name in frame})
    facts = Facts.fit(frame, schema, ByteTokenizer(), derive=False)
    codec = LineCodec(schema, facts, ByteTokenizer(), FORMATS[form])
    return codec, Walker(codec.grammar()), [bytes(record.tolist()) for record in codec.encode(frame)]


CASES = pytest.mark.parametrize(("form", "table"), [(form, table) for form in FORMATS for table in FRAMES])


@CASES
def test_every_training_line_is_accepted_and_any_number_of_them(form: str, table: str) -> None:
    _, walker, lines = made(form, table)
    assert all(walker.accepts(line) for line in lines)
    assert walker.accepts(b"".join(lines[:7]))
    assert not walker.accepts(b"")
    assert not walker.accepts(lines[0][:-1])


@CASES
def test_near_training_lines_it_accepts_what_the_scanner_accepts(form: str, table: str) -> None:
    codec, walker, lines = made(form, table)
    rng, records, late = random.Random(6), 0, {Reason.OUT_OF_BOUNDS, Reason.NOT_A_DATE}
    for _ in range(4000):
        data = bytearray(rng.choice(lines))
        for _ in range(rng.randint(1, 2)):
            at, byte = rng.randrange(len(data) - 1), rng.choice(b'0123456789-.e|\\N"nul,\xc3\xa9\xed\r\t')
            data[at : at + rng.choice([0, 1, 1])] = bytes([byte]) * rng.choice([0, 1, 1])
        rejected = codec.read(list(data)).rejected
        if not rejected:
            records += 1
            assert walker.accepts(bytes(data)), data
        elif walker.accepts(bytes(data)):
            assert set(rejected) <= late and LATE & set(codec.schema.names), data
    assert records > 100


def walker_of(codec: ColumnCodec, form: str) -> Walker:
    return Walker(line_grammar(["c"], [codec], [b"", b"\n"], FORMATS[form]))


@pytest.mark.parametrize(
    ("low", "high", "decimals"), [(0, 0, 0), (-13, 122, 0), (-250, -9, 0), (-103, 210, 1), (-1203, 1110, 2)]
)
@pytest.mark.parametrize("form", FORMATS)
def test_ranges_of_numbers_are_exact(low: int, high: int, decimals: int, form: str) -> None:
    codec = NumericCodec(nullable=False, decimals=decimals, origin=low, edges=(0, high - low + 1))
    walker, form_of = walker_of(codec, form), FORMATS[form]
    for units in range(low - 120, high + 1200):
        number = units / 10**decimals if decimals else units
        assert walker.accepts(form_of.field(number, codec) + "\n") == (low <= units <= high)
    for text in ("-0", "-0.0", "-0.00", "00", "01", "+1", "1.", ".5", "1e1", "", "-", "0.000"):
        assert not walker.accepts(text + "\n")


@pytest.mark.parametrize(("low", "high"), [(0, 30_000), (-25_007, -3), (7, 9), (15, 2_100_000)])
def test_small_numbers_of_many_decimals_have_exponents_in_json(low: int, high: int) -> None:
    codec = NumericCodec(nullable=False, decimals=7, origin=low, edges=(0, high - low + 1))
    walker = walker_of(codec, "jsonl")
    for units in [*range(low - 40, low + 1_500), *range(high - 1_500, high + 40)]:
        assert walker.accepts(f"{units / 10**7!r}\n") == (low <= units <= high)
    for text in ("0.00001", "1.0e-05", "1e-5", "1e-08", "0", "-0.0", "0.00100"):
        assert not walker.accepts(text + "\n")


def test_dates_are_bounded_to_the_last_digit() -> None:
    codec = TimestampCodec(nullable=False, unit="s", low=86_399, high=86_400 * 366 + 3_601)
    walker = walker_of(codec, "values")
    for text, is_inside in (
        ("1970-01-01T23:59:58", False),
        ("1970-01-01T23:59:59", True),
        ("1970-02-31T00:00:00", True),  # left to the scanner
        ("1970-02-32T00:00:00", False),
        ("1970-13-01T00:00:00", False),
        ("1970-12-31T24:00:00", False),
        ("1970-12-31T23:60:00", False),
        ("1971-01-02T01:00:01", True),
        ("1971-01-02T01:00:02", False),
        ("1971-01-03T00:00:00", False),
        ("1972-01-01T00:00:00", False),
    ):
        assert walker.accepts(text + "\n") == is_inside, text


def test_years_of_five_digits_have_their_form() -> None:
    walker = walker_of(TimestampCodec(nullable=True, unit="D", low=0, high=10**7), "jsonl")
    assert walker.accepts('"12000-02-28"\n') and walker.accepts('"1999-02-28"\n') and walker.accepts("null\n")
    assert not walker.accepts('"12000-13-28"\n')


@pytest.mark.parametrize(("form", "mark"), [("values", "\\N"), ("jsonl", "null")])
def test_missing_is_an_alternative_of_nullable_columns_only(form: str, mark: str) -> None:
    for nullable in (True, False):
        learned: list[ColumnCodec] = [
            NumericCodec(nullable=nullable, decimals=0, edges=(0, 10)),
            NumericCodec(nullable=nullable, decimals=None, low=0.1, high=0.8, edges=(0, 2**40)),
            TimestampCodec(nullable=nullable, unit="D", low=0, high=365),
            CategoricalCodec(nullable=nullable, categories=("a", "b")),
        ]
        assert [walker_of(codec, form).accepts(mark + "\n") for codec in learned] == [nullable] * 4


def test_a_column_that_is_always_missing_is_nothing_else() -> None:
    for codec in (CategoricalCodec(nullable=True, categories=()), TimestampCodec(nullable=True, high=-1)):
        walker = walker_of(codec, "values")
        assert walker.accepts("\\N\n")
        assert not walker.accepts("\n")


def test_lone_surrogates_and_broken_characters_are_no_text() -> None:
    _, walker, lines = made("values", "strings")
    start = next(line for line in lines if line.endswith(b"|null\n")).removesuffix(b"null\n")
    assert walker.accepts(start + "ü\U0010ffff\ud7ff\ue000".encode() + b"\n")
    for data in (b"\xed\xa0\x80", b"\xff", b"\xc0\x80", b"\xf4\x90\x80\x80", b"\xe9", b"\r"):
        assert not walker.accepts(start + data + b"\n")


def test_too_many_categories_are_refused_with_the_column_but_without_them() -> None:
    codec = CategoricalCodec(nullable=False, categories=tuple(f"secret {n}" for n in range(MAX_CATEGORIES + 1)))
    with pytest.raises(CodecError, match=r"column 'c'.*20001 categories are too many") as caught:
        line_grammar(["c"], [codec], [b"", b"\n"], ValuesFormat())
    assert "secret" not in str(caught.value)
