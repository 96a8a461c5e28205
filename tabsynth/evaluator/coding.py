"""Tables as arrays that can be compared and resampled without reading a cell again. Knows no metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.text import text_form
from tabsynth.schema.column import Kind
from tabsynth.seeds import Seeds


@dataclass(frozen=True)
class CodedColumn:
    """The cells of one column of one table. Exactly one of `numbers`, `codes` and `forms` is there.

    Attributes:
        name: Name of the column.
        numbers: Of numbers and dates, NaN where there is none. Shape (rows,).
        codes: Of labels, the same number for the same label in all tables that were coded together, -1 where
            missing. Shape (rows,).
        forms: Of texts: sentences, words per sentence and characters per word, NaN where missing. Shape (rows, 3).
        num_codes: Distinct labels of all tables that were coded together; 0 for numbers and texts.
        missing: True where the cell is missing. Shape (rows,).
        unreadable: True where the cell is there but is no value of the column's kind. Shape (rows,).
    """

    name: str
    numbers: NDArray[np.float64] | None
    codes: NDArray[np.intp] | None
    forms: NDArray[np.float64] | None
    num_codes: int
    missing: NDArray[np.bool_]
    unreadable: NDArray[np.bool_]

    @property
    def readable(self) -> NDArray[np.bool_]:
        """True where the cell holds a value of the column's kind."""
        return ~(self.missing | self.unreadable)

    def take(self, rows: NDArray[np.intp]) -> CodedColumn:
        """Return the cells of these rows."""
        return replace(
            self,
            numbers=None if self.numbers is None else self.numbers[rows],
            codes=None if self.codes is None else self.codes[rows],
            forms=None if self.forms is None else self.forms[rows],
            missing=self.missing[rows],
            unreadable=self.unreadable[rows],
        )


@dataclass(frozen=True)
class CodedTable:
    """Columns of equal length, without identifiers.

    Attributes:
        columns: In the order of the table.
        num_rows: Rows.
    """

    columns: tuple[CodedColumn, ...]
    num_rows: int

    @property
    def tabular(self) -> tuple[CodedColumn, ...]:
        """The columns that hold no text."""
        return tuple(column for column in self.columns if column.forms is None)

    @property
    def texts(self) -> tuple[CodedColumn, ...]:
        """The columns that hold text."""
        return tuple(column for column in self.columns if column.forms is not None)

    def head(self, num_rows: int) -> CodedTable:
        """Return the first rows."""
        if num_rows >= self.num_rows:
            return self
        rows = np.arange(num_rows, dtype=np.intp)
        return CodedTable(tuple(column.take(rows) for column in self.columns), num_rows)

    def shuffled(self, seeds: Seeds, what: str) -> CodedTable:
        """Return the table with every column shuffled on its own, in a way that depends on the column's name only."""
        columns = tuple(
            column.take(seeds.stream(f"{what}/{column.name}").permutation(self.num_rows)) for column in self.columns
        )
        return CodedTable(columns, self.num_rows)


def code_tables(tables: Sequence[Table]) -> list[CodedTable]:
    """Code tables with the same columns together, so that equal labels have equal codes."""
    columns = [_code([table.columns[place] for table in tables]) for place in range(len(tables[0].columns))]
    return [
        CodedTable(tuple(column[number] for column in columns), table.num_rows) for number, table in enumerate(tables)
    ]


def _code(columns: Sequence[Cells]) -> list[CodedColumn]:
    numbers: list[NDArray[np.float64] | None] = [cells.numbers for cells in columns]
    codes: list[NDArray[np.intp] | None] = [None] * len(columns)
    forms: list[NDArray[np.float64] | None] = [None] * len(columns)
    num_codes = 0
    if columns[0].column.kind is Kind.TEXT:
        forms = [_forms(cells) for cells in columns]
    elif columns[0].numbers is None:
        joint, distinct = pd.factorize(np.concatenate([cells.labels for cells in columns if cells.labels is not None]))
        codes = list(np.split(joint.astype(np.intp), np.cumsum([len(cells.missing) for cells in columns])[:-1]))
        num_codes = len(distinct)
    return [
        CodedColumn(cells.column.name, number, code, form, num_codes, cells.missing, cells.unreadable)
        for cells, number, code, form in zip(columns, numbers, codes, forms, strict=True)
    ]


def _forms(cells: Cells) -> NDArray[np.float64]:
    assert cells.labels is not None
    found = text_form(cells.labels)
    forms = np.full((len(cells.missing), 3), np.nan)
    forms[~cells.missing] = np.column_stack([found.sentences, found.words_per_sentence, found.characters_per_word])
    return forms
