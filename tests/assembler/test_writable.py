"""Which rows of any origin become records."""

import pandas as pd

from tabsynth.assembler.writable import writable_records
from tabsynth.codec.facts import Facts
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.schema.infer import infer_schema

LEARNED = pd.DataFrame({"city": ["Rome", "Oslo"] * 20, "n": [1, 2, 3, 4, 5] * 8})


class Forgetful(ByteTokenizer):
    """A tokenizer that loses one letter."""

    def encode(self, text: str) -> list[int]:
        return super().encode(text.replace("x", ""))


def test_rows_with_unknown_values_are_left_out() -> None:
    schema = infer_schema(LEARNED)
    codec = TableCodec(schema, Facts.fit(LEARNED, schema, ByteTokenizer()), ByteTokenizer())
    rows, records = writable_records(pd.DataFrame({"city": ["Oslo", "Bern", "Rome"], "n": [1, 2, 3]}), codec)
    assert rows.tolist() == [0, 2]
    assert [record.tolist() for record in records] == [record.tolist() for record in codec.encode(LEARNED.iloc[[5, 2]])]


def test_rows_that_the_tokenizer_does_not_give_back_are_left_out() -> None:
    schema, tokenizer = infer_schema(LEARNED), Forgetful()
    codec = LineCodec(schema, Facts.fit(LEARNED, schema, tokenizer), tokenizer, ValuesFormat())
    rows, records = writable_records(pd.DataFrame({"city": ["box", "Oslo", "x"], "n": [1, 2, 3]}), codec)
    assert rows.tolist() == [1]
    assert tokenizer.decode(records[0].tolist()).startswith("Oslo")


def test_no_row_at_all_is_no_record() -> None:
    schema = infer_schema(LEARNED)
    codec = TableCodec(schema, Facts.fit(LEARNED, schema, ByteTokenizer()), ByteTokenizer())
    for frame in (LEARNED.head(0), pd.DataFrame({"city": ["Bern"], "n": [1]})):
        rows, records = writable_records(frame, codec)
        assert (len(rows), len(records)) == (0, 0)
