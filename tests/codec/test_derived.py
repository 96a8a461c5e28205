"""Columns that another one settles are looked up."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.codec.derived import DerivedCodec, settled_tokens
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame(
    {
        "free": ["p", "q", "p", "q", "q"] * 8,
        "number": [1, 2, 3, 3] * 10,
        "name": ["one", "two", "three", "three"] * 10,
        "odd": [True, False, True, True] * 10,
    }
)


def tokens(*cells: int) -> np.ndarray:
    return np.array(cells * 5)


def test_a_rule_gives_the_one_token_that_goes_with_each() -> None:
    assert settled_tokens(tokens(0, 1, 2, 2), tokens(5, 3, 5, 5), 3) == (5, 3, 5)


def test_one_exception_makes_no_rule() -> None:
    other = tokens(5, 3, 5, 5)
    other[3] = 3
    assert settled_tokens(tokens(0, 1, 2, 2), other, 3) is None


def test_a_token_that_never_occurs_makes_no_rule() -> None:
    assert settled_tokens(tokens(0, 1, 2, 2), tokens(5, 3, 5, 5), 4) is None


def test_few_rows_make_no_rule() -> None:
    assert settled_tokens(tokens(0, 1)[:9], tokens(5, 3)[:9], 2) is None


def test_settled_columns_have_no_slot_and_come_back() -> None:
    schema = infer_schema(FRAME)
    facts = Facts.fit(FRAME, schema, NoTextTokenizer())
    facts = Facts.model_validate_json(facts.model_dump_json())
    codec = TableCodec(schema, facts, NoTextTokenizer())
    derived = [column.name for column, learned in zip(schema.columns, facts.columns, strict=True)
               if isinstance(learned, DerivedCodec)]  # fmt: skip
    assert "free" not in derived and len(derived) == 2
    records = codec.encode(FRAME)
    assert records.lengths.tolist() == [2] * 40
    pd.testing.assert_frame_equal(codec.decode(records, np.random.default_rng(0)), FRAME)


def test_without_deriving_every_column_has_its_slot() -> None:
    facts = Facts.fit(FRAME, infer_schema(FRAME), NoTextTokenizer(), derive=False)
    assert not any(isinstance(codec, DerivedCodec) for codec in facts.columns)
    assert all(codec.slots("") for codec in facts.columns)


@pytest.mark.parametrize("rows", [[0], [3, 1]])
def test_a_settled_value_follows_its_source(rows: list[int]) -> None:
    schema = infer_schema(FRAME)
    codec = TableCodec(schema, Facts.fit(FRAME, schema, NoTextTokenizer()), NoTextTokenizer())
    back = codec.decode(codec.encode(FRAME.iloc[rows]), np.random.default_rng(0))
    assert back.to_dict("list") == FRAME.iloc[rows].to_dict("list")
