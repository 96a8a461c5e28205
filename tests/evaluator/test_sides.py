import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.sides import MAX_ROWS, read_side
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
SCHEMA = Schema(
    columns=tuple(
        Column(name=name, kind=kind, dtype=ColumnDtype(name="x"), nullable=False)
        for name, kind in (("id", Kind.IDENTIFIER), ("age", Kind.INTEGER))
    )
)


def people(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"id": [f"C{row}" for row in range(rows)], "age": range(rows)})


def test_the_order_depends_on_the_rows_and_not_on_how_they_came() -> None:
    straight = read_side(people(50), SCHEMA, SEEDS, what="x")
    turned = read_side(people(50).iloc[::-1], SCHEMA, SEEDS, what="x")
    pd.testing.assert_frame_equal(straight.frame, turned.frame)
    assert straight.frame["age"].tolist() != list(range(50))
    assert sorted(straight.frame["age"]) == list(range(50))


def test_another_seed_gives_another_order() -> None:
    first, second = (read_side(people(50), SCHEMA, Seeds(seed), what="x").frame["age"].tolist() for seed in (0, 1))
    assert first != second


def test_a_long_table_is_sampled_but_all_of_its_rows_have_a_fingerprint() -> None:
    side = read_side(people(MAX_ROWS + 1_000), SCHEMA, SEEDS, what="x")
    assert len(side.frame) == side.table.num_rows == MAX_ROWS
    assert side.num_rows == len(np.unique(side.fingerprints)) == MAX_ROWS + 1_000
    # A sample and no head: about a sixth of the last 1,000 rows are left out, as of all others.
    assert 750 < (side.frame["age"] >= MAX_ROWS).sum() < 900


def test_identifiers_stay_in_the_frame_and_count_for_nothing_else() -> None:
    renamed = people(20).assign(id="someone else")
    side, other = (read_side(frame, SCHEMA, SEEDS, what="x") for frame in (people(20), renamed))
    assert list(side.frame.columns) == ["id", "age"]
    assert [cells.column.name for cells in side.table.columns] == ["age"]
    assert side.fingerprints.tolist() == other.fingerprints.tolist()


def test_frame_and_table_hold_the_same_rows_in_schema_order() -> None:
    side = read_side(people(20)[["age", "id"]], SCHEMA, SEEDS, what="x")
    assert list(side.frame.columns) == ["id", "age"]
    numbers = side.table.columns[0].numbers
    assert numbers is not None and numbers.tolist() == side.frame["age"].tolist()


def test_a_table_without_rows_or_with_other_columns_is_refused_by_its_name() -> None:
    with pytest.raises(EvaluationError, match="the holdout has no rows"):
        read_side(people(0), SCHEMA, SEEDS, what="the holdout")
    with pytest.raises(EvaluationError, match="the holdout lacks 1 columns"):
        read_side(people(9).drop(columns="age"), SCHEMA, SEEDS, what="the holdout")
