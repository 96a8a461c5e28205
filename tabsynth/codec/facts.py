"""What the codec learned from the training table: one entry a column, listed in the metadata."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.derived import DerivedCodec, settled_tokens
from tabsynth.codec.holders import Holders
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import TextCodec, TextTokenizer
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import plain_values

ColumnCodec = Annotated[
    CategoricalCodec | NumericCodec | TimestampCodec | TextCodec | CharactersCodec | IdentifierCodec | DerivedCodec,
    Field(discriminator="type"),
]


class Facts(BaseModel):
    """All that the codec learned from the training table: bounds, atoms, categories, lengths.

    Attributes:
        columns: One codec a column, in schema order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    columns: tuple[ColumnCodec, ...]

    @classmethod
    def fit(
        cls,
        frame: pd.DataFrame,
        schema: Schema,
        tokenizer: TextTokenizer,
        *,
        derive: bool = True,
        holders: Holders | None = None,
    ) -> Facts:
        """Learn every column's facts.

        Args:
            frame: The training rows.
            schema: Their schema.
            tokenizer: Writes free text; one without ids leaves it to characters.
            derive: Whether columns that another one settles are looked up rather than written.
            holders: Of the rows, if no exact number that few of them hold may be learned.

        Raises:
            CodecError: Every column is constant, so there is nothing to learn.
        """
        columns = [_fit_column(frame[c.name], c, tokenizer, holders) for c in schema.columns]
        if not any(codec.slots("") for codec in columns):
            raise CodecError("every column is constant: there is nothing to learn", do="pass a table that varies")
        return cls(columns=tuple(_derived(columns, frame, schema) if derive else columns))


def _derived(columns: list[ColumnCodec], frame: pd.DataFrame, schema: Schema) -> list[ColumnCodec]:
    """Replace columns that an earlier or later one settles; a settling column keeps its own slot."""
    tokens: dict[int, NDArray[np.int64]] = {}
    for at, (codec, column) in enumerate(zip(columns, schema.columns, strict=True)):
        if isinstance(codec, (CategoricalCodec, NumericCodec)) and len(codec.slots("")) == 1:
            tokens[at] = codec.encode(plain_values(frame[column.name], column))[:, 0]
    made, sources = list(columns), set[int]()
    for at in tokens:
        for source in tokens:
            inner = columns[at]
            if source == at or at in sources or isinstance(made[source], DerivedCodec):
                continue
            assert isinstance(inner, (CategoricalCodec, NumericCodec))
            rule = settled_tokens(tokens[source], tokens[at], columns[source].slots("")[0].size)
            if rule is not None:
                made[at] = DerivedCodec(source=source, inner=inner, tokens=rule)
                sources.add(source)
                break
    return made


def _fit_column(series: pd.Series, column: Column, tokenizer: TextTokenizer, holders: Holders | None) -> ColumnCodec:
    values = plain_values(series, column)
    match column.kind:
        case Kind.INTEGER | Kind.DECIMAL:
            return NumericCodec.fit(values, column, holders)
        case Kind.DATETIME:
            return TimestampCodec.fit(values, column)
        case Kind.IDENTIFIER:
            return IdentifierCodec.fit(values, column)
        case Kind.TEXT if tokenizer.num_text == 0 or not column.words:
            return CharactersCodec.fit(values)
        case Kind.TEXT:
            texts = TextCodec.tokenized([str(text) for text in values.data[~values.missing]], tokenizer)
            return TextCodec.fit(texts, nullable=bool(values.missing.any()))
        case _:
            return CategoricalCodec.fit(values, column)
