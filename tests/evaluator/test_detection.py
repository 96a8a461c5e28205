import numpy as np
import pytest

from tabsynth.evaluator.detection import roc_auc


def test_roc_auc_is_as_solved_by_hand() -> None:
    # Of the four pairs positive over negative, two are won, one is tied and one is lost.
    assert roc_auc(np.array([True, True, False, False]), np.array([3.0, 1.0, 1.0, 2.0])) == pytest.approx(2.5 / 4)


def test_roc_auc_of_one_class_does_not_exist() -> None:
    assert np.isnan(roc_auc(np.array([True, True]), np.array([0.0, 1.0])))
