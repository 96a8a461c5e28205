"""Strings and categories, byte by byte."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.text import TextCodec
from tabsynth.codec.values import ValuesFormat
from tabsynth.codec.verdict import Reason
from tabsynth.codec.words import CategoryValue, TextValue

TEXT = TextCodec(nullable=False, max_tokens=9)
FORMATS = [ValuesFormat(), JsonLinesFormat()]
CHARACTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from('|\\"\n\r\t\b\f\x00\x1f\x7f')


def fed(value: TextValue | CategoryValue, data: bytes) -> Reason | None:
    """What is wrong with the field, inside it or at its end."""
    value.begin()
    for byte in data:
        if reason := value.push(byte):
            return reason
    return value.end()


@pytest.mark.parametrize("form", FORMATS, ids=["values", "jsonl"])
@given(text=st.text(CHARACTERS, max_size=8))
def test_every_string_as_the_format_writes_it_is_taken(form: ValuesFormat | JsonLinesFormat, text: str) -> None:
    assert fed(TextValue(form.notation.text), form.field(text, TEXT).encode()) is None


@pytest.mark.parametrize("form", FORMATS, ids=["values", "jsonl"])
@given(data=st.text(CHARACTERS | st.sampled_from("u01bnt/"), max_size=7).map(str.encode) | st.binary(max_size=4))
def test_no_other_bytes_are(form: ValuesFormat | JsonLinesFormat, data: bytes) -> None:
    if form.notation.quote:
        data = b'"' + data + b'"'
    taken = fed(TextValue(form.notation.text), data) is None
    try:
        text = data.decode() if not form.notation.quote else json.loads(data)
        cell = form.cell(data.decode(), TEXT) if not form.notation.quote else text
        expected = isinstance(cell, str) and form.field(cell, TEXT).encode() == data
    except Exception:  # whatever the slow path raises, it is no string
        expected = False
    assert taken == expected


def test_a_category_is_left_as_soon_as_none_begins_so() -> None:
    value = CategoryValue(["ab", "abc", "b"], b"")
    value.begin()
    assert [value.push(ord("a")), value.end(), value.push(ord("b")), value.end()] == [
        None,
        Reason.UNKNOWN_CATEGORY,
        None,
        None,
    ]
    assert value.push(ord("d")) is Reason.UNKNOWN_CATEGORY


@given(texts=st.lists(st.text("ab|\\ü", max_size=4), min_size=1, max_size=8), data=st.text("ab|\\ü", max_size=5))
def test_just_the_categories_are_taken_and_just_their_beginnings_are_open(texts: list[str], data: str) -> None:
    value, begun = CategoryValue(texts, b""), b""
    for byte in data.encode():
        begun += bytes([byte])
        is_open = any(text.encode().startswith(begun) for text in texts)
        assert (value.push(byte) is None) == is_open
        if not is_open:
            return
    assert (value.end() is None) == (data in texts)


def test_a_stop_byte_between_quotes_or_after_a_backslash_stands_in_a_category() -> None:
    quoted = CategoryValue(['"a,b"', "1"], b'"')
    assert quoted.closes()
    assert [quoted.push(ord('"')), quoted.closes()] == [None, False]
    assert [fed(quoted, b"1"), quoted.closes()] == [None, True]
    assert [fed(quoted, b'"a,b"'), quoted.closes()] == [None, True]
    escaped = CategoryValue(["a\\|b", "\\\\"], b"")
    assert [fed(escaped, b"a\\"), escaped.closes()] == [Reason.UNKNOWN_CATEGORY, False]
    assert [fed(escaped, b"a\\|"), escaped.closes()] == [Reason.UNKNOWN_CATEGORY, True]
    assert [fed(escaped, b"\\\\"), escaped.closes()] == [None, True]
