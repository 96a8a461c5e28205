"""The schema of a table: its ordered typed columns. Knows forms, never values."""

from __future__ import annotations

import hashlib

import pandas as pd
from pydantic import BaseModel, ConfigDict

from tabsynth.errors import SchemaError, did_you_mean
from tabsynth.schema.column import Column, Kind


class Schema(BaseModel):
    """Ordered typed columns.

    Attributes:
        columns: The columns in the order of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]

    @property
    def fingerprint(self) -> str:
        """A short hash of names, kinds and dtypes."""
        # Whether codes hold letters is no form: it would change with the rows.
        form = self.model_dump_json(exclude={"columns": {"__all__": {"words"}}})
        return hashlib.sha256(form.encode()).hexdigest()[:16]

    def of_kind(self, *kinds: Kind) -> list[str]:
        """Return the names of the columns of these kinds, in order."""
        return [column.name for column in self.columns if column.kind in kinds]

    @property
    def has_words(self) -> bool:
        """Whether a text column holds words, which a pretrained base knows how to write."""
        return any(column.kind is Kind.TEXT and column.words for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        """Return the column called `name`.

        Raises:
            SchemaError: There is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(f"there is no column '{name}'", do=did_you_mean(name, self.names))

    def check(self, frame: pd.DataFrame, *, what: str) -> pd.DataFrame:
        """Return `frame` with its columns in schema order.

        Args:
            frame: Any frame.
            what: How errors call it, for example "the synthetic table".

        Raises:
            SchemaError: A column of the schema is missing, or there is one more.
        """
        names = list(frame.columns)
        missing = [name for name in self.names if name not in names]
        extra = [name for name in names if name not in self.names or names.count(name) > 1]
        if missing or extra:
            raise SchemaError(
                f"{what} lacks {len(missing)} columns {missing[:5]} and has {len(extra)} more {extra[:5]}",
                where="Schema.check",
                do="compare tables with the same columns",
            )
        return frame[self.names]
