from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.columns import column_results
from tabsynth.evaluator.result import ColumnResult
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
LINE = list(range(100))
SENTENCES = [f"One sentence with number {place}. Then another, longer one." for place in range(100)]


def results(kinds: dict[str, Kind], *tables: dict[str, Sequence[object]]) -> tuple[ColumnResult, ...]:
    schema = Schema(
        columns=tuple(Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in kinds.items())
    )
    sides = (read_side(pd.DataFrame(values, dtype=object), schema, SEEDS, what="x") for values in tables)
    return column_results(Sides(*sides, schema, None, SEEDS))


def compared(
    kind: Kind, training: Sequence[object], holdout: Sequence[object], synthetic: Sequence[object]
) -> ColumnResult:
    (found,) = results({"c": kind}, {"c": training}, {"c": holdout}, {"c": synthetic})
    return found


def test_a_column_is_scored_against_holdout_and_training() -> None:
    # Half of the synthetic numbers lie beyond training, all of them within the holdout.
    found = compared(Kind.DECIMAL, LINE, [*LINE[50:], *range(100, 150)], [*LINE[50:], *range(100, 150)])
    assert found.score == 10.0
    assert found.score_training == found.reference == pytest.approx(10 * (1 - (0.5 - 0.123) / (1 - 0.123)), abs=0.01)
    assert (found.kind, found.measure, found.note) == ("decimal", "1 - KS", "")


def test_missing_and_unreadable_cells_are_shares_of_all_cells() -> None:
    found = compared(Kind.INTEGER, [1, 2, 3, None] * 9, [1, 2, 3, 4] * 9, [1, "x", 3, None, None] * 9)
    assert (found.missing_training, found.missing_synthetic, found.unreadable_synthetic) == (0.25, 0.4, 0.2)


@pytest.mark.parametrize(
    ("kind", "values", "measure"),
    [
        (Kind.DATETIME, list(pd.date_range("2020", periods=30)), "1 - KS"),
        (Kind.BOOLEAN, [True, False] * 15, "1 - TV"),
        (Kind.CATEGORICAL, ["a", "b", "c"] * 10, "1 - TV"),
        (Kind.CATEGORICAL, [f"code {place}" for place in range(30)], "1 - TV of letters"),
        (Kind.TEXT, SENTENCES[:30], "1 - TV of letters"),
    ],
)
def test_the_measure_follows_the_kind(kind: Kind, values: list[object], measure: str) -> None:
    assert compared(kind, values, values, values).measure == measure


@pytest.mark.parametrize(
    ("holdout", "synthetic", "note"),
    [
        (LINE, LINE, ""),
        ([None] * 100, LINE, "the holdout holds no values to compare with"),
        ([1, *[None] * 99], LINE, "the holdout holds 1 value to compare with"),
        (LINE, LINE[:5], "there are 5 rows, too few to compare"),
        (LINE, [None] * 100, "all values are missing"),
        (LINE, ["x", None, "x", "x"] * 25, "no value is a whole number"),
        (LINE, [3, 3, None, 3] * 25, "every value is the same"),
        (LINE, [30, 70] * 50, "values vary much less than the real ones: 2 distinct in 100"),
        (LINE, [*LINE[:70], *["x"] * 30], "30.0% of values are not a whole number"),
        (LINE, [*LINE[::2], *[None] * 50], "50.0% of cells are missing instead of 0.0%"),
        (LINE, [value + 60 for value in LINE], "values are too large on the whole"),
        (LINE, [value - 60 for value in LINE], "values are too small on the whole"),
        (LINE, [3 * value - 100 for value in LINE], "values lie too far apart"),
    ],
)
def test_a_note_says_what_is_wrong(holdout: list[object], synthetic: list[object], note: str) -> None:
    assert compared(Kind.INTEGER, LINE, holdout, synthetic).note == note


