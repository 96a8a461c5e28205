"""Table tokens of a small table, worked out by hand.

The columns: a number of values 1 to 4, an identifier, a nullable text, a category, and a constant. Over bytes:

    256 begin   257 end   258-261 n   262 missing text   263 open   264 x   265 y   266 close
"""

import numpy as np
import pandas as pd
import pytest

from tabsynth.codec.facts import Facts
from tabsynth.codec.records import Records
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.verdict import Reason
from tabsynth.errors import CodecError
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame(
    {
        "n": [1, 2, 3, 4] * 5,
        "id": [f"K{row:04}" for row in range(20)],
        "t": ["hi", "", None, "abc"] * 5,
        "c": ["x", "y", "x", "y", "y"] * 4,
        "k": ["same"] * 20,
    }
)
SCHEMA = infer_schema(FRAME, {"t": "text", "n": "integer", "id": "identifier"})
FACTS = Facts.fit(FRAME, SCHEMA, ByteTokenizer())
END, MISSING, OPEN, X, Y, CLOSE = 257, 262, 263, 264, 265, 266
ROW = [258, OPEN, 104, 105, CLOSE, X]


@pytest.fixture
def single() -> TableCodec:
    return TableCodec(SCHEMA, FACTS, ByteTokenizer())


@pytest.fixture
def many() -> TableCodec:
    return TableCodec(SCHEMA, FACTS, ByteTokenizer(), single=False)


def test_a_row_is_its_slots_in_column_order(single: TableCodec) -> None:
    assert single.vocabulary.size == 267
    assert [record.tolist() for record in single.encode(FRAME.head(4))] == [
        ROW,
        [259, OPEN, CLOSE, Y],
        [260, MISSING, X],
        [261, OPEN, 97, 98, 99, CLOSE, Y],
    ]


def test_rows_come_back_with_fresh_identifiers_and_the_constant(single: TableCodec) -> None:
    records = Records.of([ROW, [260, MISSING, Y], [261, OPEN, CLOSE, Y]])
    back = single.decode(records, np.random.default_rng(0))
    assert back.columns.tolist() == ["n", "id", "t", "c", "k"]
    assert back["n"].tolist() == [1, 3, 4]
    assert back["t"].tolist()[0] == "hi" and back["t"].tolist()[2] == ""
    assert back["t"].isna().tolist() == [False, True, False]
    assert back["c"].tolist() == ["x", "y", "y"]
    assert back["k"].tolist() == ["same"] * 3
    assert back["id"].is_unique and back["id"].str.fullmatch(r"K\d{4}").all()
    assert (back.dtypes == FRAME.dtypes).all()


def test_no_records_are_a_table_without_rows(single: TableCodec) -> None:
    back = single.decode(Records.of([]), np.random.default_rng(0))
    assert back.columns.tolist() == FRAME.columns.tolist() and len(back) == 0


def test_one_record_an_example_is_read_up_to_the_end(single: TableCodec) -> None:
    for completion in (ROW, [*ROW, END]):
        reading = single.read(completion)
        assert (reading.records, reading.rejected, reading.rejected_tokens) == ([ROW], [], 0)


def test_one_record_an_example_may_not_be_followed_by_another(single: TableCodec) -> None:
    reading = single.read([*ROW, 259, MISSING, Y])
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([ROW], [Reason.WRONG_SLOT], 3)


def test_many_records_are_split(many: TableCodec) -> None:
    reading = many.read([*ROW, 260, MISSING, Y, END])
    assert (reading.records, reading.rejected) == ([ROW, [260, MISSING, Y]], [])
    assert many.prompt == [256]


