import math

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.table import Table, read_table
from tabsynth.evaluator.target import FARTHEST, MAX_CLASSES, Target, read_target
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def table(values: list[object], kind: Kind) -> Table:
    column = Column(name="y", kind=kind, dtype=ColumnDtype(name="x"), nullable=True)
    return read_table(pd.DataFrame({"y": pd.Series(values, dtype=object)}), Schema(columns=(column,)))


def target(values: list[object], kind: Kind) -> Target:
    found = read_target(table(values, kind), "y")
    assert isinstance(found, Target)
    return found


@pytest.mark.parametrize(
    ("values", "kind", "metric", "chance"),
    [
        ([True, False, None], Kind.BOOLEAN, "ROC AUC", 0.5),
        (["a", "b", "c"], Kind.CATEGORICAL, "macro F1", 0.0),
        ([*range(10)] * 2, Kind.INTEGER, "macro F1", 0.0),
        ([*range(11)] * 2, Kind.INTEGER, "R2", 0.0),
        ([1.5, 2.5], Kind.DECIMAL, "R2", 0.0),
        ([0.0] * 50 + [1_000.0], Kind.DECIMAL, "R2 of log(1 + x)", 0.0),
        ([-1.0] * 50 + [1_000.0], Kind.DECIMAL, "R2", 0.0),
    ],
)
def test_the_metric_follows_the_training_values(values: list[object], kind: Kind, metric: str, chance: float) -> None:
    assert (target(values, kind).metric, target(values, kind).chance) == (metric, chance)


def test_classes_are_coded_in_order_and_an_unknown_one_has_a_code_of_its_own() -> None:
    plan = target(["no", "yes", "maybe", None], Kind.CATEGORICAL)
    assert plan.classes == {"maybe": 0, "no": 1, "yes": 2}
    assert plan.values(table(["yes", "never seen", "no"], Kind.CATEGORICAL)).tolist() == [2.0, 3.0, 1.0]


def test_integer_classes_are_the_same_however_the_numbers_are_stored() -> None:
    plan = target([1, 2, 1, 2], Kind.INTEGER)
    assert plan.values(table([2.0, 1, np.int8(2), 7], Kind.INTEGER)).tolist() == [1.0, 0.0, 1.0, 2.0]


def test_numbers_with_a_heavy_tail_are_read_as_logarithms_and_negative_ones_as_zero() -> None:
    plan = target([0.0] * 50 + [1_000.0], Kind.DECIMAL)
    found = plan.values(table([math.e - 1, 0.0, -5.0], Kind.DECIMAL))
    assert found == pytest.approx([1.0, 0.0, 0.0])


def test_other_numbers_are_themselves() -> None:
    assert target([1.5, 2.5], Kind.DECIMAL).values(table([-7.5], Kind.DECIMAL)).tolist() == [-7.5]


def test_rows_with_a_missing_or_unreadable_target_have_none() -> None:
    plan = target([1.5, 2.5], Kind.DECIMAL)
    assert plan.known(table([1.5, None, "x"], Kind.DECIMAL)).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("values", "kind", "reason"),
    [
        (["C1", "C2"], Kind.IDENTIFIER, "the target is an identifier"),
        (["some text", "more text"], Kind.TEXT, "the target is free text"),
        (["a", "a", None], Kind.CATEGORICAL, "the target has 1 classes in the training rows"),
        ([None, None], Kind.CATEGORICAL, "the target has 0 classes in the training rows"),
        ([f"label {i}" for i in range(MAX_CLASSES + 1)], Kind.CATEGORICAL, "the target has 101 classes"),
        ([2.5, 2.5, None], Kind.DECIMAL, "the target never varies"),
    ],
)
def test_a_column_that_cannot_be_predicted_has_the_reason(values: list[object], kind: Kind, reason: str) -> None:
    assert str(read_target(table(values, kind), "y")).startswith(reason)


def test_whole_numbers_that_are_stored_as_decimals_are_classes_too() -> None:
    column = Column(name="y", kind=Kind.DECIMAL, dtype=ColumnDtype(name="x"), nullable=True, decimals=0)
    found = read_target(read_table(pd.DataFrame({"y": [0.0, 1.0, None]}), Schema(columns=(column,))), "y")
    assert isinstance(found, Target) and found.classes == {"0": 0, "1": 1}


def test_scaled_numbers_are_in_standard_deviations_and_finite() -> None:
    plan = target([1.0, 3.0] * 20, Kind.DECIMAL)
    assert plan.scaled(table([1.0, 2.0, 3.0, 1e308], Kind.DECIMAL)).tolist() == [-1.0, 0.0, 1.0, FARTHEST]
    assert np.isfinite(target([1e308, -1e308] * 9, Kind.DECIMAL).scaled(table([1e308], Kind.DECIMAL))).all()
    assert target(["a", "b"], Kind.CATEGORICAL).scaled(table(["b"], Kind.CATEGORICAL)).tolist() == [1.0]
