import numpy as np

from tabsynth.evaluator.attacks.kernels import log_density_ratio
from tabsynth.evaluator.attacks.space import Points


def plane(rows: np.ndarray) -> Points:
    return Points(rows, np.empty((len(rows), 0)), np.empty((len(rows), 0)), rows.shape[1])


def test_the_ratio_is_high_where_synthetic_rows_are_dense() -> None:
    rng = np.random.default_rng(0)
    real = rng.normal(0, 1, (300, 2))
    found = log_density_ratio(plane(real), plane(rng.normal([2, 0], 0.3, (300, 2))), np.arange(300), 0)
    assert found is not None
    inside = np.linalg.norm(real - [2, 0], axis=1) < 0.5
    assert found[inside].min() > 0 > np.median(found[~inside])


def test_two_samples_of_one_source_have_a_ratio_near_one() -> None:
    rng = np.random.default_rng(0)
    found = log_density_ratio(plane(rng.normal(size=(500, 2))), plane(rng.normal(size=(500, 2))), np.arange(500), 0)
    assert found is not None and abs(np.median(found)) < 0.1


def test_a_row_is_no_part_of_its_own_reference() -> None:
    # All rows are the synthetic ones: only leaving out a row from its own reference can make the ratio differ from 1.
    rng = np.random.default_rng(0)
    rows = plane(rng.normal(size=(60, 3)))
    found = log_density_ratio(rows, rows, np.arange(60), 0)
    assert found is not None and (found > 0).all()


def test_labels_count_as_well() -> None:
    codes = np.repeat([0.0, 1.0], 50)[:, None]
    real = Points(np.empty((100, 0)), codes, np.empty((100, 0)), 1)
    fake = Points(np.empty((100, 0)), np.zeros((100, 1)), np.empty((100, 0)), 1)
    found = log_density_ratio(real, fake, np.arange(100), 0)
    assert found is not None and found[:50].min() > found[50:].max()


def test_too_few_rows_or_equal_rows_have_no_ratio() -> None:
    few = plane(np.random.default_rng(0).random((5, 2)))
    assert log_density_ratio(few, few, np.arange(5), 0) is None
    same = plane(np.ones((50, 2)))
    assert log_density_ratio(same, same, np.arange(50), 0) is None
