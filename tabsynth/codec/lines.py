"""The text formats' codec: a row as one line of ordinary tokens. Knows cells and lines; not which format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.cells import BadCell, Cell, cells_of, checked, values_of
from tabsynth.codec.codec import Reading
from tabsynth.codec.facts import ColumnCodec, Facts
from tabsynth.codec.fields import FieldFormat, field_of
from tabsynth.codec.grammar import line_grammar
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.line_scanner import LinePlan, LineScanner
from tabsynth.codec.records import Records
from tabsynth.codec.text import TextTokenizer
from tabsynth.codec.verdict import Reason, Rejected
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import plain_values, restored_series


class LineFormat(FieldFormat, Protocol):
    """How the cells of a record become a line."""

    def write(self, cells: list[Cell], names: list[str], codecs: list[ColumnCodec]) -> str:
        """Return the line of one record, without its newline."""

    def parse(self, line: str, names: list[str], codecs: list[ColumnCodec]) -> list[Cell]:
        """Return the cells of one line; BadCell when it is no record."""

    def literals(self, names: list[str]) -> list[bytes]:
        """Return what stands before each field, and after the last one."""


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
        self._places = [at for at, codec in enumerate(facts.columns) if not isinstance(codec, IdentifierCodec)]
        self._written = [(schema.columns[at], facts.columns[at]) for at in self._places]
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
        """Split a completion into lines and check each of them alone: a broken one costs no other."""
        reading, ended = Reading(), False
        if self.vocabulary.end in completion:
            completion, ended = completion[: completion.index(self.vocabulary.end)], True
        scanner, start, fault = self.scanner(), 0, None
        for at, token in enumerate(completion):
            if not 0 <= token < self.tokenizer.num_text:
                reading.reject(Reason.WRONG_SLOT, len(completion) - start)
                return reading
            verdict = scanner.push(token) if fault is None else None
            if isinstance(verdict, Rejected):
                fault = verdict.reason
            if token in self._newlines:
                line, start = completion[start : at + 1], at + 1
                if fault is None:
                    reading.records.append(line)
                else:
                    reading.reject(fault, len(line))
                    scanner.reset()
                fault = None
        if start < len(completion):
            reading.reject(Reason.NOT_A_RECORD if ended else Reason.TRUNCATED, len(completion) - start)
        return reading

    def scanner(self) -> LineScanner:
        """Return a scanner at the start of a completion."""
        return LineScanner(self._plan)

    @cached_property
    def _plan(self) -> LinePlan:
        form = self._format
        return LinePlan(
            token_bytes=self.tokenizer.token_bytes,
            decode=self.tokenizer.decode,
            num_text=self.tokenizer.num_text,
            newlines=self._newlines,
            end=self.vocabulary.end,
            literals=form.literals(self._names),
            stops=form.notation.stops,
            fields=[field_of(codec, form) for codec in self._codecs],
            places=[*self._places, len(self.schema.columns)],
            cell=lambda field, place: checked(form.cell(field, self._codecs[place]), self._codecs[place]),
        )

    @cached_property
    def _newlines(self) -> frozenset[int]:
        """Every id whose text ends with a newline."""
        if self.tokenizer.token_bytes is not None:
            return frozenset(token for token, data in enumerate(self.tokenizer.token_bytes) if data.endswith(b"\n"))
        found = set()
        for token in range(self.tokenizer.num_text):
            try:
                if self.tokenizer.decode([token]).endswith("\n"):
                    found.add(token)
            except CodecError:
                continue
        return frozenset(found)

    def settled_by(self, column: int) -> int | None:
        """Return the column itself; None for identifiers, which are made after decoding."""
        return column if column in self._places else None

    def grammar(self) -> str:
        """Return the lines as an xgrammar EBNF grammar; see `tabsynth.codec.grammar` for what it leaves open.

        Raises:
            CodecError: A column has too many categories.
        """
        return line_grammar(self._names, self._codecs, self._format.literals(self._names), self._format)

    def _cells(self, ids: list[int]) -> list[Cell]:
        """The cells of a record's ids; of a valid one, or BadCell is raised."""
        line = self._line(ids).removesuffix("\n")
        cells = self._format.parse(line, self._names, self._codecs)
        return [checked(cell, codec) for cell, codec in zip(cells, self._codecs, strict=True)]

    def _line(self, ids: list[int]) -> str:
        try:
            if self.tokenizer.token_bytes is None:
                return self.tokenizer.decode(ids)
            return b"".join(self.tokenizer.token_bytes[token] for token in ids).decode()
        except (CodecError, UnicodeDecodeError):
            raise BadCell(Reason.BAD_TEXT) from None

    def decode(
        self,
        records: Records,
        rng: np.random.Generator,
        cells: Mapping[int, Sequence[Cell]] | None = None,
        first_row: int = 0,
    ) -> pd.DataFrame:
        """Return the rows of valid records, with the columns, order and dtypes of the schema.

        Args:
            records: The records.
            rng: Not used: lines hold values, not bins.
            cells: Values by column position that are settled already, one a record.
            first_row: Number of the first row in the whole table, for identifiers.
        """
        rows = [self._cells(record.tolist()) for record in records]
        columns: dict[int, Sequence[Cell]] = {
            place: [row[at] for row in rows] for at, place in enumerate(self._places)
        } | dict(cells or {})
        series = []
        for place, (column, codec) in enumerate(zip(self.schema.columns, self.facts.columns, strict=True)):
            if place in columns:
                series.append(self._series(list(columns[place]), column, codec))
            else:
                assert isinstance(codec, IdentifierCodec)
                series.append(restored_series(codec.decode(len(rows), first_row), column))
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
