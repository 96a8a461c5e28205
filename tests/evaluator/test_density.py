from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.density import density_map
from tabsynth.evaluator.drawing import DensityMap
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def drawn(*frames: pd.DataFrame, schema: Schema | None = None) -> DensityMap | None:
    schema = schema or infer_schema(frames[0])
    return density_map(Sides(*(read_side(f, schema, SEEDS, what="x") for f in frames), schema, None, SEEDS))


def blob(rows: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows) + shift
    return pd.DataFrame({"a": x, "b": x + rng.normal(size=rows)})


def test_shares_count_rows_in_cells_with_at_least_five_training_rows() -> None:
    found = drawn(blob(1200, 1), blob(600, 2), blob(900, 3))
    assert found is not None and found.size == 20
    training = np.array(found.training)
    assert len(training) == len(found.holdout) == len(found.synthetic) == 400
    # 1 % at each end of two components lies beyond the grid, a part of the rest in cells that are masked.
    assert 0.6 < training.sum() < 0.985
    assert training[training > 0].min() >= 5 / 1200 - 1e-5
    for other in (found.holdout, found.synthetic):
        assert np.array(other).sum() > 0.5
        assert not np.array(other)[training == 0].any()
    assert found.outside < 0.05 and sum(found.explained) == pytest.approx(1.0, abs=1e-3)


def test_rows_somewhere_else_are_seen_outside() -> None:
    found = drawn(blob(1200, 1), blob(600, 2), blob(900, 3, shift=50.0))
    assert found is not None and found.outside == 1.0 and sum(found.synthetic) == 0.0


def test_a_copy_has_the_map_of_training() -> None:
    found = drawn(blob(500, 1), blob(500, 2), blob(500, 1))
    assert found is not None and found.synthetic == found.training != found.holdout


def test_few_rows_are_masked_altogether() -> None:
    found = drawn(blob(40, 1), blob(40, 2), blob(40, 3))
    assert found is not None and found.size == 8
    assert all(share == 0 or share >= 5 / 40 for share in found.training)


def test_without_two_columns_that_vary_there_is_no_map() -> None:
    one = blob(50, 1)[["a"]]
    assert drawn(one, one, one) is None
    flat = pd.DataFrame({"a": [1.5] * 50, "b": [2.5] * 50})
    assert drawn(flat, flat, flat) is None


def test_junk_and_missing_columns_have_a_map() -> None:
    junk = pd.DataFrame({"a": ["junk"] * 30, "b": [None] * 30}, dtype=object)
    found = drawn(blob(300, 1), blob(300, 2), junk)
    assert found is not None and 0 <= found.outside <= 1


def test_neither_rows_nor_columns_have_an_order(people: Callable[[int, int], pd.DataFrame], schema: Schema) -> None:
    tables = [people(200, seed) for seed in (1, 2, 3)]
    other = Schema(columns=schema.columns[::-1])
    found = drawn(*tables, schema=schema), drawn(*(table.iloc[::-1] for table in tables), schema=other)
    assert found[0] is not None and found[1] is not None
    assert found[0].training == pytest.approx(found[1].training, abs=1e-9)
    assert found[0].synthetic == pytest.approx(found[1].synthetic, abs=1e-9)
