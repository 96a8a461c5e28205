"""JSON lines: one object a line with every key repeated, as the nearest peer writes records. The baseline format."""

from __future__ import annotations

import json

from tabsynth.codec.cells import BadCell, Cell
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.notation import ASCII, CLOSED, ESCAPE, FIRST_FREE, OPENING, PLAIN, Notation, TextMachine
from tabsynth.codec.verdict import Reason

_U, _U0, _U00, _U000, _U001 = range(FIRST_FREE, FIRST_FREE + 5)
# Just the escapes that json.dumps writes: control characters without a letter of their own are \u00XX.
_TEXT = TextMachine.of(
    [
        (OPENING, b'"', PLAIN),
        (PLAIN, ASCII - set(range(0x20)) - set(b'"\\'), PLAIN),
        (PLAIN, b'"', CLOSED),
        (PLAIN, b"\\", ESCAPE),
        (ESCAPE, b'"\\nrtbf', PLAIN),
        (ESCAPE, b"u", _U),
        (_U, b"0", _U0),
        (_U0, b"0", _U00),
        (_U00, b"0", _U000),
        (_U00, b"1", _U001),
        (_U000, b"01234567bef", PLAIN),
        (_U001, b"0123456789abcdef", PLAIN),
    ],
    start=OPENING,
    final=CLOSED,
)
# Listed rather than excluded, since an excluding class would let surrogates in; and without a choice inside the choice,
# which costs xgrammar milliseconds a token.
_TEXT_RULE = (
    r'"\"" ([\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\U0010ffff]'
    r' | "\\" ["\\nrtbf] | "\\u000" [0-7bef] | "\\u001" [0-9a-f])* "\""'
)


class JsonLinesFormat:
    """`{"age":39,"workclass":"Private"}` without spaces."""

    notation = Notation(missing=b"null", quote=b'"', stops=b",}\n", padded=False, text=_TEXT, text_rule=_TEXT_RULE)

    def write(self, cells: list[Cell], names: list[str], codecs: list[ColumnCodec]) -> str:
        """Return the line of one record, without its newline."""
        return _json(dict(zip(names, cells, strict=True)))

    def parse(self, line: str, names: list[str], codecs: list[ColumnCodec]) -> list[Cell]:
        """Return the cells of one line.

        Raises:
            BadCell: The line is no JSON object with exactly these keys.
        """
        record = _parsed(line)
        if not isinstance(record, dict) or list(record) != names:
            raise BadCell(Reason.NOT_A_RECORD)
        return [_scalar(record[name]) for name in names]

    def literals(self, names: list[str]) -> list[bytes]:
        """Return what stands before each field, and after the last one."""
        keys = [f"{_json(name)}:".encode() for name in names]
        return [b"{" + keys[0], *[b"," + key for key in keys[1:]], b"}\n"]

    def field(self, cell: Cell, codec: ColumnCodec) -> str:
        """Return one cell as it stands in a line."""
        return _json(cell)

    def cell(self, field: str, codec: ColumnCodec) -> Cell:
        """Return the cell of one field.

        Raises:
            BadCell: It is no scalar.
        """
        return _scalar(_parsed(field))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadCell(Reason.NOT_A_RECORD) from None


def _scalar(value: object) -> Cell:
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise BadCell(Reason.NOT_A_RECORD)
