"""Rules hold of rows, let rows with missing cells pass, and never quote a cell when they fail."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from typing import Any

import pytest

from tabsynth.errors import ConfigError
from tabsynth.generator.rules import Rule, rules_of

COLUMNS = ["a", "b", "start date"]


def test_an_expression_is_a_rule() -> None:
    rule = Rule.parse(" a<=b ", COLUMNS)
    assert (rule.name, rule.columns, rule.identity) == ("a<=b", ("a", "b"), "a <= b")
    assert rule.check([1, 2])
    assert not rule.check([2, 1])


@pytest.mark.parametrize("cells", [[None, 1], [1, None], [None, None]])
def test_a_missing_cell_passes_an_expression(cells: list[Any]) -> None:
    assert Rule.parse("a < b and a > b", COLUMNS).check(cells)


def test_a_function_is_a_rule_over_its_columns() -> None:
    rule = Rule.of(["b", "a"], lambda b, a: b == a + 1, "next")
    assert rule.columns == ("b", "a")
    assert rule.check([2, 1])
    assert not rule.check([1, 2])
    assert rule.check([None, 2])


def test_a_function_is_asked_about_missing_cells_if_it_wants_to_be() -> None:
    rule = Rule.of("a", lambda a: a is not None, missing_passes=False)
    assert not rule.check([None])
    assert rule.check([0])


def test_a_rule_is_called_after_its_function() -> None:
    assert Rule.of(["a", "b"], max).name == "max(a, b)"


@pytest.mark.parametrize(
    ("rule", "cells", "kind"),
    [
        (Rule.parse("a < b", COLUMNS), ["secret", 1], "TypeError"),
        (Rule.parse("a == 1", COLUMNS), ["secret"], "TypeError"),
        (Rule.parse("a / b > 1", COLUMNS), [1, 0], "ZeroDivisionError"),
        (Rule.parse("a", COLUMNS), ["secret"], "TypeError"),
        (Rule.parse("matches(a, 'x')", COLUMNS), [1], "TypeError"),
        (Rule.of("a", lambda a: {}[a], "lookup"), ["secret"], "KeyError"),
        (Rule.of("a", lambda a: int(a) > 1, "number"), ["secret"], "ValueError"),
    ],
)
def test_a_rule_that_cannot_be_told_names_the_exception_and_no_cell(rule: Rule, cells: list[Any], kind: str) -> None:
    with pytest.raises(ConfigError, match=rf"the rule cannot be told of a row \({kind}\)") as caught:
        rule.check(cells)
    assert "secret" not in str(caught.value)
    assert rule.name in str(caught.value)


def test_a_function_that_takes_other_arguments_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="the function does not take 2 arguments"):
        Rule.of(["a", "b"], lambda a: True)


def limited(limit: int) -> Rule:
    return Rule.of("a", lambda a: a < limit, "limit")


def test_the_identity_of_a_function_is_what_it_does() -> None:
    same = [Rule.of("a", lambda a: a in {"x", "y"}, "n").identity for _ in range(2)]
    assert same[0] == same[1]
    others = {
        Rule.of("a", lambda a: a in {"x", "z"}, "n").identity,
        Rule.of("a", lambda a: a not in {"x", "y"}, "n").identity,
        Rule.of("b", lambda a: a in {"x", "y"}, "n").identity,
        Rule.of("a", lambda a: a in {"x", "y"}, "m").identity,
        Rule.of("a", lambda a: a in {"x", "y"}, "n", missing_passes=False).identity,
        Rule.of("a", lambda a, b=1: a in {"x", "y"}, "n").identity,
        same[0],
    }
    assert len(others) == 7
    assert limited(1).identity != limited(2).identity
    assert limited(1).identity == limited(1).identity
    assert (
        Rule.of("a", partial(max, 1), "n", missing_passes=True).identity != Rule.of("a", partial(max, 2), "n").identity
    )


def test_the_identity_of_a_function_is_the_same_in_other_processes() -> None:
    program = (
        "from tabsynth.generator.rules import Rule\n"
        "def inner(a): return a in {'x', 'y', 'zz', 'w'} and (lambda b: b != 'q')(a)\n"
        "print(Rule.of('a', inner).identity)"
    )
    identities = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(identities) == 1


def test_rules_are_made_of_expressions_and_rules() -> None:
    rule = Rule.of("a", bool)
    rules = rules_of(["`start date` > '2020'", rule], COLUMNS)
    assert [made.columns for made in rules] == [("start date",), ("a",)]
    assert rules_of("a < b", COLUMNS)[0].columns == ("a", "b")


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (lambda a: True, "a rule cannot be made of a function"),
        (Rule.of("star date", bool), "there is no column 'star date'. Did you mean 'start date'"),
        ("c < 1", "there is no column 'c'"),
    ],
)
def test_what_is_no_rule_of_the_table_is_refused(spec: Any, found: str) -> None:
    with pytest.raises(ConfigError, match=found):
        rules_of([spec], COLUMNS)
