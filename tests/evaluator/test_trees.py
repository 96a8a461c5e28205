import math

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from tabsynth.evaluator.features import Encoder, Feature
from tabsynth.evaluator.trees import classifier, one_thread, regressor

ENCODER = Encoder((Feature("x", 0, "number", {}),))
SIDES = np.repeat([0.0, 1.0], 30)
MATRIX = SIDES[:, None]


def num_openmp_threads() -> set[int]:
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "openmp"}


@pytest.mark.parametrize(("num_rounds", "step"), [(1, 0.5), (2, 0.95)])
def test_a_regressor_goes_a_tenth_of_what_is_left_in_every_round(num_rounds: int, step: float) -> None:
    # Group means 10 and 20 lie 5 from the overall mean: 5 * (1 - .9**rounds).
    model = regressor(MATRIX, 10 + 10 * SIDES, ENCODER, num_rounds)
    assert model.predict([[0.0], [1.0]]) == pytest.approx([15 - step, 15 + step])


def test_one_round_of_a_classifier_is_as_solved_by_hand() -> None:
    # From even odds, gradient 1/2 over Hessian 1/4 is 2; a tenth of it is .2 in log odds.
    model = classifier(MATRIX, SIDES == 1, ENCODER, 1)
    assert model.decision_function([[0.0], [1.0]]) == pytest.approx([-0.2, 0.2])
    assert model.predict_proba([[1.0]])[0, 1] == pytest.approx(1 / (1 + math.exp(-0.2)))


def test_codes_have_no_order() -> None:
    # 15 rows a code are too few for a leaf: only a split of sets, {0, 2} from {1, 3}, finds what numbers cannot.
    codes = np.repeat([0.0, 1.0, 2.0, 3.0], 15)
    encoder = Encoder((Feature("x", 0, "label", {"a": 0, "b": 1, "c": 2, "d": 3}),))
    unordered, ordered = (regressor(codes[:, None], 30 * (codes % 2), plan, 1) for plan in (encoder, ENCODER))
    assert unordered.predict([[0.0], [1.0], [2.0], [3.0]]) == pytest.approx([13.5, 16.5, 13.5, 16.5])
    assert ordered.predict([[0.0], [1.0], [2.0], [3.0]]) == pytest.approx([15.0] * 4)


def test_two_fits_predict_exactly_the_same() -> None:
    rng = np.random.default_rng(0)
    matrix, truth = rng.normal(size=(300, 1)), rng.integers(0, 2, 300)
    first, second = (classifier(matrix, truth, ENCODER, 20).decision_function(matrix) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_a_feature_without_any_value_decides_nothing_and_does_not_fail() -> None:
    encoder = Encoder((Feature("x", 0, "number", {}), Feature("empty", 1, "number", {})))
    matrix = np.column_stack([SIDES, np.full(60, np.nan)])
    assert regressor(matrix, 10 + 10 * SIDES, encoder, 1).predict(matrix)[[0, -1]] == pytest.approx([14.5, 15.5])


def test_inside_there_is_one_thread_and_afterwards_as_many_as_before() -> None:
    with threadpool_limits(2):
        assert num_openmp_threads() == {2}
        with one_thread():
            assert num_openmp_threads() == {1}
        assert num_openmp_threads() == {2}
