"""The text formats' codec: a row as one line of ordinary tokens. Knows cells and lines; not which format."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.cells import BadCell, Cell, cells_of, checked, values_of
from tabsynth.codec.codec import Reading
from tabsynth.codec.facts import ColumnCodec, Facts
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.records import Records
from tabsynth.codec.text import TextTokenizer
from tabsynth.codec.verdict import Reason
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import plain_values, restored_series


class LineFormat(Protocol):
    """How the cells of a record become a line."""

    def write(self, cells: list[Cell], names: list[str], codecs: list[ColumnCodec]) -> str:
        """Return the line of one record, without its newline."""

    def parse(self, line: str, names: list[str], codecs: list[ColumnCodec]) -> list[Cell]:
        """Return the cells of one line; BadCell when it is no record."""


class LineCodec:
    """A row as a line of text in the base model's own tokens.

    Args:
        schema: The table's schema.
        facts: What was learned from the training table; settles which cells are valid.
        tokenizer: Writes the lines.
        line_format: How cells become a line.
        preamble: Token ids that a pretrained base model reads before the records.
    """

    def __init__(
        self,
        schema: Schema,
        facts: Facts,
        tokenizer: TextTokenizer,
        line_format: LineFormat,
        preamble: list[int] | None = None,
    ) -> None:
        self.schema = schema
        self.facts = facts
        self.tokenizer = tokenizer
        self._format = line_format
        self._preamble = preamble or []
        pairs = zip(schema.columns, facts.columns, strict=True)
        self._written = [(c, codec) for c, codec in pairs if not isinstance(codec, IdentifierCodec)]
        self._names = [column.name for column, _ in self._written]
        self._codecs: list[ColumnCodec] = [codec for _, codec in self._written]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The base tokenizer's ids, BEGIN and END: no slots."""
        return Vocabulary(self.tokenizer.size, self.tokenizer.num_text, ())

    @cached_property
    def prompt(self) -> list[int]:
        """The preamble and BEGIN."""
        return [*self._preamble, self.vocabulary.begin]

    def encode(self, frame: pd.DataFrame) -> Records:
        """Return the token ids of each row's line, its newline included.

        Raises:
            CodecError: The tokenizer loses characters of a line.
        """
        columns = [cells_of(plain_values(frame[column.name], column), codec) for column, codec in self._written]
        ids, lossy = [], 0
        for cells in zip(*columns, strict=True):
            line = self._format.write(list(cells), self._names, self._codecs) + "\n"
            ids.append(self.tokenizer.encode(line))
            lossy += self.tokenizer.decode(ids[-1]) != line
        if lossy:
            raise CodecError(f"the base model's tokenizer loses characters in {lossy} of {len(ids)} records")
        return Records.of(ids)

    def encodable(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return True for each row that `encode` can write: here every row."""
        return np.ones(len(frame), dtype=bool)

    def read(self, completion: list[int]) -> Reading:
        """Split a completion into lines and check each of them alone."""
        reading, ended = Reading(), False
        if self.vocabulary.end in completion:
            completion, ended = completion[: completion.index(self.vocabulary.end)], True
        start = 0
        for at, token in enumerate(completion):
            if token >= self.tokenizer.num_text:
                reading.reject(Reason.WRONG_SLOT, len(completion) - start)
                return reading
            if self._ends_line(token):
                ids, start = completion[start : at + 1], at + 1
                self._read_line(ids, reading)
        if start < len(completion):
            reading.reject(Reason.NOT_A_RECORD if ended else Reason.TRUNCATED, len(completion) - start)
        return reading

    def _ends_line(self, token: int) -> bool:
        return token in self._newlines

    @cached_property
    def _newlines(self) -> frozenset[int]:
        """Every id whose text ends with a newline."""
        found = set()
        for token in range(self.tokenizer.num_text):
            try:
                if self.tokenizer.decode([token]).endswith("\n"):
                    found.add(token)
            except CodecError:
                continue
        return frozenset(found)

    def _read_line(self, ids: list[int], reading: Reading) -> None:
        try:
            self._cells(ids)
        except BadCell as bad:
            reading.reject(bad.reason, len(ids))
        else:
            reading.records.append(ids)

    def _cells(self, ids: list[int]) -> list[Cell]:
        try:
            line = self.tokenizer.decode(ids)
        except CodecError:
            raise BadCell(Reason.BAD_TEXT) from None
        cells = self._format.parse(line.removesuffix("\n"), self._names, self._codecs)
        return [checked(cell, codec) for cell, codec in zip(cells, self._codecs, strict=True)]

    def decode(self, records: Records, rng: np.random.Generator) -> pd.DataFrame:
        """Return the rows of valid records, with the columns, order and dtypes of the schema."""
        rows = [self._cells(record.tolist()) for record in records]
        at = {name: place for place, name in enumerate(self._names)}
        series = []
        for column, codec in zip(self.schema.columns, self.facts.columns, strict=True):
            if isinstance(codec, IdentifierCodec):
                series.append(restored_series(codec.decode(len(rows), rng), column))
            else:
                series.append(self._series([row[at[column.name]] for row in rows], column, codec))
        return pd.DataFrame({s.name: s for s in series}, columns=self.schema.names)

    @staticmethod
    def _series(cells: list[Cell], column: Column, codec: ColumnCodec) -> pd.Series:
        return restored_series(values_of(cells, codec), column)

    def token_positions(self) -> NDArray[np.float64]:
        """Return NaN for BEGIN and END: ordinary tokens have no order."""
        return np.full(2, np.nan)

    def token_labels(self) -> list[str]:
        """Return words for BEGIN and END."""
        return ["begin", "end"]

    def neighbour_runs(self) -> list[tuple[int, int]]:
        """Return none: ordinary tokens have no neighbours."""
        return []
