import warnings

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.marginals import js_distance
from tabsynth.evaluator.nss_fields import ONE_SIDE_EMPTY, field_distance, field_type, hashable, values_of


def distance(real: pd.Series, fake: pd.Series) -> float:
    return field_distance(real, fake, (field_type(real), field_type(fake)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([None] * 60, "empty"),
        ([0, 1] * 30, "binary"),
        ([0.5, 1.5, 2.5] * 20, "numeric"),
        ([1, 2, 3] * 20, "categorical"),
        ([-1, 2, 3] * 20, "numeric"),
        (list(range(60)), "numeric"),
        (["a", "b", "c"] * 20, "categorical"),
        ([f"row number {i} here" for i in range(60)], "text"),
        ([f"id{i}" for i in range(60)], "other"),
    ],
)
def test_types_are_read_as_the_peer_reads_them(values: list[object], expected: str) -> None:
    assert field_type(pd.Series(values)) == expected


def test_labels_are_compared_as_solved_by_hand() -> None:
    real, fake = pd.Series(["a", "b"] * 30), pd.Series(["a", "a", "b", None] * 15)
    assert distance(real, fake) == pytest.approx(js_distance(np.array([2.0, 2, 0]), np.array([2.0, 1, 1])))


def test_whole_numbers_of_one_side_make_labels_whole_on_the_other() -> None:
    real = pd.Series([1, 2, 3] * 30)
    assert distance(real, pd.Series(["1", "2", "3"] * 30)) == 0.0
    assert distance(real, pd.Series([1.2, 1.2, 2.0, 2.0] * 30)) > 0
    # What is no number stays what it is.
    assert distance(real, pd.Series(["x", "y"] * 45)) == pytest.approx(1.0)


def test_numbers_with_fractions_are_other_labels_than_strings() -> None:
    assert distance(pd.Series([True, False] * 30), pd.Series(["True", "False"] * 30)) == 0.0
    assert distance(pd.Series([0.5, 1.5] * 30), pd.Series(["0.50", "1.50"] * 30)) == pytest.approx(1.0)


def test_a_distance_that_it_lacks_counts_as_none() -> None:
    numbers = pd.Series(np.linspace(0, 1, 100))
    for ruined in ([f"junk{i}" for i in range(100)], [None] * 100):
        assert distance(numbers, pd.Series(ruined, dtype=object)) == 0.0
    assert distance(numbers, pd.Series([np.inf] * 100)) == ONE_SIDE_EMPTY


def test_values_are_compared_as_python_does_and_nested_ones_as_strings() -> None:
    assert values_of(pd.Series([1.5, np.nan])).tolist() == [1.5, None]
    nested = hashable(pd.Series([[1, 2], ([1],), "a"], dtype=object))
    assert nested.tolist() == ["[1, 2]", "([1],)", "a"]
    assert field_type(nested) == "other"


def test_the_largest_numbers_are_no_error_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        real = pd.Series([1, 2, 3] * 30)
        assert distance(real, pd.Series([1e300, np.inf] * 45)) > 0.5
        assert 0 <= distance(pd.Series([1e308, -1e308, 1.0] * 30), pd.Series([0.0, 1.0, 1e308] * 30)) <= 1
