"""The record reader over a table with a text of tokens, worked out by hand.

The columns: a category of two values and a text. Over bytes the ids are

    256 begin   257 end   258 x   259 y   260 open   261 close
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.codec import Reading
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.codec.table_scanner import TableScanner
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame({"c": ["x", "y"] * 10, "t": ["hi", "you", "", "ü"] * 5})
SCHEMA = infer_schema(FRAME, {"t": "text"})
FACTS = Facts.fit(FRAME, SCHEMA, ByteTokenizer())
END, X, Y, OPEN, CLOSE = 257, 258, 259, 260, 261
HI = [X, OPEN, 104, 105, CLOSE]


def read(completion: list[int], *, single: bool) -> Reading:
    return TableCodec(SCHEMA, FACTS, ByteTokenizer(), single=single).read(completion)


@pytest.mark.parametrize("single", [True, False])
def test_a_record_ends_with_its_text(single: bool) -> None:
    assert read(HI, single=single).records == [HI]
    assert read([*HI, END], single=single).records == [HI]
    assert read([Y, OPEN, CLOSE, END], single=single).records == [[Y, OPEN, CLOSE]]


def test_many_records_follow_each_other() -> None:
    reading = read([*HI, Y, OPEN, CLOSE, *HI, X], single=False)
    assert reading.records == [HI, [Y, OPEN, CLOSE], HI]
    assert (reading.rejected, reading.rejected_tokens) == ([Reason.TRUNCATED], 1)


def test_a_single_record_stands_alone() -> None:
    reading = read([*HI, *HI], single=True)
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([HI], [Reason.WRONG_SLOT], 5)


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize(
    ("completion", "reason"),
    [
        ([OPEN], Reason.WRONG_SLOT),
        ([104], Reason.WRONG_SLOT),
        ([X, CLOSE], Reason.WRONG_SLOT),
        ([X, Y], Reason.WRONG_SLOT),
        ([X, END], Reason.WRONG_SLOT),
        ([X, OPEN, X], Reason.WRONG_SLOT),
        ([X, OPEN, OPEN], Reason.WRONG_SLOT),
        ([X, OPEN, 104], Reason.TRUNCATED),
        ([X, OPEN, 104, 104, 104, 104, CLOSE], Reason.TEXT_TOO_LONG),
        ([X, OPEN, 0xC3, CLOSE], Reason.BAD_TEXT),
    ],
)
def test_a_wrong_token_ends_the_reading(completion: list[int], reason: Reason, single: bool) -> None:
    reading = read(completion, single=single)
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([], [reason], len(completion))


def test_a_wrong_token_after_good_records_keeps_them() -> None:
    reading = read([*HI, X, OPEN, 0xC3, CLOSE, *HI], single=False)
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([HI], [Reason.BAD_TEXT], 9)


def scanner(*, single: bool = False) -> TableScanner:
    return TableCodec(SCHEMA, FACTS, ByteTokenizer(), single=single).scanner()


def test_token_by_token_a_record_is_incomplete_until_its_last() -> None:
    found = scanner()
    verdicts = [(found.push(token), found.closed) for token in HI]
    incomplete = Verdict.INCOMPLETE
    assert verdicts == [(incomplete, 1), (incomplete, 1), (incomplete, 1), (incomplete, 1), (Verdict.ACCEPTED, 2)]
    assert (found.push(Y), found.closed) == (incomplete, 1)


@pytest.mark.parametrize("single", [True, False])
def test_the_end_stands_between_records_only(single: bool) -> None:
    found = scanner(single=single)
    assert [found.push(token) for token in HI][-1] is Verdict.ACCEPTED
    assert found.push(END) is Verdict.ENDED
    found.reset()
    assert found.push(X) is Verdict.INCOMPLETE
    assert found.push(END) == Rejected(Reason.WRONG_SLOT, Stage.TOKEN)


def test_a_completion_may_be_empty_where_examples_hold_many_records() -> None:
    assert scanner().push(END) is Verdict.ENDED
    assert scanner(single=True).push(END) == Rejected(Reason.WRONG_SLOT, Stage.TOKEN)


@pytest.mark.parametrize("token", [-1, -262, 262, 10**9, 256])
@pytest.mark.parametrize("before", [[], [X], [X, OPEN], [X, OPEN, 104]])
def test_an_id_that_does_not_exist_stands_nowhere(before: list[int], token: int) -> None:
    found = scanner()
    assert [found.push(one) for one in before] == [Verdict.INCOMPLETE] * len(before)
    assert found.push(token) == Rejected(Reason.WRONG_SLOT, Stage.TOKEN)


@pytest.mark.parametrize(
    ("tokens", "rejected"),
    [
        ([X, OPEN, 104, 104, 104, 104], Rejected(Reason.TEXT_TOO_LONG, Stage.TOKEN)),  # before its close
        ([X, OPEN, 0xC3, CLOSE], Rejected(Reason.BAD_TEXT, Stage.FIELD)),
        ([X, X], Rejected(Reason.WRONG_SLOT, Stage.TOKEN)),
    ],
)
def test_where_a_record_is_rejected(tokens: list[int], rejected: Rejected) -> None:
    found = scanner()
    verdicts = [found.push(token) for token in tokens]
    assert verdicts == [Verdict.INCOMPLETE] * (len(tokens) - 1) + [rejected]
    found.reset()
    assert [found.push(token) for token in HI][-1] is Verdict.ACCEPTED


TEXTS = pd.DataFrame({"t": ["hi", "you"] * 10, "u": ["ab", "c", "d", None] * 5, "c": ["x", "y"] * 10})
TEXTS_SCHEMA = infer_schema(TEXTS, {"t": "text", "u": "text"})
# 258 open t   259 u is missing   260 open u   261 x   262 y   263 close t   264 close u


@pytest.mark.parametrize("draws", [1, 2, 20])
def test_a_wrong_close_leaves_the_scanner_where_it_was(draws: int) -> None:
    codec = TableCodec(TEXTS_SCHEMA, Facts.fit(TEXTS, TEXTS_SCHEMA, ByteTokenizer()), ByteTokenizer())
    found = codec.scanner()
    for token in (258, 104):
        found.push(token)
    assert {found.push(264) for _ in range(draws)} == {Rejected(Reason.WRONG_CLOSE, Stage.TOKEN)}
    assert [found.push(token) for token in (105, 263, 259, 262)][-1] is Verdict.ACCEPTED
    rng = np.random.default_rng(0)
    assert [found.cell(column, rng) for column in range(3)] == ["hi", None, "y"]


def test_a_cell_is_there_before_its_record_is_whole() -> None:
    codec = TableCodec(TEXTS_SCHEMA, Facts.fit(TEXTS, TEXTS_SCHEMA, ByteTokenizer()), ByteTokenizer())
    found, rng = codec.scanner(), np.random.default_rng(0)
    for token in (258, 104, 105, 263):
        found.push(token)
    assert (found.closed, found.cell(0, rng)) == (1, "hi")
    for token in (260, 98):  # u is being written
        found.push(token)
    assert (found.closed, found.cell(0, rng)) == (1, "hi")
    found.push(264)
    assert (found.closed, found.cell(1, rng)) == (2, "b")


def mixed() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    city = rng.choice(np.array(["Bern", "Oslo"], dtype=object), 60)
    return pd.DataFrame(
        {
            "x": np.where(rng.random(60) < 0.2, np.nan, rng.normal(0, 1, 60)),
            "land": np.where(city == "Oslo", "NO", "CH"),
            "city": city,
            "note": rng.choice(np.array(["", "ü", "a|b", None], dtype=object), 60),
        }
    )


@cache
def mixed_codec(*, has_text: bool) -> TableCodec:
    tokenizer = ByteTokenizer() if has_text else NoTextTokenizer()
    schema = infer_schema(mixed(), {"note": "text"})
    return TableCodec(schema, Facts.fit(mixed(), schema, tokenizer), tokenizer, single=False)


@pytest.mark.parametrize("has_text", [True, False])
@given(st.data())
def test_no_beginning_of_a_record_is_rejected_and_closed_never_falls(has_text: bool, data: st.DataObject) -> None:
    codec = mixed_codec(has_text=has_text)
    records = [record.tolist() for record in codec.encode(mixed())]
    found = codec.scanner()
    for record in data.draw(st.lists(st.sampled_from(records), min_size=1, max_size=4)):
        closed = [0]
        for at, token in enumerate(record):
            assert found.push(token) is (Verdict.ACCEPTED if at == len(record) - 1 else Verdict.INCOMPLETE)
            closed.append(found.closed)
        assert closed == sorted(closed) and closed[-1] == 4
    begun = data.draw(st.sampled_from(records))
    for token in begun[: data.draw(st.integers(0, len(begun) - 1))]:
        assert found.push(token) is Verdict.INCOMPLETE
    found.reset()
    assert [found.push(token) for token in records[0]][-1] is Verdict.ACCEPTED


def test_a_scanner_knows_which_text_may_close_next() -> None:
    frame = pd.DataFrame({"t": ["a", "b"] * 10, "n": [1, 2] * 10, "u": ["c", "d"] * 10})
    schema = infer_schema(frame, {"t": "text", "u": "text"})
    codec = TableCodec(schema, Facts.fit(frame, schema, ByteTokenizer(), derive=False), ByteTokenizer(), single=False)
    scanner = codec.scanner()
    open_t, one, open_u, close_t, close_u = 258, 259, 261, 262, 263
    seen = [(None, (close_u,))]
    for token in (open_t, 97, close_t, one, open_u, close_u):
        scanner.push(token)
        seen.append((scanner.own_close, scanner.foreign_closes))
    t, u = (close_t, (close_u,)), (close_u, (close_t,))
    assert seen == [(None, (close_u,)), t, t, (None, (close_t,)), (None, (close_t,)), u, (None, (close_u,))]
