import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.coding import CodedTable, code_tables
from tabsynth.evaluator.structure import Plane, encoded
from tabsynth.evaluator.table import read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

LINE = np.arange(100.0)


def tables(kind: Kind, *sides: list[object]) -> list[CodedTable]:
    schema = Schema(columns=(Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True),))
    return code_tables([read_table(pd.DataFrame({"c": side}, dtype=object), schema) for side in sides])


def encode(kind: Kind, *sides: list[object]) -> list[list[float]]:
    found = tables(kind, *sides)
    return [matrix.ravel().tolist() for matrix in encoded(found[0].columns, [table.columns for table in found])]


def test_a_label_becomes_its_training_count_an_unseen_one_zero() -> None:
    assert encode(Kind.CATEGORICAL, ["a", "a", "b", None], ["b", "a", "new", None]) == [[2, 2, 1, 1], [1, 2, 0, 1]]


def test_missing_numbers_of_both_tables_take_the_median_of_training() -> None:
    # All are divided by 9, the largest of training.
    found = encode(Kind.DECIMAL, [1, 2, 9, None], [None, 45, 72])
    assert found[0] == pytest.approx([1 / 9, 2 / 9, 1, 2 / 9]) and found[1] == pytest.approx([2 / 9, 5, 8])


def test_a_column_without_a_training_value_is_left_out() -> None:
    empty, full = tables(Kind.DECIMAL, [None] * 3, [1, 2, 3])
    assert encoded(empty.columns, [empty.columns, full.columns])[1].size == 0


def test_the_plane_lies_along_what_varies_together() -> None:
    # Two scaled columns always have the components x + y and x - y.
    noise = np.tile([0.0, 9.0], 50)
    plane = Plane.fit(np.column_stack([LINE, LINE + noise]))
    assert plane is not None
    assert np.abs(plane.axes) == pytest.approx(np.full((2, 2), np.sqrt(0.5)))
    assert sum(plane.explained) == pytest.approx(1.0) and plane.explained[0] > 0.9
    moved = plane.scores(plane.centre + plane.scale * np.array([[1.0, 1.0], [1.0, -1.0]]))
    assert np.abs(moved) == pytest.approx(np.array([[np.sqrt(2), 0], [0, np.sqrt(2)]]), abs=1e-6)


def test_a_component_that_does_not_vary_has_no_score() -> None:
    plane = Plane.fit(np.column_stack([LINE, LINE * 3]))
    assert plane is not None
    assert (plane.scores(np.column_stack([LINE, LINE * 3]))[:, 1] == 0).all()


@pytest.mark.parametrize(
    "matrix",
    [np.zeros((5, 2)), np.ones((1, 2)), np.arange(5.0)[:, None], np.zeros((0, 3))],
    ids=["nothing varies", "one row", "one column", "no row"],
)
def test_without_two_columns_or_rows_that_vary_there_is_no_plane(matrix: np.ndarray) -> None:
    assert Plane.fit(matrix) is None


@pytest.mark.parametrize("columns", [6, 501])
def test_the_plane_does_not_depend_on_the_order_of_rows_or_columns(columns: int) -> None:
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(60, 2)) @ rng.normal(size=(2, columns)) + rng.normal(size=(60, columns))
    plane, turned = Plane.fit(matrix), Plane.fit(matrix[::-1, ::-1])
    assert plane is not None and turned is not None
    assert turned.explained == pytest.approx(plane.explained, abs=1e-9)
    assert np.abs(turned.scores(matrix[:, ::-1])) == pytest.approx(np.abs(plane.scores(matrix)), abs=2e-8)


def test_a_value_infinitely_far_away_has_a_finite_score() -> None:
    plane = Plane.fit(np.column_stack([LINE, LINE[::-1] ** 2]))
    assert plane is not None
    assert np.isfinite(plane.scores(np.array([[1.7e308, -1.7e308]]))).all()
