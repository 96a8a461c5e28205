import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.coding import code_tables
from tabsynth.evaluator.sqs import MAX_PAIRED, Comparison, associations, quality
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


def compared(training: Table, other: Table) -> Comparison:
    return Comparison(*code_tables([training, other]))


def test_a_table_is_perfect_beside_itself() -> None:
    kinds = {"a": Kind.INTEGER, "b": Kind.CATEGORICAL, "t": Kind.TEXT}
    one = table(kinds, a=LINE, b=["x", "y", "y", "z"] * 10, t=SENTENCES)
    found = quality(one, one, 1_000)
    assert (found.sqs, found.distribution, found.correlation) == pytest.approx((10.0, 10.0, 10.0))
    assert (found.structure, found.text) == pytest.approx((10.0, 10.0))
    assert compared(one, one).shapes() == pytest.approx(1.0)


def test_one_column_of_labels_is_scored_as_solved_by_hand() -> None:
    real, fake = (table({"c": Kind.CATEGORICAL}, c=list(labels)) for labels in ("aabb", "aaac"))
    # Shares (1/2, 1/2, 0) and (3/4, 0, 1/4), mean (5/8, 1/4, 1/8).
    divergence = (0.5 * math.log2(4 / 5) + 0.5 * math.log2(2)) + (0.75 * math.log2(6 / 5) + 0.25 * math.log2(2))
    distance = math.sqrt(divergence / 2)
    found = quality(real, fake, 4)
    assert found.distribution == pytest.approx(7.44 * distance**2 - 16.646 * distance + 10.305)
    assert compared(real, fake).shapes() == pytest.approx(0.5)
    assert (found.correlation, found.structure, found.text) == (None, None, None)
    assert found.sqs == pytest.approx(found.distribution)


def test_the_tabular_score_and_that_of_text_weigh_as_much_as_their_columns() -> None:
    kinds = {"a": Kind.INTEGER, "b": Kind.INTEGER, "t": Kind.TEXT}
    real = table(kinds, a=LINE, b=LINE, t=SENTENCES)
    fake = table(kinds, a=LINE, b=LINE, t=[None] * 40)
    # Text that is gone scores 1.5, the two other columns 10 each.
    assert quality(real, fake, 40).sqs == pytest.approx((10 + 10 + 1.5) / 3)


def test_a_lost_dependence_costs_correlation_and_structure_but_no_distribution() -> None:
    real, fake = integers(a=LINE, b=LINE), integers(a=LINE, b=FALLING)
    found = quality(real, fake, 40)
    assert (found.distribution, found.correlation, compared(real, fake).shapes()) == (10.0, 0.0, 1.0)
    assert found.structure is not None and found.structure < 4


def test_both_sides_are_cut_to_equally_many_rows() -> None:
    # The first 12 rows are equal, those behind them are not.
    long, other = integers(a=LINE, b=LINE), integers(a=LINE[:12] + [0] * 28, b=LINE[:12] + FALLING[:28])
    short = integers(a=LINE[:12], b=LINE[:12])
    assert quality(long, short, 40).sqs == quality(short, long, 40).sqs == quality(long, other, 12).sqs == 10.0
    assert (quality(long, other, 40).sqs or 0) < 9


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
    empty = associations(integers(a=[None] * 40), integers(a=LINE))
    assert empty.names == () and empty.training.shape == (0, 0)


def test_only_so_many_columns_are_paired_and_names_draw_them() -> None:
    names = [f"c{place}" for place in range(MAX_PAIRED + 5)]
    one = integers(**{name: LINE[:12] for name in names})
    other = integers(**{name: LINE[:12] for name in names[::-1]})
    found = associations(one, one)
    assert len(found.names) == MAX_PAIRED
    assert sorted(associations(other, other).names) == sorted(found.names)
    assert list(found.names) == [name for name in names if name in found.names]


def test_neither_the_order_of_rows_nor_that_of_columns_matters(people: Callable[[int, int], pd.DataFrame]) -> None:
    kinds = [Kind.INTEGER, Kind.DECIMAL, Kind.CATEGORICAL, Kind.CATEGORICAL, Kind.BOOLEAN, Kind.DECIMAL]
    real, fake = people(150, 1), people(150, 2)

    def scored(turned: bool) -> list[float | None]:
        sides = []
        for seed, frame in enumerate((real, fake)):
            columns = tuple(
                Column(name=name, kind=kind, dtype=ColumnDtype(name="x"), nullable=True)
                for name, kind in zip(frame.columns, kinds, strict=True)
            )
            schema = Schema(columns=columns[::-1] if turned else columns)
            rows = np.random.default_rng(seed).permutation(150) if turned else np.arange(150)
            sides.append(read_table(frame.iloc[rows][schema.names].reset_index(drop=True), schema))
        found = quality(*sides, 150)
        return [found.sqs, found.distribution, found.correlation, found.structure, compared(*sides).shapes()]

    assert scored(True) == pytest.approx(scored(False), abs=1e-9)


def test_halves_are_measured_with_the_bins_of_the_whole() -> None:
    one = compared(integers(a=LINE, b=LINE), integers(a=LINE, b=FALLING))
    rows = np.arange(20)
    half = one.measure(rows, rows)
    assert half == one.measure(rows, rows, one.real_associations(rows))
    assert one.measure().distribution == 0.0
    # In the first rows b runs from 0 to 19 on one side and from 39 to 20 on the other.
    assert half.distribution is not None and 0.4 < half.distribution <= 0.5
    assert half.correlation == pytest.approx(2.0)
