"""Rows as lines of text: which lines are records."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.records import Records
from tabsynth.codec.text import ByteTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason, Rejected
from tabsynth.errors import CodecError
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame(
    {
        "age": [20, 30, 40, 50] * 5,
        "id": [f"K{row:04}" for row in range(20)],
        "sex": ["f", "m"] * 10,
        "note": ["", "a|b", "x\ny", None] * 5,
    }
)
SCHEMA = infer_schema(FRAME, {"note": "text", "id": "identifier"})


class LowerCase(ByteTokenizer):
    """Loses capitals."""

    def encode(self, text: str) -> list[int]:
        return super().encode(text.lower())


@pytest.fixture
def codec() -> LineCodec:
    return LineCodec(SCHEMA, Facts.fit(FRAME, SCHEMA, ByteTokenizer(), derive=False), ByteTokenizer(), ValuesFormat())


def ids(text: str) -> list[int]:
    return list(text.encode())


def test_a_row_is_a_line_without_its_identifier(codec: LineCodec) -> None:
    lines = [bytes(record.tolist()).decode() for record in codec.encode(FRAME.head(4))]
    assert lines == ["20|f|\n", "30|m|a\\|b\n", "40|f|x\\ny\n", "50|m|\\N\n"]


def test_lines_are_split_and_checked_alone(codec: LineCodec) -> None:
    reading = codec.read(ids("20|f|hi\n99|f|\n30|x|\n\n30|m|\\N\n"))
    assert [bytes(record) for record in reading.records] == [b"20|f|hi\n", b"30|m|\\N\n"]
    assert reading.rejected == [Reason.OUT_OF_BOUNDS, Reason.UNKNOWN_CATEGORY, Reason.NOT_A_RECORD]
    assert reading.rejected_tokens == 6 + 6 + 1


def test_an_open_line_is_cut_at_the_cap_and_no_record_at_the_end(codec: LineCodec) -> None:
    assert codec.read(ids("20|f|hi\n30|m")).rejected == [Reason.TRUNCATED]
    reading = codec.read([*ids("20|f|hi\n30|m"), codec.vocabulary.end])
    assert (reading.rejected, reading.rejected_tokens) == ([Reason.NOT_A_RECORD], 4)


def test_what_follows_the_end_is_not_read(codec: LineCodec) -> None:
    reading = codec.read([*ids("20|f|\n"), codec.vocabulary.end, *ids("30|m|\n")])
    assert (len(reading.records), reading.rejected) == (1, [])


def test_a_table_token_inside_a_line_ends_the_reading(codec: LineCodec) -> None:
    reading = codec.read([*ids("20|f|\n"), codec.vocabulary.begin, *ids("30|m|\n")])
    assert (len(reading.records), reading.rejected, reading.rejected_tokens) == (1, [Reason.WRONG_SLOT], 7)


def test_bytes_that_are_no_text_are_a_bad_record(codec: LineCodec) -> None:
    assert codec.read([*ids("20|f|"), 0xFF, *ids("\n")]).rejected == [Reason.BAD_TEXT]


def test_missing_values_are_refused_where_training_had_none(codec: LineCodec) -> None:
    assert codec.read(ids("\\N|f|\n")).rejected == [Reason.MISSING_NOT_ALLOWED]


def test_decoded_rows_have_fresh_identifiers_in_place(codec: LineCodec) -> None:
    back = codec.decode(Records.of([ids("20|f|hi\n"), ids("50|m|\\N\n")]), np.random.default_rng(0))
    assert back[["age", "sex"]].to_dict("list") == {"age": [20, 50], "sex": ["f", "m"]}
    assert (back.loc[0, "note"], back["note"].isna().tolist()) == ("hi", [False, True])
    assert back.columns.tolist() == FRAME.columns.tolist()
    assert back["id"].str.fullmatch(r"K\d{4}").all()


def test_a_broken_line_costs_no_other_wherever_it_breaks(codec: LineCodec) -> None:
    reading = codec.read(ids("2x|f|y\n20|f|hi\n30|m\\\n30|m|\n2\n30|m|\\x"))
    assert [bytes(record) for record in reading.records] == [b"20|f|hi\n", b"30|m|\n"]
    assert reading.rejected == [Reason.NOT_A_NUMBER, Reason.UNKNOWN_CATEGORY, Reason.NOT_A_RECORD, Reason.TRUNCATED]
    assert reading.rejected_tokens == 7 + 6 + 2 + 7


@pytest.mark.parametrize("line", ["+20|f|\n", "20.0|f|\n", "020|f|\n", " 20|f|\n", "20|f|\r\n", "20|f|a\\N\n"])
def test_only_the_form_that_the_codec_writes_is_a_record(codec: LineCodec, line: str) -> None:
    assert len(codec.read(ids(line)).rejected) == 1


def test_a_column_is_settled_by_itself_and_an_identifier_by_none(codec: LineCodec) -> None:
    assert [codec.settled_by(column) for column in range(4)] == [0, None, 2, 3]


def test_a_scanner_counts_an_identifier_as_closed_with_what_is_before_it(codec: LineCodec) -> None:
    scanner, closed = codec.scanner(), []
    for byte in ids("20|f|hi\n"):
        assert not isinstance(scanner.push(byte), Rejected)
        closed.append(scanner.closed)
    assert closed == [0, 0, 2, 2, 3, 3, 3, 4]


def test_identifiers_go_on_where_the_rows_before_ended(codec: LineCodec) -> None:
    records = [ids("20|f|hi\n"), ids("50|m|\\N\n"), ids("30|m|\n")]
    whole = codec.decode(Records.of(records), np.random.default_rng(0))["id"].tolist()
    parts = [codec.decode(Records.of(records[at:]), np.random.default_rng(9), first_row=at) for at in (1, 2)]
    assert [part["id"].tolist() for part in parts] == [whole[1:], whole[2:]]


def test_values_that_are_settled_already_win(codec: LineCodec) -> None:
    records = Records.of([ids("20|f|hi\n"), ids("50|m|\\N\n")])
    back = codec.decode(records, np.random.default_rng(0), {0: [30, 40], 3: [None, "x"]})
    assert back[["age", "sex"]].to_dict("list") == {"age": [30, 40], "sex": ["f", "m"]}
    assert back["note"].tolist()[1] == "x" and pd.isna(back.loc[0, "note"])


def test_the_grammar_has_a_rule_for_each_written_column(codec: LineCodec) -> None:
    rules = [line.partition(" ::= ")[0] for line in codec.grammar().splitlines()]
    assert rules == ["root", "record", "field0", "field1", "field2"]


def test_every_row_can_be_written(codec: LineCodec) -> None:
    assert codec.encodable(FRAME.assign(sex="x")).all()


def test_a_lossy_tokenizer_is_refused_with_a_count() -> None:
    frame = FRAME.assign(sex=["F"] + ["m"] * 19)
    schema = infer_schema(frame, {"note": "text", "id": "identifier"})
    facts = Facts.fit(frame, schema, ByteTokenizer(), derive=False)
    # The keys are in small letters, so one record only has a capital.
    codec = LineCodec(schema, facts, LowerCase(), JsonLinesFormat())
    with pytest.raises(CodecError, match="loses characters in 1 of 20 records"):
        codec.encode(frame)


def test_ordinary_tokens_have_no_order(codec: LineCodec) -> None:
    assert np.isnan(codec.token_positions()).all()
    assert codec.token_labels() == ["begin", "end"]
    assert codec.neighbour_runs() == []
