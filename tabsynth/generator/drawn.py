"""The rows of a part as the engine wrote them, with what they cost. Knows no frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from tabsynth.codec.cells import Cell
from tabsynth.codec.records import Records
from tabsynth.generator.tally import Tally


@dataclass(frozen=True)
class Drawn:
    """Valid records in the order of delivery.

    Attributes:
        records: Their token ids.
        cells: The values that rules looked at, by column position, one a record.
        tally: What they cost.
    """

    records: Records
    cells: dict[int, list[Cell]]
    tally: Tally

    @classmethod
    def of(cls, records: Sequence[list[int]], cells: Sequence[dict[int, Cell]], tally: Tally) -> Self:
        """Gather single records; settle the delivered rows and tokens of the tally."""
        tally.rows = len(records)
        tally.delivered_tokens = sum(map(len, records))
        columns = cells[0].keys() if cells else ()
        return cls(Records.of(records), {column: [row[column] for row in cells] for column in columns}, tally)
