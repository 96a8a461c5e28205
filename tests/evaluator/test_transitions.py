import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.table import Table, read_table
from tabsynth.evaluator.transitions import Transitions
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

KINDS = {"state": Kind.CATEGORICAL, "level": Kind.INTEGER, "note": Kind.TEXT}


def table(states: str, levels: list[object] | None = None) -> Table:
    values = {"state": list(states), "level": levels or [0] * len(states), "note": list(states)}
    columns = [Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in KINDS.items()]
    return read_table(pd.DataFrame(values, dtype=object), Schema(columns=tuple(columns)))


def groups(*codes: int) -> Groups:
    return Groups(np.array(codes), np.arange(len(codes), dtype="float64"))


def fit(training: Table, of: Groups, *, numbers: bool = False) -> Transitions:
    return Transitions(training, of, np.random.default_rng(0), numbers=numbers)


def test_pairs_are_counted_within_groups_and_compared_by_total_variation() -> None:
    # Training goes a-b and b-a, once each; the other goes a-b and a-a: half of its steps are elsewhere.
    known = fit(table("abba"), groups(0, 0, 1, 1))
    assert known.num_columns == 1
    other = known.similarity(table("abaa"), groups(0, 0, 1, 1))
    assert other(np.array([[1.0, 1], [1, 0], [0, 1]])) == pytest.approx([0.5, 0.5, 0.0])


def test_new_labels_and_missing_ones_are_values_of_their_own() -> None:
    known = fit(table("abab"), groups(0, 0, 1, 1))
    assert known.similarity(table("abzz"), groups(0, 0, 1, 1))(np.ones((1, 2))) == pytest.approx([0.5])


def test_a_table_of_single_rows_takes_no_step_and_scores_0() -> None:
    known = fit(table("abab"), groups(0, 0, 1, 1))
    assert known.similarity(table("abab"), groups(0, 1, 2, 3))(np.ones((1, 4))).tolist() == [0.0]
    assert fit(table("abab"), groups(0, 1, 2, 3)).num_columns == 0


def test_few_distinct_numbers_are_categories_and_others_take_part_on_demand() -> None:
    few: list[object] = [1, 2, 1, 2] * 6
    many: list[object] = list(range(24))
    codes = groups(*np.repeat(np.arange(6), 4).tolist())
    assert fit(table("ab" * 12, few), codes).num_columns == 2
    assert fit(table("ab" * 12, many), codes).num_columns == 1
    assert fit(table("ab" * 12, many), codes, numbers=True).num_columns == 2


def test_a_constant_column_says_nothing() -> None:
    assert fit(table("aaaa"), groups(0, 0, 1, 1), numbers=True).num_columns == 0
