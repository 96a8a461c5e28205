"""One column of a schema: its kind and what a codec needs to know of its form. Knows no values."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from tabsynth.schema.dtype import ColumnDtype


class Kind(StrEnum):
    """What a column is, which settles how it is written as tokens."""

    CATEGORICAL = "categorical"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATETIME = "datetime"
    TEXT = "text"
    IDENTIFIER = "identifier"


class Column(BaseModel):
    """A typed column.

    Attributes:
        name: The column's name in the frame.
        kind: What it is.
        dtype: How pandas stored it, enough to store it so again.
        nullable: Whether any value was missing.
        decimals: Digits after the point that hold every value exactly; None for a continuous number
            and for kinds that are no numbers.
        date_format: The strftime format of dates that are stored as strings, else None.
        prose: Whether a text column holds sentences rather than short strings such as names or codes.
        words: Whether a text column holds any letter; codes of digits alone hold none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    kind: Kind
    dtype: ColumnDtype
    nullable: bool
    decimals: int | None = None
    date_format: str | None = None
    prose: bool = False
    words: bool = True
