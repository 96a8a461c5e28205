"""The lines of the text formats as an xgrammar EBNF grammar."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import number_bounds
from tabsynth.codec.ebnf import EMPTY, between, branches, choice, digits, literal, sequence, tails, trimmed, words
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.fields import EXPONENT_DECIMALS, FieldFormat, category_text
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.spans import date_span, number_spans, unit_spans
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.errors import CodecError

MAX_CATEGORIES = 20_000
"""Alternatives of one column beyond which the grammar would take minutes to compile."""
_FRACTION = "[0-9]{0,15} [1-9]"
_MARKS = ("", "-", "-", "T", ":", ":", ".")
"""What stands before year, month, day, hour, minute, second and its fraction."""
_PARTS = (("0000", "9999"), ("01", "12"), ("01", "31"), ("00", "23"), ("00", "59"), ("00", "59"))
_DIGITS = re.compile(r"\d+")


def line_grammar(
    names: Sequence[str], codecs: Sequence[ColumnCodec], literals: Sequence[bytes], form: FieldFormat
) -> str:
    """Return the grammar of one or more lines.

    It accepts all that the codec writes, and no line that the scanner rejects but for these, which are left to it: a
    30th of February, years of more or fewer than four digits, and numbers without fixed decimals that lie near but
    outside the bounds. Where a fixed number of decimals takes more than 15 digits, a float may be written otherwise.

    Args:
        names: The written columns.
        codecs: Their learned facts.
        literals: What stands before each field, and after the last one.
        form: The format.

    Raises:
        CodecError: A column has more than MAX_CATEGORIES categories.
    """
    rules = [
        f"field{at} ::= {_field(name, codec, form)}" for at, (name, codec) in enumerate(zip(names, codecs, strict=True))
    ]
    parts = [part for at, text in enumerate(literals[:-1]) for part in (literal(text.decode()), f"field{at}")]
    record = sequence(*parts, literal(literals[-1].decode()))
    return "\n".join(["root ::= record+", f"record ::= {record}", *rules]) + "\n"


def _field(name: str, codec: ColumnCodec, form: FieldFormat) -> str:
    options = _values(name, codec, form)
    if codec.nullable:
        options = [*options, literal(form.notation.missing.decode())]
    return choice(options)


def _values(name: str, codec: ColumnCodec, form: FieldFormat) -> list[str]:
    match codec:
        case NumericCodec():
            return _number(codec, padded=form.notation.padded)
        case TimestampCodec():
            quote = literal(form.notation.quote.decode())
            return [sequence(quote, date, quote) for date in _dates(codec)]
        case CategoricalCodec():
            texts = sorted({category_text(category, codec, form) for category in codec.categories})
            if len(texts) > MAX_CATEGORIES:
                raise CodecError(
                    f"its {len(texts)} categories are too many for a grammar",
                    where=f"column '{name}'",
                    do="use constraint='reject', or declare the column as text",
                )
            return [words(texts)] if texts else []
        case _:
            return [form.notation.text_rule]


def _number(codec: NumericCodec, *, padded: bool) -> list[str]:
    if codec.decimals is None:
        return _floats(*number_bounds(codec))
    if codec.decimals == 0 or padded:
        return [between(span.low, span.high) for span in number_spans(codec)]
    if codec.decimals < EXPONENT_DECIMALS:
        return [trimmed(s.low, s.high, len(s.low) - codec.decimals + 1) for s in number_spans(codec)]
    return _shortest(codec, codec.decimals)


def _shortest(codec: NumericCodec, decimals: int) -> list[str]:
    """Numbers of so many decimals that the smallest ones have an exponent."""
    options = []
    least_plain = 10 ** (decimals - 4)
    for sign, first, last in unit_spans(codec):
        if first == 0:
            options.append(literal("0.0"))
        start = max(first, least_plain)
        if start <= last:
            low, high = (f"{units:0{decimals + 1}d}" for units in (start, last))
            low, high = (f"{sign}{text[:-decimals]}.{text[-decimals:]}" for text in (low, high))
            options.append(trimmed(low, high, len(low) - decimals + 1))
        for length in range(1, decimals - 3):
            start, stop = max(first, 10 ** (length - 1)), min(last, 10**length - 1)
            if start <= stop:
                tail = literal(f"e-{decimals - length + 1:02d}")
                options += [sequence(literal(sign), text, tail) for text in _mantissas(str(start), str(stop))]
    return options


def _mantissas(low: str, high: str) -> list[str]:
    """One digit, and a point and others where they are not all zeros."""
    return [
        sequence(digits(first, last), literal("." if tail != EMPTY else ""), tail)
        for first, last, start, stop in branches(low, high)
        for tail in tails(start, stop)
    ]


def _floats(low: float, high: float) -> list[str]:
    """Numbers of any form that Python gives a float, about as large as those inside the bounds."""
    options = [literal("0.0")] if low <= 0.0 <= high else []
    for sign, first, last in (("-", max(0.0, -high), -low), ("", max(0.0, low), high)):
        if last <= 0.0:
            continue
        if first < 1.0:
            options.append(f'{literal(sign + "0.")} [0]{{0,3}} [1-9] ("" | {_FRACTION})')
        if last >= 1.0:
            fewest, most = (min(16, len(str(int(max(1.0, bound))))) for bound in (first, last))
            for length in range(fewest, most + 1):
                fraction = f'"." ("0" | [0-9]{{0,{16 - length}}} [1-9])'
                options.append(sequence(literal(sign), f"[1-9] [0-9]{{{length - 1}}}", fraction))
        for is_near, mark, powers in (
            (first < 1e-4, "e-", (("05", "99"), ("100", "323"))),
            (last >= 1e16, "e+", (("16", "99"), ("100", "308"))),
        ):
            if is_near:
                power = choice([between(*ends) for ends in powers])
                options.append(f'{literal(sign)} [1-9] ("" | "." {_FRACTION}) {literal(mark)} {power}')
    return options


def _dates(codec: TimestampCodec) -> list[str]:
    """Dates inside the bounds; every month has 31 days."""
    span = date_span(codec)
    if span is not None:
        return [_moments(_DIGITS.findall(span.low), _DIGITS.findall(span.high), 0)]
    if codec.low > codec.high:
        return []
    sample = np.datetime_as_string(np.zeros(1, dtype=f"datetime64[{codec.unit}]"))[0]
    parts = _DIGITS.findall(sample)[1:]
    free = [_moment(at, *_range(at, part)) for at, part in enumerate(parts, start=1)]
    return [sequence('("" | "-" | "+")', "[0-9]{4,19}", *free)]


def _moments(low: list[str], high: list[str], at: int) -> str:
    """All dates whose parts, from part `at` of the date on, lie from `low` to `high`."""
    if not low:
        return EMPTY
    rest = range(at + 1, at + len(low))
    least, most = ([_range(part, text)[side] for part, text in zip(rest, low[1:], strict=True)] for side in (0, 1))
    options = []
    for start, stop, rest_low, rest_high in _runs((low[0], low[1:]), (high[0], high[1:]), least, most):
        if (rest_low, rest_high) == (least, most):
            ends = zip(rest, least, most, strict=True)
            tail = sequence(*(_moment(part, *texts) for part, *texts in ends))
        else:
            tail = _moments(rest_low, rest_high, at + 1)
        options.append(sequence(_moment(at, start, stop), tail))
    return choice(options)


def _runs(
    low: tuple[str, list[str]], high: tuple[str, list[str]], least: list[str], most: list[str]
) -> list[tuple[str, str, list[str], list[str]]]:
    """Runs of a part, and what the parts after it may be from and to after any one of the run."""
    (first, low_rest), (last, high_rest) = low, high
    if first == last:
        return [(first, last, low_rest, high_rest)]
    runs, start, stop = [], int(first), int(last)
    if low_rest != least:
        runs.append((first, first, low_rest, most))
        start += 1
    top = stop - 1 if high_rest != most else stop
    if start <= top:
        runs.append((str(start).zfill(len(first)), str(top).zfill(len(first)), least, most))
    if top < stop:
        runs.append((last, last, least, high_rest))
    return runs


def _moment(at: int, low: str, high: str) -> str:
    """One part of a date with what stands before it."""
    return sequence(literal(_MARKS[at]), between(low, high))


def _range(at: int, part: str) -> tuple[str, str]:
    """The lowest and the highest text of a part."""
    return _PARTS[at] if at < len(_PARTS) else ("0" * len(part), "9" * len(part))
