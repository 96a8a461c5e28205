"""A column's fields: missing or a value."""

import pytest

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.fields import category_text, field_of
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import TextCodec
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason

VALUES, JSONL = ValuesFormat(), JsonLinesFormat()
WHOLE = NumericCodec(nullable=False, decimals=0, origin=-5, edges=(0, 46))  # -5 to 40
CENTS = NumericCodec(nullable=False, decimals=2, edges=(0, 10_001))  # 0 to 100
TINY = NumericCodec(nullable=False, decimals=6, edges=(0, 2_000_001))  # 0 to 2
FINE = NumericCodec(nullable=False, decimals=2, origin=8 * 10**15, edges=(0, 100))
REAL = NumericCodec(nullable=False, decimals=None, low=0.1, high=0.8, edges=(0, 2**40 + 1))
DAY = TimestampCodec(nullable=False, unit="D", low=0, high=365)  # the year 1970
FAR = TimestampCodec(nullable=False, unit="D", low=0, high=10**7)
NEVER = TimestampCodec(nullable=True, high=-1)
MIXED = CategoricalCodec(nullable=False, categories=(True, 1, 2.5, "x", "nu", "\\N", "a,b|c"))
TEXT = TextCodec(nullable=False, max_tokens=5)
EVERY: list[ColumnCodec] = [WHOLE, CENTS, TINY, REAL, DAY, FAR, MIXED, TEXT]


def fed(codec: ColumnCodec, form: ValuesFormat | JsonLinesFormat, text: str) -> Reason | None:
    """What is wrong with the field; where it is read, its end is tried at every byte that could be one."""
    field = field_of(codec, form).fresh()
    field.begin()
    for byte in text.encode():
        if byte in form.notation.stops and field.closes():
            return Reason.NOT_A_RECORD
        if reason := field.push(byte):
            return reason
    return field.end()


@pytest.mark.parametrize("codec", EVERY, ids=lambda codec: codec.type)
@pytest.mark.parametrize("form", [VALUES, JSONL])
def test_missing_is_a_field_of_nullable_columns_only(codec: ColumnCodec, form: ValuesFormat | JsonLinesFormat) -> None:
    mark = form.notation.missing.decode()
    assert fed(codec, form, mark) is Reason.MISSING_NOT_ALLOWED
    nullable = codec.model_copy(update={"nullable": True})
    assert fed(nullable, form, mark) is None
    assert fed(nullable, form, mark[:-1]) is not None
    assert fed(nullable, form, mark + "x") is not None


@pytest.mark.parametrize(
    ("codec", "values", "jsonl"),
    [
        (WHOLE, "-5", "-5"),
        (CENTS, "5.10", "5.1"),
        (CENTS, "5.00", "5.0"),
        (TINY, "0.000010", "1e-05"),
        (TINY, "0.000100", "0.0001"),
        (REAL, "0.30000000000000004", "0.30000000000000004"),
        (DAY, "1970-02-28", '"1970-02-28"'),
        (FAR, "12000-02-28", '"12000-02-28"'),
        (MIXED, "True", "true"),
        (MIXED, "2.5", "2.5"),
        (MIXED, "nu", '"nu"'),
        (MIXED, "\\\\N", '"\\\\N"'),
        (MIXED, "a,b\\|c", '"a,b|c"'),
        (TEXT, "\\\\N\\|", '"\\\\N|"'),
        (TEXT, "", '""'),
    ],
)
def test_each_format_has_one_form_of_a_value(codec: ColumnCodec, values: str, jsonl: str) -> None:
    assert fed(codec, VALUES, values) is None
    assert fed(codec, JSONL, jsonl) is None
    if values != jsonl:
        assert fed(codec, JSONL, values) is not None
        assert fed(codec, VALUES, jsonl) is not None or codec is TEXT


@pytest.mark.parametrize(
    ("codec", "form", "text", "reason"),
    [
        (WHOLE, VALUES, "41", Reason.OUT_OF_BOUNDS),
        (WHOLE, VALUES, "x", Reason.NOT_A_NUMBER),
        (WHOLE, JSONL, "4.0", Reason.NOT_A_NUMBER),
        (CENTS, JSONL, "5.10", Reason.NOT_A_NUMBER),
        (TINY, JSONL, "0.00001", Reason.NOT_A_NUMBER),
        (TINY, JSONL, "1e-07", Reason.NOT_A_NUMBER),
        (TINY, JSONL, "2.5", Reason.OUT_OF_BOUNDS),
        (REAL, VALUES, "0.9", Reason.OUT_OF_BOUNDS),
        (REAL, VALUES, "0.5000", Reason.NOT_A_NUMBER),
        (DAY, VALUES, "1970-02-30", Reason.NOT_A_DATE),
        (DAY, VALUES, "1971-02", Reason.OUT_OF_BOUNDS),
        (FAR, VALUES, "12000-02-30", Reason.NOT_A_DATE),
        (FAR, VALUES, "1969-12-31", Reason.OUT_OF_BOUNDS),
        (NEVER, VALUES, "1970", Reason.OUT_OF_BOUNDS),
        (MIXED, VALUES, "y", Reason.UNKNOWN_CATEGORY),
        (MIXED, JSONL, '"1"', Reason.UNKNOWN_CATEGORY),
        (TEXT, VALUES, "a\\x", Reason.BAD_TEXT),
        (TEXT, VALUES, "a\r", Reason.BAD_TEXT),
        (TEXT, JSONL, "5", Reason.BAD_TEXT),
        (TEXT, JSONL, '"\\/"', Reason.BAD_TEXT),
    ],
)
def test_what_is_wrong_with_a_field(
    codec: ColumnCodec, form: ValuesFormat | JsonLinesFormat, text: str, reason: Reason
) -> None:
    assert fed(codec, form, text) is reason


def test_a_number_of_more_digits_than_a_float_has_one_form_only() -> None:
    # A float cannot tell 80000000000000.01 from 80000000000000.02.
    taken = [cents for cents in range(10) if fed(FINE, VALUES, f"80000000000000.0{cents}") is None]
    assert taken == [0, 2, 3, 5, 6, 8, 9]


def test_copies_share_what_was_learned_and_no_state() -> None:
    field = field_of(WHOLE, VALUES)
    first, second = field.fresh(), field.fresh()
    first.begin()
    second.begin()
    assert first.push(ord("4")) is None
    assert second.end() is Reason.NOT_A_NUMBER
    assert first.end() is None


def test_a_zero_with_a_sign_is_written_without() -> None:
    codec = CategoricalCodec(nullable=False, categories=(-0.0, 1.0))
    assert category_text(-0.0, codec, JSONL) == "0.0"
    assert fed(codec, JSONL, "-0.0") is Reason.UNKNOWN_CATEGORY
