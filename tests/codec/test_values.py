"""Bare values: escapes as in COPY's text format."""

import pytest

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import BadCell, Cell
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import TextCodec
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason

FORMAT = ValuesFormat()
TEXT = TextCodec(nullable=True, max_tokens=50)
CENTS = NumericCodec(nullable=False, decimals=2, edges=(0, 10_001))
FLAG = CategoricalCodec(nullable=True, categories=(False, True))
PAIRS: list[tuple[list[Cell], str]] = [
    (["a", "b"], "a|b"),
    (["", ""], "|"),
    ([None, ""], "\\N|"),
    (["\\N", None], "\\\\N|\\N"),
    (["a|b", "\\"], "a\\|b|\\\\"),
    (["a\nb", "\r"], "a\\nb|\\r"),
    (["\\n", "\\|"], "\\\\n|\\\\\\|"),
    (["null", '"'], 'null|"'),
]


@pytest.mark.parametrize(("cells", "line"), PAIRS)
def test_a_line_and_its_cells(cells: list[Cell], line: str) -> None:
    codecs: list[ColumnCodec] = [TEXT, TEXT]
    assert FORMAT.write(cells, ["a", "b"], codecs) == line
    assert FORMAT.parse(line, ["a", "b"], codecs) == cells


def test_numbers_and_categories_are_written_as_text() -> None:
    codecs: list[ColumnCodec] = [CENTS, FLAG]
    assert FORMAT.write([3.5, True], ["n", "f"], codecs) == "3.50|True"
    assert FORMAT.parse("3.50|True", ["n", "f"], codecs) == ["3.50", True]
    assert FORMAT.parse("x|Maybe", ["n", "f"], codecs) == ["x", "Maybe"]


@pytest.mark.parametrize("line", ["a", "a|b|c", "", "a\\x|b", "a|b\\", "a\\|b"])
def test_a_line_with_another_number_of_cells_or_a_broken_escape_is_no_record(line: str) -> None:
    with pytest.raises(BadCell) as caught:
        FORMAT.parse(line, ["a", "b"], [TEXT, TEXT])
    assert caught.value.reason is Reason.NOT_A_RECORD


def test_a_line_is_its_literals_and_fields_in_turn() -> None:
    codecs: list[ColumnCodec] = [TEXT, CENTS]
    literals, fields = FORMAT.literals(["a", "b"]), [FORMAT.field("x|", TEXT), FORMAT.field(2.5, CENTS)]
    assert literals == [b"", b"|", b"\n"]
    assert "|".join(fields) == FORMAT.write(["x|", 2.5], ["a", "b"], codecs)


def test_one_field_is_read_as_in_a_line() -> None:
    assert [FORMAT.cell("x\\|", TEXT), FORMAT.cell("\\N", TEXT), FORMAT.cell("True", FLAG)] == ["x|", None, True]
    with pytest.raises(BadCell):
        FORMAT.cell("\\x", TEXT)
