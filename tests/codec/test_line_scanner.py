"""Lines read token by token: the same records as the slow path finds, and no beginning of one is rejected."""

import json
import random
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.cells import BadCell, Cell, checked
from tabsynth.codec.facts import ColumnCodec, Facts
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.schema.infer import infer_schema

# The slow path asks numpy about dates such as 2020-01-01Z.
pytestmark = pytest.mark.filterwarnings("ignore:no explicit representation of timezones")

FORMATS = {"values": ValuesFormat(), "jsonl": JsonLinesFormat()}
RNG = np.random.default_rng(0)
ROWS = 60


def frame() -> pd.DataFrame:
    """A column of every kind and form."""
    rng = np.random.default_rng(3)
    strings = np.array(
        ["", "|", "\\", "a\r\nb", "日本🎲\u2028", '"', "\x01\t", "{}", None, "null", "\\N"], dtype=object
    )
    table = pd.DataFrame(
        {
            "key": [f"K{row:04}" for row in range(ROWS)],
            "whole": rng.integers(-105, 230, ROWS),
            "cents": np.round(rng.normal(0, 50, ROWS), 2),
            "fine": np.round(rng.random(ROWS) * 0.01, 7),
            "real": rng.normal(0, 1, ROWS) * 10.0 ** rng.integers(-8, 20, ROWS),
            "share": rng.random(ROWS),
            "day": pd.Timestamp("2019-12-30") + pd.to_timedelta(rng.integers(0, 800, ROWS), "D"),
            "code": [f"X{row:04}" for row in range(ROWS)],
            "moment": pd.Timestamp("1969-12-30") + pd.to_timedelta(rng.integers(0, 10**17, ROWS), "ns"),
            "kind": rng.choice(np.array(["a|b", "a", "x\ny", 'q",', "\\N", "", "é", None], dtype=object), ROWS),
            "level": pd.Categorical(rng.choice([1.5, 2.0, 1e-7], ROWS)),
            "flag": rng.random(ROWS) < 0.5,
            "note": rng.choice(strings, ROWS),
        }
    )
    table.loc[3, ["cents", "real", "day"]] = None
    return table


TYPES = {"key": "identifier", "code": "identifier", "note": "text", "kind": "categorical"}


@cache
def codec_of(name: str) -> LineCodec:
    table = frame()
    schema = infer_schema(table, TYPES)
    facts = Facts.fit(table, schema, ByteTokenizer(), derive=False)
    return LineCodec(schema, facts, ByteTokenizer(), FORMATS[name])


@cache
def lines_of(name: str) -> list[bytes]:
    return [bytes(record.tolist()) for record in codec_of(name).encode(frame())]


class RawFloat(float):
    """A float that remembers how it was written."""

    text = ""

    @classmethod
    def of(cls, text: str) -> "RawFloat":
        made = cls(text)
        made.text = text
        return made


def is_python_form(text: str) -> bool:
    """Whether Python could write a float so; its digits need not be the fewest."""
    number = Decimal(text)
    digits = "".join(map(str, number.normalize().as_tuple().digits))
    point = number.adjusted() + 1
    if not number or len(digits) > 17:
        return text == "0.0"
    # The same digits at another place show where the point and the exponent go, if there are few enough of them.
    model = repr(float(f"{digits[:15]}e{point - len(digits[:15])}"))
    head, mark, power = model.partition("e")
    whole = head.lstrip("-").partition(".")[0]
    if mark:
        expected = digits[0] + (f".{digits[1:]}" if digits[1:] else "") + mark + power
    elif point <= 0:
        expected = f"0.{'0' * -point}{digits}"
    else:
        padded = digits.ljust(len(whole) + 1, "0")
        expected = f"{padded[: len(whole)]}.{padded[len(whole) :]}"
    return text.removeprefix("-") == expected


def oracle(name: str, data: bytes) -> bool:
    """Whether a line is a record: the slow path reads it, its columns hold it, and it is written the same."""
    codec = codec_of(name)
    pairs = zip(codec.schema.names, codec.facts.columns, strict=True)
    written = {column: learned for column, learned in pairs if not isinstance(learned, IdentifierCodec)}
    names, learned = list(written), list(written.values())
    try:
        line = data.decode().removesuffix("\n")
        cells = FORMATS[name].parse(line, names, learned)
        held = [checked(cell, column) for cell, column in zip(cells, learned, strict=True)]
    except (BadCell, UnicodeDecodeError):
        return False
    raw = raw_numbers(name, line, cells)
    parts = [as_written(*each, name) for each in zip(held, raw, learned, strict=True)]
    if None in parts:
        return False
    if name == "values":
        return "|".join(map(str, parts)) == line
    keys = [json.dumps(key, ensure_ascii=False) for key in names]
    return "{" + ",".join(f"{key}:{part}" for key, part in zip(keys, parts, strict=True)) + "}" == line


def raw_numbers(name: str, line: str, cells: list[Cell]) -> list[Any]:
    if name == "values":
        return list(cells)
    parsed = json.loads(line, parse_float=RawFloat.of)
    return [cell.text if isinstance(cell, RawFloat) else cell for cell in parsed.values()]


