"""What texts are about, as a few numbers that a tree model can read. Knows no labels to predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Kind

NUM_TOPICS = 32
MAX_TERMS = 20_000  # words and pairs of words, of each column
MAX_CHARACTERS = 2_000  # of each text that are read


@dataclass(frozen=True)
class Topics:
    """Principal directions of word and word-pair weights (TF-IDF), over all text columns.

    Attributes:
        columns: Position of each text column and its term weights.
        directions: The fitted directions.
    """

    columns: tuple[tuple[int, TfidfVectorizer], ...]
    directions: TruncatedSVD

    @classmethod
    def fit(cls, table: Table, without: str | None = None) -> Topics | None:
        """Learn terms and directions from one table.

        Args:
            table: Training rows.
            without: A column to leave out, such as a target.

        Returns:
            None if no term occurs twice in a text column, or there are hardly any terms or rows.
        """
        places = [place for place, cells in enumerate(table.columns) if cells.column.kind is Kind.TEXT]
        places = [place for place in places if table.columns[place].column.name != without]
        columns = []
        for place in sorted(places, key=lambda place: table.columns[place].column.name):
            terms = TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_features=MAX_TERMS, sublinear_tf=True)
            try:
                columns.append((place, terms.fit(_texts(table.columns[place]))))
            except ValueError:  # scikit-learn's way to say that no term is left
                continue
        if not columns:
            return None
        weights = _weights(table, columns)
        size = min(NUM_TOPICS, min(weights.shape) - 1)
        if size < 1:
            return None
        # A fixed state: the directions must be the same for every seed that rows are drawn with.
        with np.errstate(divide="ignore", invalid="ignore"):  # shares of a variance of 0, where all texts are one
            return cls(tuple(columns), TruncatedSVD(size, random_state=0).fit(weights))

    @property
    def size(self) -> int:
        """Numbers a row."""
        return int(self.directions.n_components)

    def matrix(self, table: Table) -> NDArray[np.float64]:
        """Return the place of each row along the directions. Shape (rows, size)."""
        return np.asarray(self.directions.transform(_weights(table, self.columns)), dtype="float64")


def _weights(table: Table, columns: Sequence[tuple[int, TfidfVectorizer]]) -> csr_array:
    return csr_array(hstack([terms.transform(_texts(table.columns[place])) for place, terms in columns]))


def _texts(cells: Cells) -> list[str]:
    assert cells.labels is not None
    return ["" if text is None else text[:MAX_CHARACTERS] for text in cells.labels.tolist()]
