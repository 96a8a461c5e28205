"""Bare values: one line a record, cells parted by `|`, escaped as in PostgreSQL's COPY text format."""

from __future__ import annotations

import re

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import BadCell, Cell, number_text
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.notation import ASCII, ESCAPE, PLAIN, Notation, TextMachine
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.verdict import Reason

_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": "\\r"}
_UNESCAPED = {escaped: plain for plain, escaped in _ESCAPES.items()}
_MISSING = "\\N"
_FIELD = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_TEXT = TextMachine.of(
    [(PLAIN, ASCII - set(b"\\|\n\r"), PLAIN), (PLAIN, b"\\", ESCAPE), (ESCAPE, b"\\|nr", PLAIN)],
    start=PLAIN,
    final=PLAIN,
)
# Listed rather than excluded, since an excluding class would let surrogates in.
_TEXT_RULE = r'([\x00-\x09\x0b\x0c\x0e-\x5b\x5d-\x7b\x7d-\ud7ff\ue000-\U0010ffff] | "\\" [\\|nr])*'


class ValuesFormat:
    r"""`39|Private|77516`: no names, missing as ``\N``."""

    notation = Notation(missing=b"\\N", quote=b"", stops=b"|\n", padded=True, text=_TEXT, text_rule=_TEXT_RULE)

    def write(self, cells: list[Cell], names: list[str], codecs: list[ColumnCodec]) -> str:
        """Return the line of one record, without its newline."""
        return "|".join(self.field(cell, codec) for cell, codec in zip(cells, codecs, strict=True))

    def parse(self, line: str, names: list[str], codecs: list[ColumnCodec]) -> list[Cell]:
        """Return the cells of one line.

        Raises:
            BadCell: The line has another number of cells, or a broken escape.
        """
        fields = _FIELD.findall(line + "|")
        if "".join(field + "|" for field in fields) != line + "|":
            raise BadCell(Reason.NOT_A_RECORD)
        if len(fields) != len(codecs):
            raise BadCell(Reason.NOT_A_RECORD)
        return [self.cell(field, codec) for field, codec in zip(fields, codecs, strict=True)]

    def literals(self, names: list[str]) -> list[bytes]:
        """Return what stands before each field, and after the last one."""
        return [b"", *[b"|"] * (len(names) - 1), b"\n"]

    def field(self, cell: Cell, codec: ColumnCodec) -> str:
        """Return one cell as it stands in a line."""
        if cell is None:
            return _MISSING
        if isinstance(codec, NumericCodec) and isinstance(cell, (int, float)):
            return number_text(cell, codec)
        return re.sub(r"[\\|\n\r]", lambda match: _ESCAPES[match[0]], str(cell))

    def cell(self, field: str, codec: ColumnCodec) -> Cell:
        """Return the cell of one field: a string, but for categories.

        Raises:
            BadCell: An escape is broken.
        """
        if field == _MISSING:
            return None
        try:
            text = re.sub(r"\\.", lambda match: _UNESCAPED[match[0]], field)
        except KeyError:
            raise BadCell(Reason.NOT_A_RECORD) from None
        if isinstance(codec, CategoricalCodec):
            # Categories of other types than str are told apart by their text.
            return next((category for category in codec.categories if str(category) == text), text)
        return text
