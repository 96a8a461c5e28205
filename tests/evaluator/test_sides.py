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


def test_a_table_without_rows_or_without_any_of_the_columns_is_refused_by_its_name() -> None:
    with pytest.raises(EvaluationError, match="the holdout has no rows"):
        read_side(people(0), SCHEMA, SEEDS, what="the holdout")
    with pytest.raises(EvaluationError, match="the holdout has none of the 2 columns"):
        read_side(people(9)[[]].assign(other=1), SCHEMA, SEEDS, what="the holdout")
    with pytest.raises(EvaluationError, match="the holdout has 1 columns twice"):
        read_side(pd.concat([people(9), people(9)[["age"]]], axis=1), SCHEMA, SEEDS, what="the holdout")


def test_a_column_that_is_not_there_counts_as_missing_and_one_more_is_ignored() -> None:
    side = read_side(people(9).drop(columns="age").assign(more=1, most=2), SCHEMA, SEEDS, what="x")
    assert side.lacking == ("age",) and side.num_extra == 2
    assert side.table.columns[0].missing.all()
    assert list(side.frame.columns) == ["id", "age"]


def test_of_a_table_with_groups_whole_groups_are_kept() -> None:
    frame = pd.DataFrame({"id": np.repeat([f"P{number}" for number in range(2_000)], 4), "age": range(8_000)})
    side = read_side(frame, SCHEMA, SEEDS, what="x", group_by="id", order_by="age")
    assert side.groups is not None and len(side.frame) == len(side.groups.codes) == MAX_ROWS
    assert (side.groups.sizes == 4).all() and side.num_rows == 8_000
    for rows in side.groups.sequences()[:50]:
        assert side.frame["id"].iloc[rows].nunique() == 1
        assert side.frame["age"].iloc[rows].is_monotonic_increasing


def test_long_groups_are_no_likelier_to_be_drawn_than_short_ones() -> None:
    sizes = np.where(np.arange(600) % 2, 30, 2)
    frame = pd.DataFrame({"id": np.repeat([f"P{number}" for number in range(600)], sizes)})
    side = read_side(frame.assign(age=range(len(frame))), SCHEMA, SEEDS, what="x", group_by="id")
    assert side.groups is not None
    # 9,600 rows, of which about 310 groups fit: half of them long, within four standard deviations.
    drawn = side.groups.sizes
    assert abs((drawn == 30).mean() - 0.5) < 4 * 0.5 / len(drawn) ** 0.5


def test_nested_cells_are_compared_as_text() -> None:
    nested = people(20).assign(age=[[row % 3] for row in range(20)]).astype({"age": object})
    side = read_side(nested, SCHEMA, SEEDS, what="x")
    assert len(np.unique(side.fingerprints)) == 3
    assert side.table.columns[0].unreadable.all()
