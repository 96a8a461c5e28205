"""Recognisers of a column's fields, byte by byte: missing or a value. Know no records."""

from __future__ import annotations

import copy
from typing import Protocol, Self

import numpy as np

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import BadCell, Cell, checked, number_bounds, unsigned_zero
from tabsynth.codec.dates import AnyDateValue, DateValue, NoValue
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.notation import Notation
from tabsynth.codec.numbers import FixedValue, FloatValue, Judge, is_float_form
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.spans import date_span, number_spans
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.codec.verdict import Reason
from tabsynth.codec.words import CategoryValue, TextValue

EXPONENT_DECIMALS = 5
"""Decimals from which Python's shortest form of a number may have an exponent: 0.00001 is 1e-05."""
EXACT_DIGITS = 15
"""Decimal digits that every float tells apart."""


class FieldFormat(Protocol):
    """How one cell stands in a line."""

    @property
    def notation(self) -> Notation:
        """Marks and escapes."""

    def field(self, cell: Cell, codec: ColumnCodec) -> str:
        """Return one cell as it stands in a line."""

    def cell(self, field: str, codec: ColumnCodec) -> Cell:
        """Return the cell of one field; BadCell when it is none."""


class Value(Protocol):
    """Recognises the fields of one column that are not missing."""

    def begin(self) -> None:
        """Start a field."""

    def push(self, byte: int) -> Reason | None:
        """Take in one byte; a reason when no value begins so."""

    def closes(self) -> bool:
        """Return whether a byte that can follow a field ends this one here rather than standing in it."""

    def end(self) -> Reason | None:
        """Return what is wrong with the field as a whole, None if it is a value."""


class Field:
    """A field of one column: missing or a value.

    Args:
        value: Recognises values.
        missing: The mark of a missing value.
        nullable: Whether the column may be missing.
    """

    def __init__(self, value: Value, missing: bytes, *, nullable: bool) -> None:
        self._value = value
        self._mark = missing
        self._nullable = nullable
        self.begin()

    def fresh(self) -> Self:
        """Return a recogniser of its own state that shares all that was learned."""
        other = copy.copy(self)
        other._value = copy.copy(self._value)
        return other

    def begin(self) -> None:
        """Start a field."""
        self._marked = 0  # bytes of the mark so far; -1 once it is something else
        self._fault: Reason | None = None
        self._value.begin()

    def push(self, byte: int) -> Reason | None:
        """Take in one byte; a reason when no field begins so."""
        if self._marked < 0:
            return self._value.push(byte)
        at = self._marked
        self._marked = at + 1 if at < len(self._mark) and self._mark[at] == byte else -1
        self._fault = self._fault or self._value.push(byte)
        if self._fault is None or self._marked < 0:
            return self._fault
        return None if self._nullable else Reason.MISSING_NOT_ALLOWED

    def closes(self) -> bool:
        """Return whether a byte that can follow a field ends this one here rather than standing in it."""
        return self._fault is not None or self._value.closes()

    def end(self) -> Reason | None:
        """Return what is wrong with the field as a whole, None if it is well."""
        # No value is written like the mark, and one that is not nullable did not come to its end.
        if self._marked == len(self._mark):
            return None
        return self._fault or self._value.end()


def field_of(codec: ColumnCodec, form: FieldFormat) -> Field:
    """Return the recogniser of a column's fields.

    Args:
        codec: The column's learned facts.
        form: The format of the lines.
    """
    notation = form.notation
    match codec:
        case NumericCodec():
            value: Value = _number(codec, form)
        case TimestampCodec():
            value = _date(codec, form)
        case CategoricalCodec():
            value = CategoryValue(
                [category_text(category, codec, form) for category in codec.categories], notation.quote
            )
        case _:
            value = TextValue(notation.text)
    return Field(value, notation.missing, nullable=codec.nullable)


def category_text(category: Cell, codec: CategoricalCodec, form: FieldFormat) -> str:
    """Return a category as it stands in a line."""
    return form.field(unsigned_zero(category), codec)


def _number(codec: NumericCodec, form: FieldFormat) -> Value:
    judge, decimals, padded = _judge(codec, form, Reason.NOT_A_NUMBER), codec.decimals, form.notation.padded
    if decimals is None or (decimals >= EXPONENT_DECIMALS and not padded):
        return FloatValue(*number_bounds(codec), judge)
    spans = number_spans(codec)
    is_fine = decimals > 0 and any(len(span.high) > EXACT_DIGITS for span in spans)
    return FixedValue(spans, decimals, padded=padded, judge=judge if is_fine else None)


def _date(codec: TimestampCodec, form: FieldFormat) -> Value:
    span, quote = date_span(codec), form.notation.quote
    if span is not None:
        return DateValue(span, quote)
    if codec.low > codec.high:
        return NoValue(Reason.OUT_OF_BOUNDS)
    ends = np.datetime_as_string(np.array([codec.low, codec.high]).astype(f"datetime64[{codec.unit}]"))
    return AnyDateValue(max(map(len, ends.tolist())) + 2 * len(quote), _judge(codec, form, Reason.NOT_A_DATE))


def _judge(codec: ColumnCodec, form: FieldFormat, otherwise: Reason) -> Judge:
    """Return what looks at a whole field: the column holds its cell, and would write it so."""
    is_continuous = isinstance(codec, NumericCodec) and codec.decimals is None

    def judge(text: bytes) -> Reason | None:
        try:
            cell = checked(form.cell(text.decode(), codec), codec)
        except BadCell as bad:
            return otherwise if bad.reason is Reason.NOT_A_RECORD else bad.reason
        is_canonical = is_float_form(text) if is_continuous else form.field(cell, codec).encode() == text
        return None if is_canonical else otherwise

    return judge
