"""A schema is the same value after JSON, has a stable fingerprint and checks frames against itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

from tabsynth.errors import SchemaError
from tabsynth.schema.column import Kind
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema

ROWS = 20


def frame_of_everything() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "whole": [1, 2, 2, 5] * 5,
            "real": [1.5, None] * 10,
            "flag": [True, False] * 10,
            "word": ["a", "b"] * 10,
            "bool category": pd.Categorical([True, False] * 10),
            "int category": pd.Categorical([1, 0] * 10, categories=[1, 0, 2], ordered=True),
            "float category": pd.Categorical([1.0, 0.0] * 10),
            "text category": pd.Categorical(["1", "0"] * 10),
            "moment": pd.to_datetime(["2020-01-01", "2021-05-06"] * 10).tz_localize("Europe/Berlin"),
            "day": pd.Series([dt.date(2020, 1, 1), None] * 10, dtype=object),
            "price": pd.Series([Decimal("1.50"), Decimal("2.25")] * 10, dtype=object),
            "date text": ["2020-01-01", "2021-12-31"] * 10,
        }
    )


def test_a_schema_survives_json() -> None:
    schema = infer_schema(frame_of_everything())
    back = Schema.model_validate_json(schema.model_dump_json())
    assert back == schema
    for name in schema.names:
        listed = schema[name].dtype.categories or ()
        assert [type(value) for value in back[name].dtype.categories or ()] == [type(value) for value in listed]


def test_a_fingerprint_is_the_same_for_the_same_form() -> None:
    schema = infer_schema(frame_of_everything())
    again = infer_schema(frame_of_everything().iloc[::-1])
    assert schema.fingerprint == again.fingerprint
    assert Schema.model_validate_json(schema.model_dump_json()).fingerprint == schema.fingerprint


def test_a_fingerprint_is_the_same_in_every_process_and_release() -> None:
    # A fixed number on purpose: stored runs are found by it.
    schema = infer_schema(pd.DataFrame({"n": [1, 2, 2, 5] * 5, "s": pd.Series(["a", "b"] * 10, dtype=object)}))
    assert schema.fingerprint == "1aab8768cee376f8"


@pytest.mark.parametrize("change", ["name", "kind", "dtype", "order", "categories"])
def test_a_fingerprint_changes_with_the_form(change: str) -> None:
    frame = frame_of_everything()
    types = {"word": "text"} if change == "kind" else None
    match change:
        case "name":
            frame = frame.rename(columns={"whole": "entire"})
        case "dtype":
            frame["whole"] = frame["whole"].astype("int32")
        case "order":
            frame = frame[frame.columns[::-1]]
        case "categories":
            frame["bool category"] = pd.Categorical([1, 0] * 10)
    assert infer_schema(frame, types).fingerprint != infer_schema(frame_of_everything()).fingerprint


def test_columns_are_found_by_kind_and_by_name() -> None:
    schema = infer_schema(frame_of_everything())
    assert schema.of_kind(Kind.BOOLEAN, Kind.INTEGER) == ["whole", "flag"]
    assert schema["price"].decimals == 2


def test_an_unknown_column_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(SchemaError, match=r"there is no column 'prize'. Did you mean 'price'"):
        infer_schema(frame_of_everything())["prize"]


def test_a_frame_comes_back_in_schema_order() -> None:
    frame = frame_of_everything()
    schema = infer_schema(frame)
    pd.testing.assert_frame_equal(schema.check(frame[frame.columns[::-1]], what="the table"), frame)


def test_a_frame_with_other_columns_is_refused_by_name() -> None:
    schema = infer_schema(frame_of_everything())
    other = frame_of_everything().rename(columns={"price": "cost"})
    with pytest.raises(SchemaError, match=r"the synthetic table lacks 1 columns \['price'\] and has 1 more \['cost'\]"):
        schema.check(other, what="the synthetic table")


def test_a_frame_with_a_column_twice_is_refused() -> None:
    frame = frame_of_everything()
    schema = infer_schema(frame)
    with pytest.raises(SchemaError, match=r"more"):
        schema.check(pd.concat([frame, frame[["price"]]], axis=1), what="the table")
