import numpy as np

from tabsynth.evaluator.features import Encoder, Feature
from tabsynth.evaluator.out_of_fold import NUM_FOLDS, fold_of_rows, out_of_fold
from tabsynth.seeds import Seeds

ENCODER = Encoder((Feature("telling", 0, "number", {}), Feature("noise", 1, "number", {})))


def test_a_unit_is_in_one_fold_and_every_fold_holds_units_of_both_tables() -> None:
    units = [np.repeat(np.arange(10), 3), np.repeat(np.arange(15), 2)]
    folds = fold_of_rows(units, np.random.default_rng(0))
    assert len(folds) == 60
    for codes, part, each in ((units[0], folds[:30], 2), (units[1], folds[30:], 3)):
        fold_of_unit = [set(part[codes == code].tolist()) for code in np.unique(codes).tolist()]
        assert all(len(found) == 1 for found in fold_of_unit)
        assert np.bincount([found.pop() for found in fold_of_unit]).tolist() == [each] * NUM_FOLDS


def test_the_feature_that_tells_rows_apart_is_named_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    is_other = np.repeat([False, True], 100)
    matrix = np.column_stack([is_other + rng.normal(0, 0.1, 200), rng.normal(size=200)])
    folds = fold_of_rows([np.arange(100), np.arange(100)], rng)
    found = out_of_fold(matrix, is_other, folds, ENCODER, Seeds(0))
    assert found.scores[is_other].min() > found.scores[~is_other].max()
    assert found.drops[0] > 0.3 and abs(found.drops[1]) < 0.02
    assert not out_of_fold(matrix, is_other, folds, ENCODER, None).drops.any()


def test_a_model_never_sees_the_rows_that_it_scores() -> None:
    # Every row has a number of its own, which says everything about it to who has seen it.
    rng = np.random.default_rng(0)
    matrix, is_other = np.column_stack([rng.permutation(200.0 * np.arange(200)), np.zeros(200)]), rng.random(200) < 0.5
    folds = fold_of_rows([np.arange(200)], rng)
    scores = out_of_fold(matrix, is_other, folds, ENCODER, None).scores
    assert abs(np.corrcoef(scores, is_other)[0, 1]) < 0.2
