"""Columns as codes, and what settles what."""

import numpy as np
import pandas as pd

from tabsynth.privacy.protect.discrete import Discrete
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame(
    {
        "region": ["north", "north", "south", None] * 10,
        "city": ["Oslo", "Bergen", "Rome", "Bonn"] * 10,
        "number": [1, 2, 3, 4] * 10,
        "noise": np.random.default_rng(0).permutation(np.arange(40) % 3),
        "continuous": np.random.default_rng(0).random(40),
    }
)


def discrete(frame: pd.DataFrame = FRAME) -> Discrete:
    return Discrete.of(frame, infer_schema(frame))


def test_a_city_settles_its_region_and_its_number_and_missing_is_a_value() -> None:
    assert discrete().settled_by("city") == ["region", "number"]


def test_a_region_settles_no_city() -> None:
    assert discrete().settled_by("region") == []


def test_one_exception_ends_a_dependency() -> None:
    frame = FRAME.copy()
    frame.loc[39, "region"] = "north"
    assert discrete(frame).settled_by("city") == ["number"]


def test_too_few_rows_for_its_values_settle_nothing() -> None:
    assert discrete(FRAME.head(20)).settled_by("city") == ["region", "number"]
    assert (
        discrete(FRAME.assign(city=FRAME["city"].where(FRAME.index > 10, "C" + FRAME.index.astype(str)))).settled_by(
            "city"
        )
        == []
    )


def test_the_finest_column_comes_first() -> None:
    # 40 distinct floats are still few enough to be looked up; columns of as many values keep the table's order.
    assert discrete().finest_first() == ["continuous", "city", "number", "noise", "region"]


def test_missing_has_the_last_code_and_first_rows_are_the_first() -> None:
    assert discrete().of_column("region")[:4].tolist() == [0, 0, 1, 2]
    assert discrete().first_rows("region").tolist() == [0, 2, 3]


def test_taking_moves_only_the_columns_named() -> None:
    made = discrete()
    made.take(["city"], np.zeros(40, dtype=np.int64))
    assert set(made.of_column("city")) == {0}
    assert set(made.of_column("number")) == {0, 1, 2, 3}
