"""Bounded numbers and dates as spans of equally long texts, whose order is that of the values. Knows no formats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tabsynth.codec.cells import number_bounds
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.timestamp import TimestampCodec


@dataclass(frozen=True, slots=True)
class Span:
    """All texts from `low` to `high` that have digits where those have digits, and are like both elsewhere.

    Attributes:
        low: The first text.
        high: The last one, of the same length.
    """

    low: str
    high: str


def number_spans(codec: NumericCodec) -> list[Span]:
    """Return the numbers inside the bounds of a column with fixed decimals, each with all of these decimals."""
    return [Span(s + _pointed(a, codec), s + _pointed(b, codec)) for s, a, b in unit_spans(codec)]


def unit_spans(codec: NumericCodec) -> list[tuple[str, int, int]]:
    """Return sign, lowest and highest magnitude of each run of equally many digits, in units of the last decimal."""
    low, high = (_units(bound, codec.decimals or 0) for bound in number_bounds(codec))
    spans = []
    for sign, first, last in (("-", max(1, -high), -low), ("", max(0, low), high)):
        if first > last:
            continue
        for digits in range(_length(first, codec), _length(last, codec) + 1):
            least = 0 if digits == _length(0, codec) else 10 ** (digits - 1)
            spans.append((sign, max(first, least), min(last, 10**digits - 1)))
    return spans


def _units(bound: float, decimals: int) -> int:
    """A bound in units of the last decimal; exact also where a float would round an integer."""
    return int(bound) if decimals == 0 else int(f"{bound:.{decimals}f}".replace(".", ""))


def _length(units: int, codec: NumericCodec) -> int:
    return max(len(str(units)), 1 + (codec.decimals or 0))


def _pointed(units: int, codec: NumericCodec) -> str:
    if not codec.decimals:
        return str(units)
    digits = str(units).zfill(1 + codec.decimals)
    return f"{digits[: -codec.decimals]}.{digits[-codec.decimals :]}"


def date_span(codec: TimestampCodec) -> Span | None:
    """Return the first and the last date in ISO form; None where their years have not four digits, or for no dates."""
    ends = np.array([codec.low, codec.high]).astype(f"datetime64[{codec.unit}]")
    low, high = np.datetime_as_string(ends).tolist()
    years = ends.astype("datetime64[Y]").astype(np.int64) + 1970
    if codec.low > codec.high or not (years[0] >= 0 and years[1] <= 9999):
        return None
    return Span(low, high)
