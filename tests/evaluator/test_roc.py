import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.roc import fold_aucs, roc_auc, weighted_aucs

ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=30)


def test_roc_auc_is_as_solved_by_hand() -> None:
    # Of the four pairs positive over negative, two are won, one is tied and one is lost.
    assert roc_auc(np.array([True, True, False, False]), np.array([3.0, 1.0, 1.0, 2.0])) == pytest.approx(2.5 / 4)


def test_roc_auc_of_one_class_does_not_exist() -> None:
    assert np.isnan(roc_auc(np.array([True, True]), np.array([0.0, 1.0])))
    assert np.isnan(weighted_aucs(np.array([True, False]), np.array([0.0, 1.0]), np.array([[1.0, 0.0]])))[0]


@given(ROWS)
def test_a_whole_weight_is_so_many_equal_rows(rows: list[tuple[bool, int, int]]) -> None:
    positive, scores, weights = (np.array(column) for column in zip(*rows, strict=True))
    repeated = roc_auc(np.repeat(positive, weights), np.repeat(scores, weights).astype("float64"))
    (weighted,) = weighted_aucs(positive, scores.astype("float64"), weights[None].astype("float64"))
    assert weighted == pytest.approx(repeated, nan_ok=True)


def test_only_pairs_within_a_fold_count() -> None:
    # Fold 0 wins its pair, fold 1 loses one of two; across folds all pairs are lost.
    positive = np.array([True, False, True, False, False])
    scores = np.array([-8.0, -9.0, 1.0, 0.0, 2.0])
    folds = np.array([0, 0, 1, 1, 1])
    assert fold_aucs(positive, scores, np.ones((1, 5)), folds) == pytest.approx([2 / 3])


def test_folds_with_one_class_only_have_no_area() -> None:
    found = fold_aucs(np.array([True, False]), np.zeros(2), np.ones((1, 2)), np.array([0, 1]))
    assert np.isnan(found).all()
