"""Conditions are compiled from a short list of what they may hold; anything else is refused with its place."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tabsynth.errors import ConfigError
from tabsynth.generator.expression import compile_expression

COLUMNS = ["a", "b", "total", "net", "tax", "status", "zip", "order date", "class", "it's", "len", "ü"]


def holds(text: str, **cells: Any) -> bool:
    expression = compile_expression(text, COLUMNS)
    return expression.holds(*[cells[name] for name in expression.columns])


@pytest.mark.parametrize(
    ("text", "cells", "expected"),
    [
        ("a <= b", {"a": 1, "b": 1}, True),
        ("a <= b", {"a": 2, "b": 1}, False),
        ("total == net + tax", {"total": 0.3, "net": 0.1, "tax": 0.2}, True),
        ("total == net + tax", {"total": 0.31, "net": 0.1, "tax": 0.2}, False),
        ("total == net + tax", {"total": 3, "net": 1, "tax": 2}, True),
        ("0 < a < 120", {"a": 120}, False),
        ("0 < a < 120", {"a": 119}, True),
        ("status in ('x', 'y')", {"status": "y"}, True),
        ("status not in ['x', 'y']", {"status": "y"}, False),
        ("a in {1, b}", {"a": 5, "b": 5}, True),
        ("'@' in status", {"status": "a@b"}, True),
        ("matches(zip, '[0-9]{5}')", {"zip": "12345"}, True),
        ("matches(zip, '[0-9]{5}')", {"zip": "123456"}, False),
        (r"matches(zip, '\d{5}')", {"zip": "00000"}, True),
        ("not (a > 3 and status == 'x')", {"a": 4, "status": "x"}, False),
        ("not (a > 3 and status == 'x')", {"a": 4, "status": "y"}, True),
        ("a > 3 or b > 3", {"a": 1, "b": 4}, True),
        ("(a + 1) * 2 - b / 4 // 1 % 3 == 2", {"a": 1, "b": 8}, True),
        ("-a < +b", {"a": 1, "b": 0}, True),
        ("abs(a - b) <= 0.05", {"a": 1.0, "b": 1.05}, True),
        ("total == max(net, tax, 0)", {"total": 2, "net": 1, "tax": 2}, True),
        ("min(a, b) >= 0", {"a": 1, "b": -1}, False),
        ("round(total - net - tax, 2) == 0", {"total": 0.3, "net": 0.1, "tax": 0.2}, True),
        ("len(status) == 3", {"status": "abc"}, True),
        ("len(len) == 3", {"len": "abc"}, True),
        ("status == 'it`s' or status == \"`a`\"", {"status": "`a`"}, True),
        ("`order date` < '2024-02-01'", {"order date": "2024-01-31T00:00:00"}, True),
        ("`it's` == `class` + 'x'", {"it's": "yx", "class": "y"}, True),
        ("ü > 0 and `a` > 0", {"ü": 1, "a": 1}, True),
        ("a", {"a": True}, True),
        ("not a", {"a": True}, False),
        ("a == True", {"a": True}, True),
    ],
)
def test_a_condition_is_what_it_says(text: str, cells: dict[str, Any], expected: bool) -> None:
    assert holds(text, **cells) is expected


LEAF = st.sampled_from(["a", "b", "total", "2", "7", "-3"])
TERM = st.recursive(
    LEAF,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(" ".join).map("({})".format)
        | inner.map("abs({})".format)
        | st.tuples(inner, inner).map(", ".join).map("max({})".format)
    ),
    max_leaves=6,
)
COMPARISON = st.tuples(TERM, st.sampled_from(["<", "<=", "==", "!=", ">", ">="]), TERM).map(" ".join)
CONDITION = st.recursive(
    COMPARISON,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join).map("({})".format)
        | inner.map("(not {})".format)
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(text=CONDITION, cells=st.fixed_dictionaries({name: st.integers(-9, 9) for name in ("a", "b", "total")}))
def test_over_integers_a_condition_is_what_python_says(text: str, cells: dict[str, int]) -> None:
    whole = f"({text}) and a == a"
    assert holds(whole, **cells) is eval(whole, {"__builtins__": {}, "abs": abs, "max": max}, dict(cells))


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("a<=b", "a <= b"),
        ("  `a` <=  (b)", "a <= b"),
        ("`order date`>'x'", "`order date` > 'x'"),
        ("`class`", "`class`"),
    ],
)
def test_the_source_does_not_depend_on_blanks_and_backticks(text: str, source: str) -> None:
    expression = compile_expression(text, COLUMNS)
    assert expression.source == source
    assert compile_expression(source, COLUMNS).source == source


def test_columns_are_listed_once_in_the_order_of_their_mention() -> None:
    assert compile_expression("b < a and b > `order date` and a > 0", COLUMNS).columns == ("b", "a", "order date")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = b", "this is no expression, see position"),
        ("a <= ", "this is no expression, see position"),
        ("", "this is no expression, see position"),
        ("a <= b c", "this is no expression, see position"),
        ("class == 1", "this is no expression, see position 1"),
        ("a\0", "this is no expression"),
        ("a <= '\ud800'", "this is no expression"),
        ("1 < 2", "it names no column"),
        ("a + b", "'a \\+ b' at position 1 is true or false of no row"),
        ("a < 1 and b + 1", "'b \\+ 1' at position 11 is true or false of no row"),
        ("a < 1 and True", "'True' at position 11 is true"),
        ("a > 1 & b > 1", "'1 & b' at position 5 is not allowed"),
        ("`order date` > a.real", "'a.real' at position 16 is not allowed"),
        ("ü > a ** 2", "'a \\*\\* 2' at position 5 is not allowed"),
        ("a.__class__ == b", "is not allowed"),
        ("__import__('os').system('x') == a", "is not allowed"),
        ("eval('1') == a", "'eval\\('1'\\)' at position 1 is not allowed"),
        ("[x for x in a] == b", "is not allowed"),
        ("(lambda: a)() == b", "is not allowed"),
        ("a[0] == b", "is not allowed"),
        ("f'{a}' == b", "is not allowed"),
        ("(a if b else a) == 1", "is not allowed"),
        ("(a := 1) == b", "is not allowed"),
        ("a is None", "is not allowed"),
        ("a == None", "'None' at position 6 is not allowed"),
        ("a == b'x'", "is not allowed"),
        ("a == 1j", "is not allowed"),
        ("a == ...", "is not allowed"),
        ("(a, b) == (1, 2)", "is not allowed"),
        ("a == (1, 2)", "is not allowed"),
        ("~a == 1", "is not allowed"),
        ("max(1, *a) == 1", "is not allowed"),
        ("round(a, ndigits=2) == 1", "is not allowed"),
        ("abs(a, b) == 1", "takes another number of arguments"),
        ("max(a) == 1", "takes another number of arguments"),
        ("matches(a)", "needs a column and a pattern"),
        ("matches(a, b)", "needs a column and a pattern"),
        ("matches(zip, '[')", "the pattern is no regular expression: unterminated character set at position 1"),
        ("abs == 1", "there is no column 'abs'"),
        ("1 < a < `order dat`", "there is no column 'order dat'. Did you mean 'order date'"),
        ("not " * 20_000 + "a", "this is no expression, or too long a one"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_place(text: str, found: str) -> None:
    with pytest.raises(ConfigError, match=found.replace("a.real", r"a\.real")) as caught:
        compile_expression(text, COLUMNS)
    assert len(str(caught.value)) < 800


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(text=st.lists(st.sampled_from([*"ab()[]{}`'\".,:;=<>+-*/%&|~#\\\n", " and ", " in ", "not ", "1", "len(", "ü"])))
def test_any_text_is_a_condition_or_refused(text: list[str]) -> None:
    try:
        expression = compile_expression("".join(text), COLUMNS)
    except ConfigError:
        return
    assert set(expression.columns) <= set(COLUMNS)
