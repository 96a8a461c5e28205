"""The record reader over a table with a text of tokens, worked out by hand.

The columns: a category of two values and a text. Over bytes the ids are

    256 begin   257 end   258 x   259 y   260 open   261 close
"""

import pandas as pd
import pytest

from tabsynth.codec.codec import Reading
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.verdict import Reason
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
