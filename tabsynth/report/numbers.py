"""How the report writes numbers. Knows no score."""

from __future__ import annotations

import math
import re

DASH = "–"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
POWER = re.compile(r"\b(\d(?:\.\d+)?)e(-\d{1,3})\b")
SHARES = re.compile(r"\b(share|rate|fraction|percentage|risk|chance)s?\b", re.IGNORECASE)
"""Words of a unit that make it a share between 0 and 1."""


def minus(text: str) -> str:
    """Set a leading hyphen as a minus sign; a zero has none."""
    if not text.startswith("-"):
        return text
    return f"−{text[1:]}" if any(digit in text for digit in "123456789") else text[1:]


def percent(share: float | None) -> str:
    """Write a share as a percentage, with more digits where it is small."""
    if share is None or not math.isfinite(share):
        return DASH
    size = abs(share)
    digits = 0 if size in (0.0, 1.0) else 2 if size < 0.001 else 1
    return minus(f"{share:.{digits}%}")


def decimals(value: float | None, digits: int = 2) -> str:
    """Write a number with a fixed number of decimals."""
    return DASH if value is None or not math.isfinite(value) else minus(f"{value:.{digits}f}")


def count(number: float | None) -> str:
    """Write a count with separators."""
    return DASH if number is None else f"{number:,.0f}"


def p_value(p: float | None) -> str:
    """Write a p value: three decimals, or a power of ten where those would be 0."""
    if p is None or not math.isfinite(p):
        return DASH
    if p >= 0.001:
        return f"{p:.3f}"
    if p < 1e-99:
        return "< 10⁻⁹⁹"
    return powers(f"{p:.0e}")


def powers(text: str) -> str:
    """Set numbers such as 3e-21 as powers of ten."""
    return POWER.sub(lambda found: f"{found[1]} × 10{str(int(found[2])).translate(SUPERSCRIPTS)}", text)


def quantity(value: float | None, unit: str) -> str:
    """Write a number by the unit that it has in words: shares as percentages, large ones as counts."""
    if value is None or not math.isfinite(value):
        return DASH
    if SHARES.search(unit):
        return percent(value)
    if abs(value) >= 100:
        return minus(f"{value:,.0f}")
    return minus(f"{value:.{1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3}f}")


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Write both ends of an interval, a dash without one."""
    return DASH if low is None or high is None else f"{quantity(low, unit)} to {quantity(high, unit)}"
