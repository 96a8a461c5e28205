import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.drawing import Measure
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.histories import sequence_measures
from tabsynth.evaluator.table import read_table
from tabsynth.evaluator.trends import Parts
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

KINDS = {"sex": Kind.CATEGORICAL, "drug": Kind.CATEGORICAL, "born": Kind.INTEGER}


def part(histories: list[list[tuple[object, object, object]]]) -> Parts:
    columns = [Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in KINDS.items()]
    rows = [row for history in histories for row in history]
    table = read_table(pd.DataFrame(rows, columns=list(KINDS), dtype=object), Schema(columns=tuple(columns)))
    codes = np.repeat(np.arange(len(histories)), [len(history) for history in histories])
    return table, Groups(codes, np.arange(len(rows), dtype="float64"))


def measures(training: Parts, synthetic: Parts, holdout: Parts) -> dict[str, Measure]:
    found = sequence_measures(training, synthetic, holdout, seeds=Seeds(0))
    return {measure.name.split(",")[0].split(":")[0]: measure for measure in found}


WOMAN = [("f", "x", 1950), ("f", "y", 1950), ("f", "x", 1950)]
MAN = [("m", "x", 1960), ("m", "x", 1960)]
CHANGING = [("f", "x", 1950), ("m", "y", 1950)]
REAL = part([WOMAN, MAN] * 5)


def test_sizes_are_counted_by_group() -> None:
    found = measures(REAL, part([WOMAN, MAN[:1]]), REAL)
    rows, single = found["Rows per group"], found["Groups of a single row"]
    assert (rows.training, rows.holdout, rows.synthetic) == (2.5, 2.5, 2.0)
    assert (single.training, single.synthetic) == (0.0, 0.5)


def test_columns_that_never_change_within_a_training_group_must_not() -> None:
    found = measures(REAL, part([WOMAN, CHANGING]), REAL)["Groups in which constant columns stay constant"]
    # Of sex and birth in two groups, one changes in one.
    assert (found.training, found.holdout, found.synthetic) == (1.0, 1.0, 0.75)
    assert found.note == "2 columns: “born”, “sex”"


def test_a_column_that_changes_in_the_holdout_was_constant_by_chance() -> None:
    found = measures(REAL, REAL, part([WOMAN, CHANGING] * 5))["Groups in which constant columns stay constant"]
    assert found.note == "1 columns: “born”"


def test_distinct_categories_are_counted_within_groups() -> None:
    found = measures(REAL, part([MAN]), REAL)["Distinct categories per group"]
    # A woman has one sex, two drugs and one year, a man one of each.
    assert found.training == pytest.approx((4 + 3) / 2 / 3)
    assert found.synthetic == pytest.approx(1)


def test_coherence_is_1_for_equal_groups_and_lower_for_shuffled_rows() -> None:
    rows = [row for history in [WOMAN, MAN] * 5 for row in history]
    mixed = part([[rows[k], rows[(7 * k + 3) % 25]] for k in range(25)])
    same, other = (measures(REAL, synthetic, REAL)["Coherence"].synthetic for synthetic in (REAL, mixed))
    assert same == pytest.approx(1)
    assert other is not None and other < 0.8


@pytest.mark.filterwarnings("error")
def test_single_rows_and_missing_values_have_reasons_and_do_not_fail() -> None:
    alone, empty = part([MAN[:1]] * 9), part([[(None, None, None)] * 2] * 3)
    for tables in ((alone, alone, alone), (REAL, alone, REAL), (REAL, empty, REAL), (empty, REAL, REAL)):
        for measure in measures(*tables).values():
            assert measure.note or measure.synthetic is not None
