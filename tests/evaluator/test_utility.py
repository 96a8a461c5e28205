from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.sides import read_side
from tabsynth.evaluator.utility import Utility, macro_f1, utility
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def run(tables: list[pd.DataFrame], schema: Schema, target: str | None) -> Utility:
    return utility(*(read_side(table, schema, SEEDS, what="x").table for table in tables), target, SEEDS)


def test_macro_f1_is_as_solved_by_hand() -> None:
    # Class 0: 2 hits of 2, 3 guesses: 4/5. Class 1: 1 hit of 2, 1 guess: 2/3. Class 2 is never predicted: 0/1.
    truth, predicted = np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 0, 3])
    assert macro_f1(truth, predicted, 3) == pytest.approx((1 + 0 + 2 / 3) / 3 - (1 - 4 / 5) / 3)


@pytest.mark.parametrize(("target", "metric"), [("bought", "ROC AUC"), ("region", "macro F1"), ("income", "R2")])
def test_training_rows_as_synthetic_rows_have_ratio_one(
    people: Callable[[int, int], pd.DataFrame], schema: Schema, target: str, metric: str
) -> None:
    found = run([people(300, 1), people(200, 2), people(300, 1)], schema, target)
    assert found.metric == metric
    assert found.tstr.value == found.trtr.value
    assert found.ratio.value == pytest.approx(1.0)


def test_without_a_target_the_reason_is_given(people: Callable[[int, int], pd.DataFrame], schema: Schema) -> None:
    found = run([people(60, 1), people(60, 2), people(60, 3)], schema, None)
    assert found.tstr.value is None and found.tstr.note == "no target column was named"


def test_a_lost_target_scores_nothing_and_does_not_fail(
    people: Callable[[int, int], pd.DataFrame], schema: Schema
) -> None:
    lost = people(100, 3).assign(bought=None)
    found = run([people(100, 1), people(100, 2), lost], schema, "bought")
    assert found.tstr.value is None and "no target" in found.tstr.note
