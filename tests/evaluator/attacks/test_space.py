from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.space import Points, Space, distances
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.table import read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def schema_of(**kinds: Kind) -> Schema:
    dtype = ColumnDtype(name="object")
    return Schema(
        columns=tuple(Column(name=name, kind=kind, dtype=dtype, nullable=True) for name, kind in kinds.items())
    )


def points_of(schema: Schema, real: pd.DataFrame, other: pd.DataFrame) -> tuple[Points, Points]:
    tables = read_table(real, schema), read_table(other, schema)
    space = Space.fit((tables[0],), tables[1])
    return space.points(tables[0]), space.points(tables[1])


def test_one_of_two_labels_that_differs_is_a_distance_of_one_half() -> None:
    real = pd.DataFrame({"a": ["x", "y"], "b": ["u", "u"]})
    first, second = points_of(schema_of(a=Kind.CATEGORICAL, b=Kind.CATEGORICAL), real, real)
    assert distances(first, second).tolist() == [[0.0, 0.5], [0.5, 0.0]]


def test_labels_that_no_real_row_holds_differ_from_all_and_missing_equals_missing() -> None:
    real = pd.DataFrame({"a": ["x", None]})
    first, second = points_of(schema_of(a=Kind.CATEGORICAL), real, pd.DataFrame({"a": ["new", None]}))
    assert distances(first, second).tolist() == [[1.0, 1.0], [1.0, 0.0]]


def test_numbers_differ_by_their_ranks() -> None:
    real = pd.DataFrame({"a": [0.0] * 30 + [100.0] * 10})
    first, second = points_of(schema_of(a=Kind.DECIMAL), real, pd.DataFrame({"a": [-100.0, 50.0]}))
    assert distances(first, second)[0] == pytest.approx([0.375, 0.375])


def test_a_missing_number_equals_itself_and_is_at_least_one_half_from_others() -> None:
    real = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan]})
    first, second = points_of(schema_of(a=Kind.DECIMAL), real, pd.DataFrame({"a": [np.nan, np.inf]}))
    found = distances(first, second)
    assert found[3, 0] == 0.0
    assert found[3, 1] == 0.5  # no number at all is not missing
    assert (found[:3, 0] >= 0.5).all() and (found[:3, 0] <= 1.0).all()


def test_a_text_is_half_what_it_says_and_half_how_long_it_is() -> None:
    real = pd.DataFrame({"a": ["a b c", "d e f", "a much longer text"]})
    first, second = points_of(schema_of(a=Kind.TEXT), real, real)
    found = distances(first, second)
    assert found[0, 0] == 0.0
    assert found[0, 1] == 0.5
    assert 0.5 < found[0, 2] <= 1.0


def test_the_order_of_columns_does_not_matter(make_sides: Callable[..., Sides], people: Callable) -> None:
    frame, other = people(50, 1), people(40, 2)
    backwards = frame.columns[::-1]
    found = []
    for real, fake in ((frame, other), (frame[backwards], other[backwards])):
        sides = make_sides(real, real, fake)
        first, second = (read_table(table, sides.schema) for table in (real, fake))
        space = Space.fit((first,), second)
        found.append(distances(space.points(first), space.points(second)))
    np.testing.assert_array_equal(found[0], found[1])


def test_a_table_without_columns_has_no_distances() -> None:
    nothing = Points(np.empty((2, 0)), np.empty((2, 0)), np.empty((2, 0)), 0)
    assert distances(nothing, nothing).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_rows_are_taken_and_joined() -> None:
    points = Points(np.arange(3.0)[:, None], np.empty((3, 0)), np.zeros((3, 1)), 2)
    joined = points.take(slice(0, 1)).joined(points.take(np.array([2, 1])))
    assert joined.numbers.ravel().tolist() == [0.0, 2.0, 1.0]
    assert len(joined) == 3
