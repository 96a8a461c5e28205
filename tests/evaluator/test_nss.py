from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.nss import NssScores, component_distance, nss_scores, sqs_nss

LINE = np.arange(100.0)
People = Callable[[int, int], pd.DataFrame]


def test_a_copy_scores_ten(people: People) -> None:
    table = people(300, 1)
    assert sqs_nss(table, table, 5_000) == 10.0
    assert nss_scores(table, table, 5_000) == NssScores(10.0, 10.0, 10.0, 10.0, None)


def test_a_ruined_number_column_stays_perfect_as_in_the_original() -> None:
    real = pd.DataFrame({"x": np.linspace(0, 1, 200)})
    junk = pd.DataFrame({"x": [f"junk{i}" for i in range(200)]})
    assert sqs_nss(real, junk, 5_000) == 10.0


def test_both_sides_are_cut_to_equally_many_rows(people: People) -> None:
    real, fake = people(300, 1), people(80, 2)
    assert nss_scores(real, fake, 5_000) == nss_scores(real.head(80), fake, 5_000) == nss_scores(real, fake, 80)


def test_text_is_rounded_by_column_and_lost_with_one() -> None:
    rng = np.random.default_rng(0)

    def texts(low: int, high: int) -> list[str]:
        return [" ".join(["word"] * int(size)) + "." for size in rng.integers(low, high, 200)]

    real = pd.DataFrame({"a": texts(4, 40), "b": texts(4, 40)}).assign(a=lambda f: f.a + f.index.astype(str))
    real["b"] = real["b"] + real.index.astype(str)
    fake = real.assign(b=[f"{text} {text} {text}." for text in real.b])
    found = nss_scores(real, fake, 5_000)
    assert found.text_structure is not None and found.text_structure < 10
    assert found.text_structure * 10 == pytest.approx(round(found.text_structure * 10))
    assert nss_scores(real, real.assign(b=None), 5_000).text_structure is None


def test_a_component_distance_lies_between_none_and_one() -> None:
    training = np.column_stack([LINE, LINE + np.tile([0.0, 9.0], 50)])
    assert component_distance(training, training) == pytest.approx(0.0)
    # Two scaled columns always have the components x + y and x - y; a shift of x alone moves both.
    assert component_distance(training, training + np.array([10_000, 0])) == pytest.approx(1.0)
    # A shift of both scaled columns by the same moves x + y alone: (1 + 0) / 2.
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    training = np.column_stack([x, x + rng.normal(size=200)])
    assert component_distance(training, training + 1_000 * training.std(axis=0)) == pytest.approx(0.5, abs=1e-6)


@pytest.mark.parametrize(
    ("training", "other"),
    [
        (np.zeros((5, 2)), np.ones((5, 2))),
        (np.ones((1, 2)), np.eye(2)),
        (np.eye(2), np.ones((1, 2))),
        (np.arange(5.0)[:, None], np.arange(5.0)[:, None]),
        (np.array([[1e308, 1.0], [-1e308, 2.0], [1e308, 0.0]]), np.ones((3, 2))),
    ],
    ids=["nothing varies", "one training row", "one other row", "one column", "squares overflow"],
)
def test_without_two_columns_or_rows_that_vary_there_is_no_distance(training: np.ndarray, other: np.ndarray) -> None:
    assert component_distance(training, other) is None


@pytest.mark.parametrize(
    "junk",
    [
        [None] * 60,
        [[1, 2], {"a": 1}, "x"] * 20,
        [1, "x", None, 2.5, True, np.inf] * 10,
        [10**400, -(10**400), 0] * 20,
        ["\U0001f600", "\u05e9\u05dc\u05d5\u05dd", "x" * 10_000] * 20,
        list(pd.date_range("2020", periods=60)),
        list(pd.timedelta_range("1s", periods=60)),
    ],
    ids=["nothing", "nested", "mixed", "huge integers", "letters", "dates", "durations"],
)
def test_junk_has_a_score_or_none(people: People, junk: list[object]) -> None:
    real = people(60, 1)
    for name in real.columns:
        value = sqs_nss(real, real.assign(**{name: pd.Series(junk)}), 5_000)
        assert value is None or 0 <= value <= 10
