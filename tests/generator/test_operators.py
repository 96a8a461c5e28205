"""Comparisons of two cells: dates by their moment, sums by their size, and no number against a string."""

from __future__ import annotations

import ast
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from tabsynth.generator.operators import ARITHMETIC, EXACT, TOLERANT, truth

NUMBER = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)


@pytest.mark.parametrize("table", [EXACT, TOLERANT], ids=["exact", "tolerant"])
@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(first=NUMBER, second=NUMBER)
def test_of_less_equal_and_greater_one_holds(table: dict[type[ast.cmpop], Any], first: Any, second: Any) -> None:
    holds = {op: compare(first, second) for op, compare in table.items() if op not in (ast.In, ast.NotIn)}
    assert holds[ast.Lt] + holds[ast.Eq] + holds[ast.Gt] == 1
    assert holds[ast.LtE] == (not holds[ast.Gt])
    assert holds[ast.GtE] == (not holds[ast.Lt])
    assert holds[ast.NotEq] == (not holds[ast.Eq])


def test_rounding_is_no_difference_where_a_side_was_computed() -> None:
    assert TOLERANT[ast.Eq](0.1 + 0.2, 0.3)
    assert not TOLERANT[ast.Lt](0.3, 0.1 + 0.2)
    assert not EXACT[ast.Eq](0.1 + 0.2, 0.3)


def test_numbers_that_differ_by_less_than_the_tolerance_are_equal_only_if_they_are_floats() -> None:
    assert TOLERANT[ast.NotEq](10**12, 10**12 + 1)
    assert TOLERANT[ast.Eq](1e12, 1e12 + 1)
    assert TOLERANT[ast.NotEq](0.0, 1e-300)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-31", "2024-01-31T00:00:00"),
        ("2024-01-31 12:30", "2024-01-31T12:30:00.000000"),
        ("2024-01-31T05", "2024-01-31T05:00"),
    ],
)
def test_a_date_is_the_same_moment_in_any_precision(first: str, second: str) -> None:
    assert EXACT[ast.Eq](first, second)
    assert EXACT[ast.LtE](first, second)
    assert not EXACT[ast.Lt](first, second)


def test_dates_are_ordered_by_their_moment() -> None:
    assert EXACT[ast.Lt]("2024-01-31", "2024-01-31T00:00:01")
    assert EXACT[ast.Lt]("2024-01-31 23:59", "2024-02-01T00:00:00")


def test_strings_that_are_no_dates_are_compared_as_they_are() -> None:
    assert not EXACT[ast.Eq]("2024-01-31", "2024-01-31 ")
    assert EXACT[ast.Lt]("10", "9")


@pytest.mark.parametrize("op", [ast.Eq, ast.NotEq, ast.Lt, ast.GtE])
@pytest.mark.parametrize("table", [EXACT, TOLERANT], ids=["exact", "tolerant"])
def test_a_number_and_a_string_cannot_be_compared(table: dict[type[ast.cmpop], Any], op: type[ast.cmpop]) -> None:
    with pytest.raises(TypeError):
        table[op](1, "1")


def test_membership_is_of_lists_and_of_strings() -> None:
    assert EXACT[ast.In]("a", ("a", "b"))
    assert EXACT[ast.NotIn]("a", ("b",))
    assert EXACT[ast.In]("@", "a@b")
    assert EXACT[ast.In]("2024-01-31T00:00:00", ("2024-01-31",))
    for value, where in ((1, "1"), (1, ("1",)), (1, 2)):
        with pytest.raises(TypeError):
            EXACT[ast.In](value, where)


@pytest.mark.parametrize(("op", "second"), [(ast.Mod, 1), (ast.Mult, 3)])
def test_strings_are_neither_formatted_nor_repeated(op: type[ast.operator], second: int) -> None:
    with pytest.raises(TypeError):
        ARITHMETIC[op]("%9d", second)


def test_only_true_and_false_are_truths() -> None:
    assert truth(True)
    for value in (1, "x", 0.0):
        with pytest.raises(TypeError):
            truth(value)
