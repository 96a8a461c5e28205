"""Tables that no synthesizer could learn are refused with the rule that was broken; at the limit they pass."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import SchemaError
from tabsynth.schema.limits import MAX_COLUMNS, MIN_ROWS, check_table


def frame(rows: int = MIN_ROWS, columns: int = 2) -> pd.DataFrame:
    return pd.DataFrame(np.zeros((rows, columns)), columns=[f"c{number}" for number in range(columns)])


def named(*names: object) -> pd.DataFrame:
    return frame(columns=len(names)).set_axis(pd.Index(names, dtype=object), axis=1)


@pytest.mark.parametrize("table", [frame(), frame(columns=1), frame(columns=MAX_COLUMNS)], ids=["rows", "one", "wide"])
def test_a_table_at_the_limit_passes(table: pd.DataFrame) -> None:
    check_table(table)
    with pytest.raises(SchemaError):
        check_table(table.head(MIN_ROWS - 1))


@pytest.mark.parametrize(
    ("table", "found"),
    [
        (pd.DataFrame(), "the table has 0 rows and 0 columns"),
        (frame(rows=0), "the table has 0 rows and 2 columns"),
        (frame(columns=0), "the table has 20 rows and 0 columns"),
        (frame(rows=MIN_ROWS - 1), "the table has 19 rows, at least 20 are needed"),
        (frame(columns=MAX_COLUMNS + 1), "the table has 1,001 columns, at most 1,000 can be"),
        (
            named("c", 7),
            "1 column names are not strings of valid Unicode, the first at position 1",
        ),
        (named("\ud800", None), "2 column names are not .* the first at position 0"),
        (named("c", "c"), r"column names occur more than once: \['c'\]"),
        (frame() * np.nan, "every value of the table is missing"),
    ],
)
def test_the_broken_rule_is_named(table: pd.DataFrame, found: str) -> None:
    with pytest.raises(SchemaError, match=found):
        check_table(table)


def test_an_error_says_what_to_do_and_can_be_printed_though_a_name_cannot() -> None:
    with pytest.raises(SchemaError, match=r"Rename them, for example with df.columns") as caught:
        check_table(named("c", "\udfff"))
    assert str(caught.value).encode()


def test_one_value_is_enough_of_a_table_to_be_there() -> None:
    table = frame() * np.nan
    table.iloc[3, 1] = 1.0
    check_table(table)
    table.iloc[3, 1] = np.nan
    with pytest.raises(SchemaError):
        check_table(table)
