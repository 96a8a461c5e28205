"""Bare values: one line a record, cells parted by `|`, escaped as in PostgreSQL's COPY text format."""

from __future__ import annotations

import re

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import BadCell, Cell, number_text
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.verdict import Reason

_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": "\\r"}
_UNESCAPED = {escaped: plain for plain, escaped in _ESCAPES.items()}
_MISSING = "\\N"
_FIELD = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)


class ValuesFormat:
    r"""`39|Private|77516`: no names, missing as ``\N``."""

    def write(self, cells: list[Cell], names: list[str], codecs: list[ColumnCodec]) -> str:
        """Return the line of one record, without its newline."""
        return "|".join(_field(cell, codec) for cell, codec in zip(cells, codecs, strict=True))

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
        return [_cell(field, codec) for field, codec in zip(fields, codecs, strict=True)]


def _field(cell: Cell, codec: ColumnCodec) -> str:
    if cell is None:
        return _MISSING
    if isinstance(codec, NumericCodec) and isinstance(cell, (int, float)):
        return number_text(cell, codec)
    return re.sub(r"[\\|\n\r]", lambda match: _ESCAPES[match[0]], str(cell))


def _cell(field: str, codec: ColumnCodec) -> Cell:
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
