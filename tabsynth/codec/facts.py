"""What the codec learned from the training table: one entry a column, listed in the metadata."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import TextCodec, TextTokenizer
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import plain_values

ColumnCodec = Annotated[
    CategoricalCodec | NumericCodec | TimestampCodec | TextCodec | IdentifierCodec, Field(discriminator="type")
]


class Facts(BaseModel):
    """All that the codec learned from the training table: bounds, atoms, categories, lengths.

    Attributes:
        columns: One codec a column, in schema order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    columns: tuple[ColumnCodec, ...]

    @classmethod
    def fit(cls, frame: pd.DataFrame, schema: Schema, tokenizer: TextTokenizer) -> Facts:
        """Learn every column's facts.

        Raises:
            CodecError: Every column is constant, so there is nothing to learn.
        """
        fitted = cls(columns=tuple(_fit_column(frame[c.name], c, tokenizer) for c in schema.columns))
        if not any(codec.slots("") for codec in fitted.columns):
            raise CodecError("every column is constant: there is nothing to learn", do="pass a table that varies")
        return fitted


def _fit_column(series: pd.Series, column: Column, tokenizer: TextTokenizer) -> ColumnCodec:
    values = plain_values(series, column)
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return NumericCodec.fit(values, column)
        case Kind.DATETIME:
            return TimestampCodec.fit(values, column)
        case Kind.IDENTIFIER:
            return IdentifierCodec.fit(values, column)
        case Kind.TEXT:
            texts = TextCodec.tokenized([str(text) for text in values.data[~values.missing]], tokenizer)
            return TextCodec.fit(texts, nullable=bool(values.missing.any()))
        case _:
            return CategoricalCodec.fit(values, column)
