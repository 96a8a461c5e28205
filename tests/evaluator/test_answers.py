import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.answers import Answer, Errors, Query
from tabsynth.evaluator.bins import Bins
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

KINDS = {"town": Kind.CATEGORICAL, "sex": Kind.CATEGORICAL, "age": Kind.INTEGER}


def table(rows: list[tuple[str, str, object]]) -> Table:
    columns = [Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in KINDS.items()]
    return read_table(pd.DataFrame(rows, columns=list(KINDS), dtype=object), Schema(columns=tuple(columns)))


# Two groups of 20 rows, mean ages 10 and 30 around 20 with standard deviation 10.
TRAINING = table([("A", "f", 10)] * 20 + [("B", "f", 30)] * 20)


def asked(number: int | None = 2) -> Answer:
    keys = ((0, Bins.fit(TRAINING.columns[0], 5)), (1, Bins.fit(TRAINING.columns[1], 5)))
    return Answer.read(Query(keys, number), TRAINING, 40)


def error(rows: list[tuple[str, str, object]], number: int | None = 2) -> float:
    other = table(rows)
    return float(Errors([asked(number)], other, np.arange(len(rows)))(np.ones((1, len(rows))))[0])


def test_training_answers_shares_and_means_in_standard_deviations() -> None:
    answer = asked()
    assert answer.shares.tolist() == [0.5, 0.5]
    assert answer.means == pytest.approx([-1.0, 1.0])


def test_groups_of_too_few_rows_are_not_asked_about() -> None:
    keys = asked().query.keys
    assert len(Answer.read(Query(keys, None), TRAINING, 20).groups) == 2
    assert len(Answer.read(Query(keys, None), TRAINING, 19).groups) == 0


def test_equal_tables_have_no_error() -> None:
    assert error([("A", "f", 10), ("B", "f", 30)]) == 0


def test_errors_of_counts_are_relative_to_the_count() -> None:
    # Shares of 1/4 and 3/4 in the place of 1/2 and 1/2.
    assert error([("A", "f", 10)] + [("B", "f", 30)] * 3, None) == pytest.approx(0.5)


def test_errors_of_means_are_in_standard_deviations_and_count_as_much() -> None:
    # Counts are right; one mean is half a standard deviation off, the other is not.
    assert error([("A", "f", 15), ("B", "f", 30)]) == pytest.approx((0 + 0.25) / 2)


def test_no_error_is_above_1_and_what_is_not_there_has_it() -> None:
    # Three times too many of one group and none of the other; its mean is not there.
    assert error([("A", "f", 10)] * 3) == pytest.approx((1 + 0.5) / 2)
    assert error([("C", "m", None)]) == pytest.approx(1)


def test_a_weight_of_two_is_a_row_twice_and_weights_are_of_units() -> None:
    other, units = table([("A", "f", 12), ("B", "f", 30), ("B", "f", 25)]), np.array([0, 1, 1])
    weighted = Errors([asked()], other, units)(np.array([[2.0, 1.0]]))
    assert weighted == pytest.approx([error([("A", "f", 12)] * 2 + [("B", "f", 30), ("B", "f", 25)])])
