"""What the operators and functions of rules do to two cells: Python's own, less its surprises."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

TOLERANCE = 1e-9
"""Relative difference under which results of float arithmetic are equal: 0.1 + 0.2 is 0.3."""


def truth(value: Any) -> bool:
    """Return a cell that is true or false; 0 and strings are neither."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def _of_numbers(compute: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Arithmetic without what Python makes of strings: '%s' % a formats, 'a' * 3 repeats."""

    def checked(first: Any, second: Any) -> Any:
        if isinstance(first, str) or isinstance(second, str):
            raise TypeError
        return compute(first, second)

    return checked


_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?")
_MIDNIGHT = "0000-00-00T00:00:00.000000000"


def _alike(first: Any, second: Any) -> tuple[Any, Any]:
    """Two values that may be compared: dates of different precision are written out, numbers are no strings."""
    if isinstance(first, str) and isinstance(second, str):
        if first != second and _DATE.fullmatch(first) and _DATE.fullmatch(second):
            return _moment(first), _moment(second)
        return first, second
    if isinstance(first, str) or isinstance(second, str):
        raise TypeError  # Python would call them unequal, and the rule would reject every row
    return first, second


def _moment(text: str) -> str:
    return text.replace(" ", "T") + _MIDNIGHT[len(text) :]


def _exact(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda first, second: compare(*_alike(first, second))


def _tolerant(compare: Callable[[Any, Any], bool], *, if_close: bool) -> Callable[[Any, Any], bool]:
    """Compare so that of <, == and > one holds, where a difference of rounding counts as none."""

    def compared(first: Any, second: Any) -> bool:
        first, second = _alike(first, second)
        if (isinstance(first, float) or isinstance(second, float)) and math.isclose(first, second, rel_tol=TOLERANCE):
            return if_close
        return compare(first, second)

    return compared


def _within(value: Any, where: Any) -> bool:
    if isinstance(where, tuple):
        return any(operator.eq(*_alike(value, element)) for element in where)
    if not (isinstance(value, str) and isinstance(where, str)):
        raise TypeError
    return value in where


ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: _of_numbers(operator.sub),
    ast.Mult: _of_numbers(operator.mul),
    ast.Div: _of_numbers(operator.truediv),
    ast.FloorDiv: _of_numbers(operator.floordiv),
    ast.Mod: _of_numbers(operator.mod),
}
FUNCTIONS: dict[str, tuple[Callable[..., Any], int, float]] = {
    "abs": (abs, 1, 1),
    "len": (len, 1, 1),
    "round": (round, 1, 2),
    "min": (min, 2, math.inf),
    "max": (max, 2, math.inf),
}
_MEMBERSHIP: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.In: _within,
    ast.NotIn: lambda value, where: not _within(value, where),
}
_ORDERS: dict[type[ast.cmpop], tuple[Callable[[Any, Any], bool], bool]] = {
    ast.Eq: (operator.eq, True),
    ast.NotEq: (operator.ne, False),
    ast.Lt: (operator.lt, False),
    ast.LtE: (operator.le, True),
    ast.Gt: (operator.gt, False),
    ast.GtE: (operator.ge, True),
}
EXACT = {op: _exact(compare) for op, (compare, _) in _ORDERS.items()} | _MEMBERSHIP
TOLERANT = {op: _tolerant(compare, if_close=close) for op, (compare, close) in _ORDERS.items()} | _MEMBERSHIP
"""What compares where a side was computed; EXACT is for cells and constants, which are what they are."""
