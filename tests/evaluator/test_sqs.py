import math

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.sqs import associations, quality
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

LINE = list(range(40))
FALLING = LINE[::-1]
SENTENCES = ["One sentence. Then another, longer one."] * 20 + ["A short one."] * 20


def table(kinds: dict[str, Kind], **values: list[object]) -> Table:
    columns = (Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in kinds.items())
    return read_table(pd.DataFrame(values, dtype=object), Schema(columns=tuple(columns)))


def integers(**values: list[object]) -> Table:
    return table(dict.fromkeys(values, Kind.INTEGER), **values)


def test_a_table_is_perfect_beside_itself() -> None:
    kinds = {"a": Kind.INTEGER, "b": Kind.CATEGORICAL, "t": Kind.TEXT}
    one = table(kinds, a=LINE, b=["x", "y", "y", "z"] * 10, t=SENTENCES)
    found = quality(one, one, 1_000)
    assert (found.sqs, found.distribution, found.correlation) == pytest.approx((10.0, 10.0, 10.0))
    assert (found.structure, found.text, found.shapes, found.num_rows) == pytest.approx((10.0, 10.0, 1.0, 40))


def test_one_column_of_labels_is_scored_as_solved_by_hand() -> None:
    real, fake = (table({"c": Kind.CATEGORICAL}, c=list(labels)) for labels in ("aabb", "aaac"))
    # Shares (1/2, 1/2, 0) and (3/4, 0, 1/4), mean (5/8, 1/4, 1/8).
    divergence = (0.5 * math.log2(4 / 5) + 0.5 * math.log2(2)) + (0.75 * math.log2(6 / 5) + 0.25 * math.log2(2))
    distance = math.sqrt(divergence / 2)
    found = quality(real, fake, 4)
    assert found.distribution == pytest.approx(7.44 * distance**2 - 16.646 * distance + 10.305)
    assert found.shapes == pytest.approx(0.5)
    assert (found.correlation, found.structure, found.text) == (None, None, None)
    assert found.sqs == pytest.approx(found.distribution)


def test_the_tabular_score_and_that_of_text_weigh_as_much_as_their_columns() -> None:
    kinds = {"a": Kind.INTEGER, "b": Kind.INTEGER, "t": Kind.TEXT}
    real = table(kinds, a=LINE, b=LINE, t=SENTENCES)
    fake = table(kinds, a=LINE, b=LINE, t=[None] * 40)
    # Text that is gone scores 1.5, the two other columns 10 each.
    assert quality(real, fake, 40).sqs == pytest.approx((10 + 10 + 1.5) / 3)


def test_a_lost_dependence_costs_correlation_and_structure_but_no_distribution() -> None:
    found = quality(integers(a=LINE, b=LINE), integers(a=LINE, b=FALLING), 40)
    assert (found.distribution, found.correlation, found.shapes) == (10.0, 0.0, 1.0)
    assert found.structure is not None and found.structure < 4


def test_both_sides_are_cut_to_equally_many_rows() -> None:
    long, short = integers(a=LINE, b=LINE), integers(a=LINE[:12], b=LINE[:12])
    assert [quality(*pair).num_rows for pair in ((long, short, 30), (short, long, 30), (long, long, 30))] == [
        12,
        12,
        30,
    ]


def test_a_turned_association_differs_by_two() -> None:
    found = associations(integers(a=LINE, b=LINE), integers(a=LINE, b=FALLING))
    assert found.training == pytest.approx(np.ones((2, 2)))
    assert found.other == pytest.approx(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    assert found.mean_difference == pytest.approx(2.0)


def test_a_column_that_lost_its_values_differs_by_one_in_all_its_pairs() -> None:
    real, fake = integers(a=LINE, b=LINE, c=LINE), integers(a=LINE, b=LINE, c=["x"] * 40)
    found = associations(real, fake)
    assert np.isnan(found.other[2, :2]).all() and np.isnan(found.other[:2, 2]).all()
    assert found.difference == pytest.approx(np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]]))
    assert found.mean_difference == pytest.approx(4 / 6)


def test_a_column_without_a_training_value_is_no_part_and_one_column_has_no_pairs() -> None:
    found = associations(integers(a=LINE, b=[None] * 40), integers(a=LINE, b=LINE))
    assert found.names == ("a",)
    assert found.mean_difference is None
