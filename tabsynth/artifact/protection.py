"""What value protection did before training: counts, thresholds and bounds. Knows no cell that few subjects hold."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from tabsynth.schema.column import Kind


class ColumnProtection(BaseModel):
    """One column.

    Attributes:
        name: The column.
        kind: What it is.
        threshold: Subjects that a category, an atom, a character, a shape or the missing mark needs to be kept.
        rare: Distinct ones that fewer held; of texts, characters.
        replaced: Cells that held one of them.
        followed: Further cells that were changed because another column settles this one.
        stand_in: What every cell became where no category was held by enough subjects, else None.
        low_threshold: Subjects that must hold the lowest value or a lower one; None where there is no order.
        high_threshold: Subjects that must hold the highest value or a higher one; of texts, the longest.
        low: The lowest value after protection, held by at least 5 subjects; None where there is none.
        high: The highest one; of texts, the longest length in characters.
        clipped: Cells that were beyond.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    kind: Kind
    threshold: int
    rare: int = 0
    replaced: int = 0
    followed: int = 0
    stand_in: Literal["other", "missing", "commonest"] | None = None
    low_threshold: int | None = None
    high_threshold: int | None = None
    low: str | None = None
    high: str | None = None
    clipped: int = 0

    @property
    def changed(self) -> int:
        """Cells that protection changed; one that was changed twice counts twice."""
        return self.replaced + self.followed + self.clipped


class Protection(BaseModel):
    """The whole table.

    Attributes:
        unit: What a subject is: each row, or a group of rows.
        subjects: How many there are.
        rows: Training rows.
        columns: One entry a column, in the order of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    unit: Literal["row", "group"]
    subjects: int
    rows: int
    columns: tuple[ColumnProtection, ...]

    @property
    def changed(self) -> int:
        """Cells that protection changed."""
        return sum(column.changed for column in self.columns)

    @property
    def share(self) -> float:
        """Their share of all cells, 0 to 1."""
        return min(1.0, self.changed / max(1, self.rows * len(self.columns)))