def as_written(cell: Cell, raw: Any, column: ColumnCodec, name: str) -> str | None:
    """The one form of a cell; of a continuous number the one it has, if that is one of Python's."""
    if cell is not None and isinstance(column, NumericCodec) and column.decimals is None:
        return raw if isinstance(raw, str) and is_python_form(raw) else None
    if name == "jsonl":
        return json.dumps(cell, ensure_ascii=False)
    return ValuesFormat().write([cell], ["a"], [column])


def accepts(codec: LineCodec, tokens: list[int]) -> bool:
    scanner = codec.scanner()
    for token in tokens:
        verdict = scanner.push(token)
        if isinstance(verdict, Rejected):
            return False
    return verdict is Verdict.ACCEPTED


SPLICES = st.sampled_from(list(b'0123456789-+.eETZ:|\\N"nultrfas,{} \r\t\x00\x7f\xc3\xa9\xed\xa0\xff'))


@st.composite
def near_lines(draw: st.DrawFn, name: str) -> bytes:
    """A line of the training table, with fields of other rows and with bytes changed."""
    data = bytearray(draw(st.sampled_from(lines_of(name))))
    for _ in range(draw(st.integers(0, 3))):
        at, byte = draw(st.integers(0, len(data) - 2)), draw(SPLICES)
        match draw(st.sampled_from("dri")):
            case "d":
                del data[at]
            case "r":
                data[at] = byte
            case _:
                data.insert(at, byte)
    return bytes(data)


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=600)
@given(data=st.data())
def test_a_line_is_a_record_just_if_the_slow_path_reads_and_writes_it_so(name: str, data: st.DataObject) -> None:
    line = data.draw(near_lines(name))
    assert accepts(codec_of(name), list(line)) == oracle(name, line)
    assert (codec_of(name).read(list(line)).rejected == []) == oracle(name, line)


@pytest.mark.parametrize("name", FORMATS)
def test_single_changes_of_training_lines(name: str) -> None:
    rng, kept = random.Random(4), 0
    for line in lines_of(name)[:12]:
        for at in range(len(line) - 1):
            for byte in rng.sample(b'0123456789-.e|\\N"n,\xc3', 3):
                changed = line[:at] + bytes([byte]) + line[at + 1 :]
                is_record = oracle(name, changed)
                assert accepts(codec_of(name), list(changed)) == is_record, changed
                kept += is_record
    assert kept > 100


@pytest.mark.parametrize("name", FORMATS)
def test_no_beginning_of_a_training_line_is_rejected(name: str) -> None:
    scanner = codec_of(name).scanner()
    for line in lines_of(name):
        verdicts = [scanner.push(byte) for byte in line]
        assert verdicts == [Verdict.INCOMPLETE] * (len(line) - 1) + [Verdict.ACCEPTED]


class Pieces(ByteTokenizer):
    """Every piece of some lines as a token of its own, after the bytes."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.token_bytes = (*ByteTokenizer().token_bytes, *pieces)
        self.size = self.num_text = len(self.token_bytes)

    def decode(self, ids: list[int]) -> str:
        return b"".join(self.token_bytes[token] for token in ids).decode()


class Neighbours(Pieces):
    """The same, but what a token stands for is known of whole texts only."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__(pieces)
        self._hidden, self.token_bytes = self.token_bytes, None

    def decode(self, ids: list[int]) -> str:
        return ByteTokenizer().decode([byte for token in ids for byte in self._hidden[token]])


@pytest.mark.parametrize("kind", [Pieces, Neighbours])
@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_the_same_bytes_in_other_tokens_are_the_same_records(
    name: str, kind: type[Pieces], data: st.DataObject
) -> None:
    near = near_lines(name)
    # A token of part of a character is no text to a tokenizer that reads whole texts.
    lines = [data.draw(near.filter(bytes.isascii) if kind is Neighbours else near) for _ in range(4)]
    cuts = [sorted(data.draw(st.sets(st.integers(1, len(line) - 1), max_size=9))) for line in lines]
    pieces = [
        line[start:stop]
        for line, at in zip(lines, cuts, strict=True)
        for start, stop in zip([0, *at], [*at, len(line)], strict=True)
    ]
    codec = codec_of(name)
    other = LineCodec(codec.schema, codec.facts, kind(pieces), FORMATS[name])
    read, expected = other.read(list(range(256, 256 + len(pieces)))), codec.read(list(b"".join(lines)))
    assert [b"".join(pieces[token - 256] for token in record) for record in read.records] == [
        bytes(record) for record in expected.records
    ]
    if kind is Pieces:
        assert read.rejected == expected.rejected
    assert len(read.rejected) == len(expected.rejected)


