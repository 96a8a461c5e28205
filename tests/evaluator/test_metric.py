import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.metric import class_recalls, goodness, macro_f1, r_squared
from tabsynth.evaluator.target import Target

ONCE = np.ones((1, 5))
TRUTH, GUESS = np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 0, 3])


def test_macro_f1_is_as_solved_by_hand() -> None:
    # Class 0: 2 hits of 2, 3 guesses: 4/5. Class 1: 1 hit of 2, 1 guess: 2/3. Class 2 is never predicted: 0.
    assert macro_f1(TRUTH, GUESS, 3, ONCE) == pytest.approx([(4 / 5 + 2 / 3 + 0) / 3])


def test_a_class_that_is_not_drawn_does_not_count() -> None:
    assert macro_f1(TRUTH, GUESS, 3, np.array([[1.0, 1, 1, 0, 0]])) == pytest.approx([1.0])


def test_r_squared_is_as_solved_by_hand() -> None:
    # Around the mean 2 the squares are 1, 0, 1; the errors are 0, 1, 0. Of the first two rows 1/4, 1/4 and 0, 1.
    truth, guess = np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 3.0])
    found = r_squared(truth, guess, np.array([[1.0, 1, 1], [1, 1, 0]]))
    assert found == pytest.approx([1 - 1 / 2, 1 - 1 / 0.5])


def test_r_squared_does_not_exist_where_nothing_varies_and_does_far_from_zero() -> None:
    assert np.isnan(r_squared(np.array([2.0, 2.0]), np.array([1.0, 3.0]), np.ones((1, 2))))[0]
    far = 1e9 + np.arange(5.0)
    assert r_squared(far, far, ONCE) == pytest.approx([1.0])


@given(st.lists(st.integers(0, 3), min_size=5, max_size=5), st.integers(0, 2))
def test_a_whole_weight_is_so_many_equal_rows(weights: list[int], kind: int) -> None:
    target = Target("y", {"a": 0, "b": 1, "c": 2} if kind == 2 else {"a": 0, "b": 1} if kind else {})
    truth = np.array([0.0, 1.0, 1.0, 0.0, 1.0 + (kind != 1)])
    guess = np.array([0.0, 1.0, 0.0, 1.0, 0.0 + (kind == 2)])
    times = np.array(weights)
    if not times.any():
        return
    (weighted,) = goodness(target, truth, guess, times[None].astype("float64"))
    repeated = goodness(target, np.repeat(truth, times), np.repeat(guess, times), np.ones((1, times.sum())))
    assert weighted == pytest.approx(repeated[0], nan_ok=True)


def test_the_recall_of_a_class_is_the_share_of_it_that_is_recognised() -> None:
    assert class_recalls(TRUTH, GUESS, np.array([1, 2, 3])).tolist() == [0.5, 0.0]
