import numpy as np
import pytest

from tabsynth.evaluator.features import Encoder, Feature
from tabsynth.evaluator.learner import Guess, guess, recall_note
from tabsynth.evaluator.target import Target

ENCODER = Encoder((Feature("x", 0, "number", {}),))
NUMBERS, TWO, THREE = Target("y", {}), Target("y", {"a": 0, "b": 1}), Target("y", {"a": 0, "b": 1, "c": 2})
MATRIX = np.repeat([0.0, 1.0, 2.0], 40)[:, None]
HELD = np.array([[0.0], [1.0], [2.0]])


def test_of_two_classes_the_score_of_the_second_is_guessed() -> None:
    found = guess(TWO, ENCODER, MATRIX, (MATRIX[:, 0] > 0).astype("float64"), HELD)
    assert found.values[0] < 0.05 and (found.values[1:] > 0.95).all()
    assert found.classes.tolist() == [0, 1, 1]


def test_of_more_classes_the_code_is_guessed() -> None:
    found = guess(THREE, ENCODER, MATRIX, MATRIX[:, 0], HELD)
    assert found.values.tolist() == found.classes.tolist() == [0, 1, 2]


def test_of_numbers_the_number_is_guessed() -> None:
    found = guess(NUMBERS, ENCODER, MATRIX, 5 * MATRIX[:, 0], HELD)
    assert found.values == pytest.approx([0.0, 5.0, 10.0], abs=0.01)


@pytest.mark.parametrize(("target", "value"), [(NUMBERS, 7.5), (TWO, 0.0), (THREE, 2.0)])
def test_who_has_seen_one_value_only_guesses_it_always(target: Target, value: float) -> None:
    found = guess(target, ENCODER, MATRIX[:2], np.full(2, value), HELD)
    assert found.values.tolist() == [value] * 3
    assert found.classes.tolist() == [int(value) if target.classes else 0] * 3


def test_a_second_class_that_was_never_seen_scores_0() -> None:
    found = guess(TWO, ENCODER, MATRIX, np.where(MATRIX[:, 0] > 0, 2.0, 0.0), HELD)
    assert found.values.tolist() == [0.0] * 3


def test_the_recall_of_rare_classes_is_said_without_naming_them() -> None:
    # 1 row in 12 is of class 2, which the first model finds and the second does not.
    truth = np.repeat([0, 1, 2], [6, 5, 1])
    good, bad = Guess(truth.astype("float64"), truth), Guess(np.zeros(12), np.zeros(12, dtype=np.intp))
    note = recall_note(THREE, truth, [good], [bad, good])
    assert note == (
        "; balanced accuracy 1.00 (0.67 after training rows)"
        "; recall of 1 rare class (below 10% of rows) 1.00 (0.50 after training rows)"
    )


def test_numbers_and_models_that_do_not_exist_have_no_recall() -> None:
    assert recall_note(NUMBERS, np.zeros(3, dtype=np.intp), [], []) == recall_note(TWO, np.array([0, 1]), [], []) == ""
