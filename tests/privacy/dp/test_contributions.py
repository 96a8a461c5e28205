import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.contributions import one_row_each


def test_without_groups_each_row_is_taken_once() -> None:
    assert sorted(one_row_each(None, 5, np.random.default_rng(0))) == [0, 1, 2, 3, 4]


def test_each_subject_gives_one_row() -> None:
    subjects = ["a", "a", "b", "a", "c", "b"]
    rows = one_row_each(subjects, 6, np.random.default_rng(0))
    assert sorted(subjects[row] for row in rows) == ["a", "b", "c"]


def test_each_row_of_a_subject_is_taken_equally_often() -> None:
    rng = np.random.default_rng(0)
    taken = [next(row for row in one_row_each(["a", "a", "a", "b"], 4, rng) if row < 3) for _ in range(3_000)]
    assert np.bincount(taken) == pytest.approx([1_000] * 3, abs=120)


def test_rows_without_a_subject_are_one_subject() -> None:
    assert len(one_row_each(pd.Series([None, None, 1.0]), 3, np.random.default_rng(0))) == 2


def test_subjects_must_fit_the_rows() -> None:
    with pytest.raises(ConfigError, match="2 subjects are given for 3 rows"):
        one_row_each(["a", "b"], 3, np.random.default_rng(0))
