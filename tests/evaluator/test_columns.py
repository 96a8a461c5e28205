import pandas as pd
import pytest

from tabsynth.evaluator.columns import column_results
from tabsynth.evaluator.result import ColumnResult
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def table(values: dict[str, list[object]], kinds: dict[str, Kind]) -> Table:
    columns = (Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in kinds.items())
    return read_table(pd.DataFrame(values, dtype=object), Schema(columns=tuple(columns)))


def compared(kind: Kind, training: list[object], holdout: list[object], synthetic: list[object]) -> ColumnResult:
    (found,) = column_results(*(table({"c": values}, {"c": kind}) for values in (training, holdout, synthetic)))
    return found


def test_a_column_is_scored_against_holdout_and_training_as_solved_by_hand() -> None:
    found = compared(Kind.CATEGORICAL, list("aaab"), list("aabb"), ["a", "a", "a", "c"])
    # Total variation: holdout (|2-3| + |2-0| + |0-1|) / 8, training (|3-3| + |1-0| + |0-1|) / 8, both (1 + 1) / 8
    assert (found.score, found.score_training, found.reference) == (0.5, 0.75, 0.75)
    assert (found.kind, found.measure, found.note) == ("categorical", "1 - TV", "")


def test_missing_and_unreadable_cells_are_shares_of_all_cells() -> None:
    found = compared(Kind.INTEGER, [1, 2, 3, None], [1, 2, 3, 4], [1, "x", 3, None, None])
    assert (found.missing_training, found.missing_synthetic, found.unreadable_synthetic) == (0.25, 0.4, 0.2)


@pytest.mark.parametrize(
    ("kind", "measure"), [(Kind.DATETIME, "1 - KS"), (Kind.BOOLEAN, "1 - TV"), (Kind.TEXT, "1 - JS of text form")]
)
def test_the_measure_follows_the_kind(kind: Kind, measure: str) -> None:
    assert compared(kind, ["x", "y"], ["x", "y"], ["x", "y"]).measure == measure


def test_text_is_scored_by_its_form() -> None:
    long = ["One sentence. Then another, longer one."] * 4
    assert compared(Kind.TEXT, long, long, long).score == pytest.approx(1.0)
    # Other numbers of sentences, of words in a sentence and of characters in a word.
    assert compared(Kind.TEXT, long, long, ["a"] * 4).score == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("holdout", "synthetic", "note"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], ""),
        ([None] * 4, [1, 2, 3, 4], "the holdout holds no value to compare with"),
        ([1, 2, 3, 4], [None] * 4, "all values are missing"),
        ([1, 2, 3, 4], ["x", None, "x", "x"], "no value is of the column's kind"),
        ([1, 2, 3, 4], [3, 3, None, 3], "every value is the same"),
        ([1, 2, 3, 4], [1, 2, 3, "x"], "25.0% of values are not of the column's kind"),
        ([1, 2, 3, 4], [1, 2, 3, None], "missing values occur at another rate"),
    ],
)
def test_a_note_says_what_is_wrong(holdout: list[object], synthetic: list[object], note: str) -> None:
    assert compared(Kind.INTEGER, [1, 2, 3, 4], holdout, synthetic).note == note


def test_a_constant_is_no_fault_where_training_is_constant_too() -> None:
    assert compared(Kind.INTEGER, [3] * 4, [3] * 4, [3] * 4).note == ""


def test_the_worst_column_comes_first_and_one_without_a_score_last() -> None:
    kinds = dict.fromkeys(["unscored", "perfect", "shifted", "emptied"], Kind.INTEGER)
    training: dict[str, list[object]] = {name: [1, 2, 3, 4] * 4 for name in kinds}
    holdout = training | {"unscored": [None] * 16}
    # shifted: 1 - KS = 1/2; emptied: its values fit, but 12 of 16 are gone.
    synthetic = training | {"shifted": [3, 4, 5, 6] * 4, "emptied": [1, 2, 3, 4, *[None] * 12]}
    found = column_results(*(table(values, kinds) for values in (training, holdout, synthetic)))
    assert [(column.name, column.score) for column in found] == [
        ("emptied", 1.0),
        ("shifted", 0.5),
        ("perfect", 1.0),
        ("unscored", None),
    ]
