import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

KINDS = {"id": Kind.IDENTIFIER, "age": Kind.INTEGER, "review": Kind.TEXT, "city": Kind.CATEGORICAL}
SCHEMA = Schema(
    columns=tuple(Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in KINDS.items())
)


@pytest.fixture
def table() -> Table:
    frame = pd.DataFrame(
        {
            "id": [f"C{row}" for row in range(40)],
            "age": range(40),
            "review": [f"review {row}" for row in range(40)],
            "city": [f"city {row}" for row in range(40)],
        }
    )
    return read_table(frame, SCHEMA)


def rows_of(table: Table) -> list[list[object]]:
    """The number that every cell was made of, one list a column."""
    age, review, city = table.columns
    assert age.numbers is not None and review.labels is not None and city.labels is not None
    return [age.numbers.tolist(), *([int(label.split()[1]) for label in part.labels] for part in (review, city))]


def test_every_column_but_an_identifier_is_there_in_order(table: Table) -> None:
    assert [cells.column.name for cells in table.columns] == ["age", "review", "city"]
    assert table.num_rows == 40


def test_text_and_tabular_columns_are_apart(table: Table) -> None:
    assert [cells.column.name for cells in table.tabular] == ["age", "city"]
    assert [cells.column.name for cells in table.texts] == ["review"]


def test_the_head_is_the_first_rows_or_all_there_are(table: Table) -> None:
    assert rows_of(table.head(2)) == [[0, 1]] * 3
    assert table.head(2).num_rows == 2
    assert table.head(99).num_rows == 40


def test_taken_rows_come_in_the_order_asked_for_and_as_often(table: Table) -> None:
    taken = table.take(np.array([7, 7, 3]))
    assert rows_of(taken) == [[7, 7, 3]] * 3
    assert taken.num_rows == 3


def test_shuffling_keeps_every_column_and_breaks_every_row(table: Table) -> None:
    age, review, city = rows_of(table.shuffled(np.random.default_rng(0)))
    assert sorted(age) == sorted(review) == sorted(city) == list(range(40))
    # Two independent orders of 40 agree in one place on average.
    pairs = ((age, review), (age, city), (review, city), (age, range(40)))
    assert all(sum(a == b for a, b in zip(*pair, strict=True)) < 10 for pair in pairs)