@pytest.mark.parametrize(
    ("completion", "reason", "tokens"),
    [
        ([X], Reason.WRONG_SLOT, 1),
        ([END], Reason.WRONG_SLOT, 1),
        ([256], Reason.WRONG_SLOT, 1),
        ([258, 258], Reason.WRONG_SLOT, 2),
        ([258, 104], Reason.WRONG_SLOT, 2),
        ([258, OPEN, END], Reason.WRONG_SLOT, 3),
        ([258, OPEN, 104, X, X, X], Reason.WRONG_SLOT, 6),
        ([258, MISSING, CLOSE], Reason.WRONG_SLOT, 3),
        ([258], Reason.TRUNCATED, 1),
        ([258, OPEN, 104], Reason.TRUNCATED, 3),
        ([258, OPEN, 97, 97, 97, 97, CLOSE, X], Reason.TEXT_TOO_LONG, 8),
        ([258, OPEN, 0xFF, CLOSE, X], Reason.BAD_TEXT, 5),
    ],
)
def test_a_wrong_token_ends_the_reading_and_all_that_is_left_is_counted(
    single: TableCodec, completion: list[int], reason: Reason, tokens: int
) -> None:
    reading = single.read(completion)
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([], [reason], tokens)


def test_records_before_a_wrong_token_are_kept(many: TableCodec) -> None:
    reading = many.read([*ROW, *ROW, 258, X, END])
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([ROW, ROW], [Reason.WRONG_SLOT], 3)


def test_an_empty_completion_holds_nothing(single: TableCodec) -> None:
    reading = single.read([])
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([], [], 0)


def test_each_text_has_its_own_close() -> None:
    frame = pd.DataFrame({"a": ["p", "q"] * 10, "b": ["r", "s"] * 10})
    schema = infer_schema(frame, {"a": "text", "b": "text"})
    codec = TableCodec(schema, Facts.fit(frame, schema, ByteTokenizer()), ByteTokenizer())
    # 258 opens a, 259 opens b, 260 and 261 close them.
    assert codec.read([258, 112, 260, 259, 114, 261]).records == [[258, 112, 260, 259, 114, 261]]
    assert codec.read([258, 112, 261, 259, 114, 260]).rejected == [Reason.WRONG_CLOSE]


def test_a_step_is_skipped_after_an_atom() -> None:
    frame = pd.DataFrame({"n": [0] * 50 + [1_000 * n + n % 7 for n in range(1, 200)], "c": ["x", "y", "y"] * 83})
    schema = infer_schema(frame)
    codec = TableCodec(schema, Facts.fit(frame, schema, NoTextTokenizer()), NoTextTokenizer())
    assert codec.encode(frame).lengths.tolist() == [2] * 50 + [3] * 199


def test_rows_with_categories_or_missing_values_that_training_had_not_are_told_apart(single: TableCodec) -> None:
    frame = FRAME.head(5).copy()
    frame["n"] = frame["n"].astype("Int64")
    frame.loc[0, "c"] = "z"
    frame.loc[1, "c"] = None
    frame.loc[2, "n"] = pd.NA
    frame.loc[3, "t"] = None
    assert single.encodable(frame).tolist() == [False, False, False, True, True]


def test_an_unknown_category_is_an_error_that_names_the_column_and_no_value(single: TableCodec) -> None:
    with pytest.raises(CodecError, match="column 'c': 1 of 20 values are no category") as caught:
        single.encode(FRAME.assign(c=["secret"] + ["x"] * 19))
    assert "secret" not in str(caught.value)


def test_labels_say_column_and_value(single: TableCodec) -> None:
    assert single.token_labels() == [
        "begin", "end", "n: 1", "n: 2", "n: 3", "n: 4", "t: missing", "t: ", "c: x", "c: y", "\n",
    ]  # fmt: skip


def test_only_the_tokens_of_numbers_have_positions(single: TableCodec) -> None:
    positions = single.token_positions()
    assert positions[2:6].tolist() == [0, 1 / 3, 2 / 3, 1]
    assert np.isnan(np.delete(positions, range(2, 6))).all()


def test_neighbour_runs_are_the_bins_of_numbers(single: TableCodec) -> None:
    assert single.neighbour_runs() == [(258, 261)]
