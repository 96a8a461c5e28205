"""JSON lines: one object a line."""

import pytest

from tabsynth.codec.cells import BadCell
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.text import TextCodec
from tabsynth.codec.verdict import Reason

FORMAT = JsonLinesFormat()
CODECS = [TextCodec(nullable=True, max_tokens=50)] * 3
NAMES = ["a", "b c", "d"]


def test_a_record_is_an_object_without_spaces() -> None:
    line = '{"a":1.5,"b c":"x\\"\\n|ü","d":null}'
    assert FORMAT.write([1.5, 'x"\n|ü', None], NAMES, CODECS) == line
    assert FORMAT.parse(line, NAMES, CODECS) == [1.5, 'x"\n|ü', None]


def test_types_are_kept() -> None:
    cells = FORMAT.parse(FORMAT.write([True, 1, "1"], NAMES, CODECS), NAMES, CODECS)
    assert [type(cell) for cell in cells] == [bool, int, str]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[1,2,3]",
        '{"a":1,"b c":2}',
        '{"a":1,"b c":2,"d":3,"e":4}',
        '{"b c":2,"a":1,"d":3}',
        '{"a":1,"b c":2,"d":3',
        '{"a":[],"b c":2,"d":3}',
        '{"a":{},"b c":2,"d":3}',
        '{"a":01,"b c":2,"d":3}',
        "[" * 100_000,
    ],
)
def test_anything_else_is_no_record(line: str) -> None:
    with pytest.raises(BadCell) as caught:
        FORMAT.parse(line, NAMES, CODECS)
    assert caught.value.reason is Reason.NOT_A_RECORD


def test_a_line_is_its_literals_and_fields_in_turn() -> None:
    literals = FORMAT.literals(['a "', "ü"])
    assert literals == [b'{"a \\"":', ',"ü":'.encode(), b"}\n"]
    fields = [FORMAT.field('"', CODECS[0]).encode(), FORMAT.field(None, CODECS[1]).encode(), b""]
    line = b"".join(part for pair in zip(literals, fields, strict=True) for part in pair).decode()
    assert line == FORMAT.write(['"', None], ['a "', "ü"], CODECS[:2]) + "\n"


def test_one_field_is_read_as_in_a_line() -> None:
    assert [FORMAT.cell('"x"', CODECS[0]), FORMAT.cell("null", CODECS[0]), FORMAT.cell("1.5", CODECS[0])] == [
        "x",
        None,
        1.5,
    ]
    for field in ("", "[]", "{}", '"'):
        with pytest.raises(BadCell) as caught:
            FORMAT.cell(field, CODECS[0])
        assert caught.value.reason is Reason.NOT_A_RECORD
