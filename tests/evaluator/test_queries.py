from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.queries import query_score
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

People = Callable[[int, int], pd.DataFrame]
SEEDS = Seeds(0)


def score(frames: list[pd.DataFrame], schema: Schema, **keys: str) -> Score:
    read = (read_side(frame, schema, SEEDS, what="x", **keys) for frame in frames)
    return query_score(Sides(*read, schema, None, SEEDS))


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: rng.permutation(table[name].to_numpy()) for name in table.columns})


def test_a_copy_has_no_error_fresh_rows_that_of_the_holdout_and_shuffled_columns_that_of_the_floor(
    people: People, schema: Schema
) -> None:
    training, holdout = people(400, 1), people(400, 2)
    copy, fresh, mixed = (
        score([training, holdout, table], schema) for table in (training, people(400, 3), shuffled(people(400, 3)))
    )
    assert copy.value == pytest.approx(0, abs=1e-12)
    for found in (copy, fresh, mixed):
        assert found.reference is not None and found.floor is not None
        assert found.reference < 0.6 * found.floor
    assert fresh.value == pytest.approx(fresh.reference, abs=0.05)
    assert mixed.value == pytest.approx(mixed.floor, abs=0.05)
    assert fresh.low < fresh.value < fresh.high  # type: ignore[operator]


def test_many_rows_are_measured_in_blocks_as_large_as_the_holdout(people: People, schema: Schema) -> None:
    few, many = (score([people(400, 1), people(100, 2), people(rows, 3)], schema) for rows in (100, 800))
    assert "in blocks of 100 rows" in few.note and "in blocks of 100 rows" in many.note
    # Fresh rows like the holdout, whatever their number, and the more there are the surer.
    assert few.value == pytest.approx(few.reference, abs=0.08)
    assert many.value == pytest.approx(many.reference, abs=0.08)
    assert many.high - many.low < 0.6 * (few.high - few.low)  # type: ignore[operator]


def test_neither_rows_nor_columns_in_another_order_change_it(people: People, schema: Schema) -> None:
    tables = [people(150, seed) for seed in (1, 2, 3)]
    turned = [table.sample(frac=1, random_state=3) for table in tables]
    assert score(tables, schema) == score(turned, schema)
    read = [read_side(table, schema, SEEDS, what="x") for table in tables]
    backwards = [
        type(side)(side.frame, type(side.table)(side.table.columns[::-1], 150), side.fingerprints) for side in read
    ]
    first, second = (query_score(Sides(*sides, schema, None, SEEDS)) for sides in (read, backwards))
    assert first.value == pytest.approx(second.value, abs=1e-9)
    assert first.reference == pytest.approx(second.reference, abs=1e-9)


def test_with_groups_blocks_are_of_groups(people: People) -> None:
    tables = [people(300, seed).assign(who=np.arange(300) // 3) for seed in (1, 2, 3)]
    found = score(tables, infer_schema(tables[0], {"who": "identifier"}), group_by="who")
    assert "in blocks of 100 groups" in found.note and found.n == 300


def test_a_holdout_too_small_to_fill_a_group_leaves_the_reference_out(people: People, schema: Schema) -> None:
    found = score([people(300, 1), people(9, 2), people(300, 3)], schema)
    assert found.value is not None and found.reference is None


def test_too_few_rows_or_columns_have_the_reason_instead(people: People, schema: Schema) -> None:
    few = score([people(20, seed) for seed in (1, 2, 3)], schema)
    assert few.value is None and "groups of 10 rows" in few.note
    alone = [people(100, seed)[["age"]] for seed in (1, 2, 3)]
    assert score(alone, infer_schema(alone[0])).value is None


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("ruin", [[None] * 200, ["junk"] * 200, [np.inf] * 200, [1e308, -1e308] * 100])
def test_ruined_columns_have_large_errors_and_do_not_fail(people: People, schema: Schema, ruin: list[object]) -> None:
    tables = [people(200, seed) for seed in (1, 2, 3)]
    ruined = score([*tables[:2], pd.DataFrame(dict.fromkeys(tables[2].columns, ruin))], schema)
    assert ruined.value is not None and ruined.value > 0.9
    assert score([tables[2].assign(income=ruin), *tables[1:]], schema).value is not None
