"""Made-up rows: every cell is that of another row of a table. Knows no records and no model."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.assembler.splice import spliced
from tabsynth.codec.derived import DerivedCodec
from tabsynth.codec.facts import Facts
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import Values, plain_values, restored_series

MIN_ROWS_OF_A_LABEL = 5
"""Rows that a category must have to be used, so that nothing rare is spread."""
BUCKETS = 8
"""Ranges of a number or date, equally full, whose values count as alike."""
MAX_TEXTS = 2_000
"""Texts that new ones are spliced from."""
NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.DATETIME)


class Mosaic:
    """Draws rows whose first columns look real and whose last ones do not belong together.

    The first two thirds of the columns follow each other as in the table: each cell is that of a random row which
    agrees with the row before it in the column before. The last third is drawn from random rows, one each: a row's
    secret. Rows that are strange from the start would under-report what is memorised (Meeus et al. 2025, "The
    Canary's Echo"). No row is followed for longer than a cell, so that nobody's row is made. Columns that another one
    settles follow it; free text is spliced from many texts; identifiers are left out.

    Args:
        training: The table, at least one row.
        schema: Its schema.
        facts: What was learned of it: which columns are written, and which are settled by others.
    """

    def __init__(self, training: pd.DataFrame, schema: Schema, facts: Facts) -> None:
        self._columns = schema.columns
        self._codecs = facts.columns
        self._values = [plain_values(training[column.name], column) for column in schema.columns]
        self._num_rows = len(training)
        free = [at for at, codec in enumerate(facts.columns) if not isinstance(codec, (DerivedCodec, IdentifierCodec))]
        # A text that is stored as a category can be no new one.
        self._texts = [at for at in free if _is_open(schema.columns[at])]
        self._cells = [at for at in free if not _is_open(schema.columns[at])]
        self._num_chained = len(self._cells) - max(2, round(len(self._cells) / 3))
        self._buckets = {at: _buckets(self._values[at], schema.columns[at]) for at in self._cells}
        self._pools = {at: _common(self._buckets[at], schema.columns[at]) for at in self._cells}

    def draw(self, num_rows: int, rng: np.random.Generator) -> pd.DataFrame:
        """Return made-up rows with the columns and dtypes of the table, identifiers left out.

        Args:
            num_rows: How many.
            rng: Settles the draw.
        """
        donors: dict[int, NDArray[np.intp]] = {}
        for place, at in enumerate(self._cells):
            if 0 < place < self._num_chained:
                before = self._cells[place - 1]
                donors[at] = _alike(self._buckets[before], donors[before], self._pools[at], rng)
            else:
                donors[at] = rng.choice(self._pools[at], num_rows)
        series = []
        for at, (column, codec) in enumerate(zip(self._columns, self._codecs, strict=True)):
            if at in self._texts:
                series.append(self._new_texts(at, num_rows, rng))
            elif not isinstance(codec, IdentifierCodec):
                rows = donors[codec.source if isinstance(codec, DerivedCodec) else at]
                values = self._values[at]
                series.append(restored_series(Values(values.data[rows], values.missing[rows]), column))
        return pd.DataFrame({made.name: made for made in series})

    def _new_texts(self, at: int, num_rows: int, rng: np.random.Generator) -> pd.Series:
        column, values = self._columns[at], self._values[at]
        missing = values.missing[rng.integers(0, self._num_rows, num_rows)]
        present = np.flatnonzero(~values.missing)
        data = np.empty(num_rows, dtype=object)
        if len(present):
            texts = [str(values.data[row]) for row in rng.permutation(present)[:MAX_TEXTS]]
            data[:] = spliced(texts, num_rows, rng, prose=column.prose)
        return restored_series(Values(data, missing), column)


def _is_open(column: Column) -> bool:
    return column.kind is Kind.TEXT and column.dtype.categories is None


def _buckets(values: Values, column: Column) -> NDArray[np.intp]:
    """Number alike values alike, missing ones too, shape (rows,)."""
    cells = pd.Series(values.data).mask(values.missing)
    if column.kind in NUMBERS:
        return np.ceil(cells.rank(pct=True).fillna(0).to_numpy(dtype="float64") * BUCKETS).astype(np.intp)
    codes: NDArray[np.intp] = pd.factorize(cells, use_na_sentinel=False)[0]
    return codes


def _common(buckets: NDArray[np.intp], column: Column) -> NDArray[np.intp]:
    """Return the rows whose cells may be used: all, but of labels those that are not rare, if there are any."""
    everything = np.arange(len(buckets), dtype=np.intp)
    if column.kind in NUMBERS:
        return everything
    common = np.flatnonzero(np.bincount(buckets)[buckets] >= MIN_ROWS_OF_A_LABEL)
    return common if len(common) else everything


def _alike(
    buckets: NDArray[np.intp], current: NDArray[np.intp], pool: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return for each row of `current` a random row of `pool` in the same bucket; any row of it where none is."""
    order = pool[np.argsort(buckets[pool], kind="stable")]
    low, high = (np.searchsorted(buckets[order], buckets[current], side) for side in ("left", "right"))
    none = low == high
    return order[rng.integers(np.where(none, 0, low), np.where(none, len(order), high))]
