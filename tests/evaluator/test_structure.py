import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.structure import component_distance, count_encoded, encoded_pair, structure_distance
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype

LINE = np.arange(100.0)


def cells(values: object, kind: Kind) -> Cells:
    column = Column(name="c", kind=kind, dtype=ColumnDtype(name="x"), nullable=True)
    return read_cells(pd.Series(values, dtype=object), column)


def numbers(values: object) -> Cells:
    return cells(values, Kind.DECIMAL)


def test_a_label_becomes_its_training_count_an_unseen_one_zero() -> None:
    encoded = count_encoded(["a", "a", "b", None], ["b", "a", "new", None])
    assert encoded.tolist() == [1.0, 2.0, 0.0, 1.0]


def test_missing_numbers_of_both_tables_take_the_median_of_training() -> None:
    real, fake = encoded_pair(numbers([1, 2, 9, None]), numbers([None, 50, 70]))
    assert real.tolist() == [1.0, 2.0, 9.0, 2.0]
    assert fake.tolist() == [2.0, 50.0, 70.0]


def test_a_table_has_no_distance_from_itself() -> None:
    table = [numbers(LINE), cells(["a", "b", "b", "c"] * 25, Kind.CATEGORICAL)]
    assert structure_distance(table, table) == pytest.approx(0.0)


def test_a_table_far_away_along_both_components_has_distance_one() -> None:
    # Two scaled columns always have the components x + y and x - y; a shift of x alone moves both.
    training = np.column_stack([LINE, LINE + np.tile([0.0, 9.0], 50)])
    assert component_distance(training, training + np.array([10_000, 0])) == pytest.approx(1.0)


def test_both_components_weigh_the_same() -> None:
    # A shift of both scaled columns by the same moves x + y alone: (1 + 0) / 2.
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    training = np.column_stack([x, x + rng.normal(size=200)])
    assert component_distance(training, training + 1_000 * training.std(axis=0)) == pytest.approx(0.5, abs=1e-6)


def test_a_lost_dependence_is_seen_though_every_column_is_the_same() -> None:
    found = structure_distance([numbers(LINE), numbers(LINE)], [numbers(LINE), numbers(LINE[::-1])])
    assert found is not None and found > 0.8


@pytest.mark.parametrize(
    ("training", "other"),
    [
        (np.zeros((5, 2)), np.ones((5, 2))),
        (np.ones((1, 2)), np.eye(2)),
        (np.eye(2), np.ones((1, 2))),
        (np.arange(5.0)[:, None], np.arange(5.0)[:, None]),
    ],
    ids=["nothing varies", "one training row", "one other row", "one column"],
)
def test_without_two_columns_or_rows_that_vary_there_is_no_distance(training: np.ndarray, other: np.ndarray) -> None:
    assert component_distance(training, other) is None


def test_a_column_without_a_training_value_is_left_out() -> None:
    empty, full = numbers([None] * 100), numbers(LINE)
    assert structure_distance([full, empty], [full, full]) is None
    with_two = structure_distance([full, full, empty], [full, numbers(LINE[::-1]), full])
    assert with_two == structure_distance([full, full], [full, numbers(LINE[::-1])])