def test_notes_of_dates_labels_and_texts() -> None:
    days = list(pd.date_range("2020", periods=60))
    later = list(pd.date_range("2021", periods=60))
    assert compared(Kind.DATETIME, days, days, later).note == "values are too late on the whole"
    assert compared(Kind.DATETIME, days, days, list(range(60))).note == "no value is a date"
    labels = ["a", "b", "c"] * 30
    new, shifted = ["a", "b", "new"] * 30, ["a", "a", "b", "c", "a"] * 18
    assert compared(Kind.CATEGORICAL, labels, labels, new).note == "33.3% of values occur in no real row"
    assert compared(Kind.CATEGORICAL, labels, labels, shifted).note == "values occur at other rates"
    junk = [f"junk{place}" for place in LINE]
    assert compared(Kind.TEXT, SENTENCES, SENTENCES, junk).note == "texts are of other letters or lengths"


def test_no_note_holds_a_cell() -> None:
    secret = [f"secret-{place}" for place in range(40)]
    for kind in (Kind.TEXT, Kind.CATEGORICAL, Kind.INTEGER):
        for real, fake in ((secret, LINE[:40]), (LINE[:40], secret), (secret, secret[:1] * 40)):
            assert "secret" not in compared(kind, real, real, fake).note


def test_a_constant_is_no_fault_where_training_is_constant_too() -> None:
    found = compared(Kind.INTEGER, [3] * 40, [3] * 40, [3] * 40)
    assert (found.score, found.note) == (10.0, "")


def test_a_column_that_the_table_lacks_is_the_worst() -> None:
    kinds = dict.fromkeys(["there", "lost"], Kind.INTEGER)
    real = dict.fromkeys(kinds, LINE)
    found = results(kinds, real, real, {"there": LINE})
    assert [(column.name, column.score) for column in found] == [("lost", 0.0), ("there", 10.0)]
    assert found[0].note == "the column is missing"
    # Even where the holdout has nothing to compare with.
    found = results(kinds, real, real | {"lost": [None] * 100}, {"there": LINE})
    assert (found[0].name, found[0].score) == ("lost", 0.0)


def test_the_worst_column_comes_first_and_one_without_a_score_last() -> None:
    kinds = dict.fromkeys(["unscored", "perfect", "shifted", "emptied"], Kind.INTEGER)
    training: dict[str, Sequence[object]] = dict.fromkeys(kinds, LINE)
    synthetic = training | {"shifted": [value + 50 for value in LINE], "emptied": [*LINE[:20], *[None] * 80]}
    found = results(kinds, training, training | {"unscored": [None] * 100}, synthetic)
    assert [column.name for column in found] == ["emptied", "shifted", "perfect", "unscored"]
    assert found[2].score == 10.0 and found[3].score is None


RUINS: dict[str, Callable[[pd.Series], object]] = {
    "junk": lambda column: [f"junk{place}" for place in range(len(column))],
    "constant": lambda column: [column.mode().iloc[0]] * len(column),
    "nulls": lambda column: [None] * len(column),
    "another type": lambda column: (
        column.astype(str) if column.dtype.kind in "iuf" else np.linspace(-1, 1, len(column))
    ).tolist(),
}


@pytest.mark.parametrize("ruin", RUINS)
def test_a_ruined_column_is_the_worst_whatever_it_held(
    people: Callable[[int, int], pd.DataFrame], schema: Schema, ruin: str
) -> None:
    frames = [people(400, seed) for seed in (1, 2, 3)]
    real, fresh = (read_side(frame, schema, SEEDS, what="x") for frame in frames[:2])
    for name in schema.names:
        table = frames[2].assign(**{name: pd.Series(RUINS[ruin](frames[2][name]), dtype=object)})
        sides = Sides(real, fresh, read_side(table, schema, SEEDS, what="x"), schema, None, SEEDS)
        found = column_results(sides)
        assert found[0].name == name and found[0].score is not None and found[0].score <= 1 and found[0].note
        assert min(column.score or 0 for column in found[1:]) >= 8