@pytest.mark.parametrize("name", FORMATS)
def test_columns_close_one_by_one_and_their_values_can_be_had(name: str) -> None:
    codec, table = codec_of(name), frame()
    scanner = codec.scanner()
    for row, line in enumerate(lines_of(name)):
        seen = []
        for byte in line:
            scanner.push(byte)
            seen.append(scanner.closed)
        assert sorted(set(seen)) == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13]
        assert seen == sorted(seen)
        assert scanner.cell(1, RNG) == table.loc[row, "whole"]
        assert scanner.cell(11, RNG) is bool(table.loc[row, "flag"])
        note = table.loc[row, "note"]
        assert scanner.cell(12, RNG) == (None if pd.isna(note) else note)
        day = table.loc[row, "day"]
        assert scanner.cell(6, RNG) == (None if pd.isna(day) else f"{day:%Y-%m-%dT%H:%M:%S.%f}")


SMALL = pd.DataFrame({"n": [10, 20, 30, 40] * 5, "s": ["f", "m"] * 10})


@pytest.fixture
def small() -> LineCodec:
    schema = infer_schema(SMALL)
    return LineCodec(schema, Facts.fit(SMALL, schema, ByteTokenizer(), derive=False), ByteTokenizer(), ValuesFormat())


def pushed(codec: LineCodec, text: str) -> Verdict | Rejected:
    scanner = codec.scanner()
    for byte in text.encode():
        verdict = scanner.push(byte)
        if isinstance(verdict, Rejected):
            break
    return verdict


@pytest.mark.parametrize(
    ("text", "reason", "stage"),
    [
        ("5", Reason.OUT_OF_BOUNDS, Stage.TOKEN),
        ("1x", Reason.NOT_A_NUMBER, Stage.TOKEN),
        ("1|", Reason.OUT_OF_BOUNDS, Stage.FIELD),
        ("|", Reason.NOT_A_NUMBER, Stage.FIELD),
        ("\n", Reason.NOT_A_RECORD, Stage.TOKEN),
        ("20|x", Reason.UNKNOWN_CATEGORY, Stage.TOKEN),
        ("20|\n", Reason.UNKNOWN_CATEGORY, Stage.FIELD),
        ("20|f|", Reason.NOT_A_RECORD, Stage.TOKEN),
        ("20\n", Reason.NOT_A_RECORD, Stage.TOKEN),
        ("\\", Reason.MISSING_NOT_ALLOWED, Stage.TOKEN),
    ],
)
def test_where_and_why_a_line_is_rejected(small: LineCodec, text: str, reason: Reason, stage: Stage) -> None:
    assert pushed(small, text) == Rejected(reason, stage)


def test_the_end_comes_between_records_only(small: LineCodec) -> None:
    scanner, end = small.scanner(), small.vocabulary.end
    assert scanner.push(end) is Verdict.ENDED
    assert [scanner.push(byte) for byte in b"20|f\n"][-1] is Verdict.ACCEPTED
    assert scanner.push(end) is Verdict.ENDED
    scanner.push(ord("2"))
    assert scanner.push(end) == Rejected(Reason.NOT_A_RECORD, Stage.RECORD)


def test_other_table_tokens_stand_nowhere(small: LineCodec) -> None:
    assert small.scanner().push(small.vocabulary.begin) == Rejected(Reason.WRONG_SLOT, Stage.TOKEN)


def test_after_a_rejection_a_new_record_begins(small: LineCodec) -> None:
    scanner = small.scanner()
    for byte in b"20|":
        scanner.push(byte)
    assert (scanner.closed, isinstance(scanner.push(ord("x")), Rejected)) == (1, True)
    scanner.reset()
    assert scanner.closed == 0
    assert [scanner.push(byte) for byte in b"30|m\n"][-1] is Verdict.ACCEPTED


def test_a_token_that_spans_two_records_or_stands_for_nothing_is_rejected() -> None:
    codec = codec_of("values")
    line = lines_of("values")[0]
    tokenizer = Pieces([line + b"1", line, b""])
    other = LineCodec(codec.schema, codec.facts, tokenizer, ValuesFormat())
    assert other.scanner().push(256) == Rejected(Reason.NOT_A_RECORD, Stage.TOKEN)
    assert other.scanner().push(257) is Verdict.ACCEPTED
    assert other.scanner().push(258) == Rejected(Reason.NOT_A_RECORD, Stage.TOKEN)


def test_a_tokenizer_of_neighbours_is_judged_a_line_at_a_time() -> None:
    codec, line = codec_of("values"), lines_of("values")[0]
    other = LineCodec(codec.schema, codec.facts, Neighbours([b"x", line[:4], line[4:]]), ValuesFormat())
    scanner = other.scanner()
    assert [scanner.push(257), scanner.closed, scanner.push(258), scanner.closed] == [
        Verdict.INCOMPLETE,
        1,
        Verdict.ACCEPTED,
        13,
    ]
    assert [scanner.push(256), scanner.push(ord("\n"))] == [
        Verdict.INCOMPLETE,
        Rejected(Reason.NOT_A_NUMBER, Stage.RECORD),
    ]
    scanner.reset()
    assert [scanner.push(0xFF), scanner.push(ord("\n"))][-1] == Rejected(Reason.BAD_TEXT, Stage.RECORD)
