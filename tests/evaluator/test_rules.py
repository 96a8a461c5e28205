import numpy as np
import pandas as pd

from tabsynth.evaluator.rules import Ordered, Settled, Summed, distinct_values, value_codes
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def table(kind: Kind, **values: list[object]) -> Table:
    columns = [Column(name=name, kind=kind, dtype=ColumnDtype(name="x"), nullable=True) for name in values]
    return read_table(pd.DataFrame(values, dtype=object), Schema(columns=tuple(columns)))


def check(rule: Settled | Ordered | Summed, rows: Table) -> tuple[list[bool], list[bool]]:
    applies, obeys = rule.check(rows)
    return applies.tolist(), obeys.tolist()


def test_a_settled_column_must_have_the_one_value_of_training() -> None:
    rule = Settled(("town", 0), ("land", 1), pd.Index(["Bern", "Rome"]), pd.Index(["CH", "IT"]), np.array([0, 2]))
    rows = table(
        Kind.CATEGORICAL,
        town=["Bern", "Bern", "Bern", "Bern", "Rome", "Rome", "Oslo", None],
        land=["CH", "IT", "NO", None, None, "IT", "NO", "CH"],
    )
    assert rule.text == "“town” settles “land”"
    # Rome stood without a land in training, and must go on so; of Oslo and of no town training says nothing.
    assert check(rule, rows) == ([True] * 6 + [False] * 2, [True, False, False, False, True] + [False] * 3)


def test_ordered_columns_are_compared_where_both_are_there() -> None:
    rule = Ordered(("start", 0), ("end", 1))
    rows = table(Kind.INTEGER, start=[1, 2, 3, None, "x"], end=[1, 3, 2, 1, 1])
    assert rule.text == "“start” ≤ “end”"
    assert check(rule, rows) == ([True, True, True, False, False], [True, True, False, False, False])


def test_sums_are_taken_up_to_the_tolerance() -> None:
    rule = Summed((("a", 0), ("b", 1)), ("c", 2), 0.01)
    rows = table(Kind.DECIMAL, a=[1.0, 1.0, None, 1e308], b=[2.0, 2.0, 2.0, 1e308], c=[3.005, 3.02, 2.0, 1e308])
    assert rule.text == "“a” + “b” = “c”"
    assert check(rule, rows) == ([True, True, False, True], [True, False, False, False])


def test_values_are_numbered_in_order_with_places_for_missing_and_unknown_ones() -> None:
    cells = table(Kind.INTEGER, a=[5, 3, None, "x", 9]).columns[0]
    assert distinct_values(cells).tolist() == [3.0, 5.0, 9.0]
    assert value_codes(cells, pd.Index([3.0, 5.0])).tolist() == [1, 0, 2, -1, -1]
    labels = table(Kind.CATEGORICAL, a=[None, None]).columns[0]
    assert value_codes(labels, distinct_values(labels)).tolist() == [0, 0]
