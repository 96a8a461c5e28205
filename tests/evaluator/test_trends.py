import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.table import read_table
from tabsynth.evaluator.trends import Parts, gap_measure, mean_of_known, measure, named_columns, order_measure
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

GROUPS = 10


def part(rank: list[float] | None = None, **values: list[float]) -> Parts:
    """Ten groups of three rows, all alike."""
    columns = [Column(name=n, kind=Kind.DECIMAL, dtype=ColumnDtype(name="x"), nullable=True) for n in values]
    frame = pd.concat([pd.DataFrame(values)] * GROUPS, ignore_index=True).astype(object)
    codes = np.repeat(np.arange(GROUPS), 3)
    ranks = np.arange(30.0) if rank is None else np.tile(rank, GROUPS)
    return read_table(frame, Schema(columns=tuple(columns))), Groups(codes, ranks)


def test_gaps_are_those_of_the_column_that_orders_the_rows() -> None:
    # Half of the gaps of training are 1 and half are 4; all synthetic ones are 1.
    training = part([0, 1, 2], day=[0, 1, 5], dose=[5, 9, 7])
    synthetic = part([0, 1, 2], day=[0, 1, 2], dose=[5, 9, 7])
    found = gap_measure((training, training, synthetic), [0, 1])
    assert (found.training, found.holdout, found.synthetic) == (None, 0.0, 0.5)
    assert "“day”" in found.note


def test_where_nothing_orders_the_rows_there_are_no_gaps() -> None:
    parts = (part(dose=[5, 9, 7]),) * 3
    assert gap_measure(parts, [0]).synthetic is None
    assert "orders the rows" in gap_measure(parts, [0]).note


def test_columns_that_never_fall_and_that_never_rise_must_go_on_so() -> None:
    training = part(age=[1, 2, 2], left=[9, 8, 8], dose=[5, 9, 7])
    synthetic = part(age=[1, 0, 1], left=[9, 8, 8], dose=[5, 9, 7])
    found = order_measure((training, training, synthetic), [0, 1, 2])
    # One of two steps of the age falls.
    assert (found.training, found.holdout, found.synthetic) == (1.0, 1.0, 0.75)
    assert found.note == "2 columns: “age”, “left”"


def test_what_orders_all_tables_is_no_finding_and_neither_is_what_the_holdout_breaks() -> None:
    ordered = (part([0, 1, 2], day=[0, 1, 2]),) * 3
    assert order_measure(ordered, [0]).training is None
    training, holdout = part(age=[1, 2, 3]), part(age=[1, 2, 0])
    assert order_measure((training, holdout, training), [0]).training is None


def test_constant_columns_have_no_trend() -> None:
    assert order_measure((part(age=[1, 1, 1]),) * 3, [0]).training is None


def test_figures_are_named_and_columns_listed() -> None:
    assert measure("a", (1.0, None, 2.0), "b").synthetic == 2.0
    table, _ = part(a=[1, 2, 3], b=[1, 2, 3], c=[1, 2, 3], d=[1, 2, 3], e=[1, 2, 3])
    assert named_columns(table, [4, 0]) == "“e”, “a”"
    assert named_columns(table, [0, 1, 2, 3, 4]) == "“a”, “b”, “c” and 2 more"
    assert mean_of_known([1.0, None, 2.0]) == pytest.approx(1.5)
    assert mean_of_known([None]) is None
