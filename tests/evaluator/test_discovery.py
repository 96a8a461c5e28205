import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.discovery import discovered_rules
from tabsynth.evaluator.rules import Ordered, Settled
from tabsynth.evaluator.table import read_table
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

ROWS = 300


def found(frame: pd.DataFrame) -> list[str]:
    return [rule.text for rule in discovered_rules(read_table(frame, infer_schema(frame)), Seeds(0))]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_a_column_that_settles_another_is_found_and_not_the_other_way_round() -> None:
    town = rng().integers(0, 12, ROWS)
    frame = pd.DataFrame({"town": np.char.add("t", town.astype(str)), "land": np.char.add("l", (town % 3).astype(str))})
    assert found(frame) == ["“town” settles “land”"]
    frame.loc[7, "land"] = "elsewhere"
    assert found(frame) == []


def test_what_follows_from_two_other_rules_is_left_out() -> None:
    street = rng().integers(0, 24, ROWS)
    names = {"street": street, "town": street % 12, "land": street % 3}
    frame = pd.DataFrame({name: np.char.add(name, codes.astype(str)) for name, codes in names.items()})
    assert set(found(frame)) == {"“street” settles “town”", "“town” settles “land”"}
    start = pd.Series(rng().normal(size=ROWS))
    moves = [pd.Series(rng().random(ROWS)) * k for k in (0, 1, 2)]
    assert found(pd.DataFrame({"a": start, "b": start + moves[1], "c": start + moves[1] + moves[2]})) == [
        "“a” ≤ “b”",
        "“b” ≤ “c”",
    ]


def test_values_that_occur_once_settle_nothing() -> None:
    frame = pd.DataFrame(
        {"name": np.char.add("n", np.arange(ROWS).astype(str)), "land": rng().choice(["x", "y"], ROWS)}
    )
    assert found(frame) == []


def test_dates_are_compared_with_dates_alone() -> None:
    start = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng().integers(0, 900, ROWS), unit="D")
    frame = pd.DataFrame({"out": start, "back": start + pd.to_timedelta(rng().integers(0, 30, ROWS), unit="D")})
    assert found(frame.assign(number=rng().normal(size=ROWS))) == ["“out” ≤ “back”"]


def test_sums_of_two_and_of_three_are_found() -> None:
    parts = pd.DataFrame(rng().normal(0, 10, (ROWS, 3)).round(2), columns=["a", "b", "c"])
    assert found(parts.assign(total=(parts["a"] + parts["b"]).round(2))) == ["“a” + “b” = “total”"]
    frame = parts.assign(total=parts.sum(axis=1).round(2))
    frame.loc[3, "a"] = np.nan
    assert found(frame) == ["“a” + “b” + “c” = “total”"]
    frame.loc[5, "total"] += 0.01
    assert found(frame) == []


def test_a_part_that_is_always_0_makes_no_sum_and_equal_columns_no_order() -> None:
    number = rng().normal(size=ROWS).round(3)
    assert found(pd.DataFrame({"a": number, "b": number, "zero": 0.0})) == []


def test_few_rows_prove_nothing() -> None:
    frame = pd.DataFrame({"a": [1, 2] * 20, "b": [3, 4] * 20})
    assert found(frame) == []


@pytest.mark.filterwarnings("error")
def test_columns_without_values_or_with_huge_ones_do_not_fail() -> None:
    frame = pd.DataFrame({name: [1e308, -1e308] * 50 for name in "abc"} | {"d": [None] * 100, "e": "x"})
    assert isinstance(found(frame), list)


@given(st.integers(0, 1_000))
def test_independent_columns_have_no_rules_but_for_their_ranges(seed: int) -> None:
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"a": draw.integers(0, 9, 120), "b": draw.integers(0, 9, 120), "c": draw.choice(["x", "y"], 120)}
    )
    rules = discovered_rules(read_table(frame, infer_schema(frame)), Seeds(0))
    assert not [rule for rule in rules if isinstance(rule, Settled | Ordered)]
