import numpy as np
import pandas as pd
import pytest
from rapidfuzz.distance import Levenshtein

from tabsynth.evaluator.attacks.row_strings import MAX_COLUMNS, least_edits, row_strings, telling_columns
from tabsynth.evaluator.kinds import read_kinds
from tabsynth.evaluator.table import Table, read_table
from tabsynth.seeds import Seeds


def table_of(frame: pd.DataFrame) -> Table:
    return read_table(frame, read_kinds(frame))


MIXED = pd.DataFrame(
    {
        "count": [1, 2, 3, 1] * 6,
        "day": pd.to_datetime(["2024-01-02", None, "2024-05-06", "2024-01-02"] * 6),
        "kind": ["a", None, "b", "a"] * 6,
    }
)


def test_a_row_is_written_as_its_values() -> None:
    table = table_of(MIXED)
    assert row_strings(table, [0, 1, 2])[:3] == ["1|2024-01-02T00:00:00|a", "2||", "3|2024-05-06T00:00:00|b"]
    assert row_strings(table, [])[:2] == ["", ""]


def test_shuffled_rows_have_the_same_values_in_other_company() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(0, 9, 50), "b": rng.integers(0, 9, 50)})
    table = table_of(frame)
    straight, mixed = row_strings(table, [0, 1]), row_strings(table, [0, 1], shuffled=Seeds(0))
    assert straight != mixed
    for place in (0, 1):
        assert sorted(row.split("|")[place] for row in straight) == sorted(row.split("|")[place] for row in mixed)


def test_one_changed_digit_is_one_edit() -> None:
    others = [f"{number}|red|{number * 7}" for number in range(10_000, 30_000, 41)]
    changed = others[17].replace("1", "9", 1)
    assert least_edits([changed, others[5]], others).tolist() == [pytest.approx(1 / len(changed)), 0.0]


def test_it_finds_the_nearest_of_all_where_one_is_near() -> None:
    rng = np.random.default_rng(0)
    others = ["|".join(map(str, row)) for row in rng.integers(0, 99_999, (300, 4))]
    rows = [text[:5] + "7" + text[5:] for text in others[:40]]
    every = [min(Levenshtein.normalized_distance(row, other) for other in others) for row in rows]
    np.testing.assert_allclose(least_edits(rows, others), every)


def test_empty_and_short_strings_have_a_distance() -> None:
    assert least_edits(["", "a"], ["", "b", "a"]).tolist() == [0.0, 0.0]
    assert least_edits(["x"], ["y"]).tolist() == [1.0]


def test_columns_with_most_values_are_written_in_the_order_of_their_names_and_texts_are_not() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"c{place:03}": rng.integers(0, 2 + place, 40) for place in range(MAX_COLUMNS + 5)})
    frame["text"] = [f"some words that differ {number} times" for number in range(40)]
    chosen = telling_columns(table_of(frame[frame.columns[::-1]]))
    names = [frame.columns[::-1][place] for place in chosen]
    assert len(names) == MAX_COLUMNS
    assert names == sorted(names)
    assert "text" not in names and "c000" not in names


def test_half_a_surrogate_pair_is_no_error() -> None:
    frame = pd.DataFrame({"a": pd.Series(["x", "y"] * 10 + ["\ud800"], dtype=object)})
    schema = read_kinds(frame.head(20))
    rows = row_strings(read_table(frame, schema), [0])
    assert least_edits(rows[-1:], rows).tolist() == [0.0]
