"""Rows as strings, and the edits that turn one into the nearest other: what a copied digit looks like. Knows no attack.

A model that writes rows as text copies digits, which no distance of numbers sees: 83311 and 23311 are far apart and one
edit away (the idea of LevAtt, Ward, "When Tables Leak"). All pairs would take a minute, so the edit distance is
computed to the few rows that share most runs of four characters; of close pairs that misses hardly one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein
from sklearn.feature_extraction.text import HashingVectorizer

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind
from tabsynth.seeds import Seeds

NUM_CANDIDATES = 10
MAX_COLUMNS = 60
MAX_CELL, MAX_ROW = 100, 1_000  # characters
RUN = 4
BLOCK = 500


def row_strings(table: Table, columns: list[int], shuffled: Seeds | None = None) -> list[str]:
    """Write rows as `value|value|…`; the same names in all rows would add no edit.

    Args:
        table: The rows.
        columns: Positions of the columns to write, in order.
        shuffled: Where to draw an order of its own for each column; None keeps rows as they are.
    """
    if not columns:
        return [""] * table.num_rows
    written = []
    for place in columns:
        cells = table.columns[place]
        texts = _texts(cells)
        if shuffled is not None:
            rng = shuffled.stream(f"evaluator/attacks/row_strings/{cells.column.name}")
            texts = [texts[row] for row in rng.permutation(len(texts)).tolist()]
        written.append(texts)
    return ["|".join(row)[:MAX_ROW] for row in zip(*written, strict=True)]


def telling_columns(table: Table) -> list[int]:
    """Return the positions of the 60 columns with most distinct values, in the order of their names.

    Texts are left out: they would drown the rest of the row, and where one recurs alone that is another attack.
    """
    distinct = {
        place: len(set(_texts(cells)))
        for place, cells in enumerate(table.columns)
        if cells.column.kind is not Kind.TEXT
    }
    names = [cells.column.name for cells in table.columns]
    most = sorted(distinct, key=lambda place: (-distinct[place], names[place]))[:MAX_COLUMNS]
    return sorted(most, key=lambda place: names[place])


def least_edits(rows: list[str], others: list[str]) -> NDArray[np.float64]:
    """Return the edit distance to the nearest of other strings, as a share of the longer one. Shape (rows,)."""
    # Every character run of length 4 is a word; the ends are marked so that short strings have some.
    counter = HashingVectorizer(
        analyzer="char",
        ngram_range=(RUN, RUN),
        n_features=2**18,
        alternate_sign=False,
        lowercase=False,
        dtype=np.float32,
    )
    marked = counter.transform([f"^^{text}$$" for text in others]).T.tocsr()
    count = min(NUM_CANDIDATES, len(others))
    found = np.empty(len(rows))
    for start in range(0, len(rows), BLOCK):
        texts = rows[start : start + BLOCK]
        likeness = (counter.transform([f"^^{text}$$" for text in texts]) @ marked).toarray()
        near = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        for number, (text, places) in enumerate(zip(texts, near.tolist(), strict=True)):
            found[start + number] = min(Levenshtein.normalized_distance(text, others[place]) for place in places)
    return found


def _texts(cells: Cells) -> list[str]:
    """The cells of a column, written alike on all sides; nothing where there is no value."""
    if cells.numbers is None:
        assert cells.labels is not None
        return ["" if label is None else _encodable(label[:MAX_CELL]) for label in cells.labels.tolist()]
    if cells.column.kind is Kind.DATETIME:
        return [_date(value) for value in cells.numbers.tolist()]
    return ["" if np.isnan(value) else f"{value:.12g}" for value in cells.numbers.tolist()]


def _date(seconds: float) -> str:
    if np.isnan(seconds):
        return ""
    try:
        return str(np.datetime64(int(seconds), "s"))
    except (ValueError, OverflowError):
        return f"{seconds:.12g}"


def _encodable(label: str) -> str:
    """Half a surrogate pair, which no encoding can write, becomes a question mark."""
    return label.encode("utf-8", "replace").decode("utf-8")
