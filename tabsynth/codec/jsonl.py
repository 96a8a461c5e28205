"""JSON lines: one object a line with every key repeated, as the nearest peer writes records. The baseline format."""

from __future__ import annotations

import json

from tabsynth.codec.cells import BadCell, Cell
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.verdict import Reason


class JsonLinesFormat:
    """`{"age":39,"workclass":"Private"}` without spaces."""

    def write(self, cells: list[Cell], names: list[str], codecs: list[ColumnCodec]) -> str:
        """Return the line of one record, without its newline."""
        return json.dumps(dict(zip(names, cells, strict=True)), ensure_ascii=False, separators=(",", ":"))

    def parse(self, line: str, names: list[str], codecs: list[ColumnCodec]) -> list[Cell]:
        """Return the cells of one line.

        Raises:
            BadCell: The line is no JSON object with exactly these keys.
        """
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            raise BadCell(Reason.NOT_A_RECORD) from None
        if not isinstance(record, dict) or list(record) != names:
            raise BadCell(Reason.NOT_A_RECORD)
        cells = [record[name] for name in names]
        if any(isinstance(cell, (dict, list)) for cell in cells):
            raise BadCell(Reason.NOT_A_RECORD)
        return cells
