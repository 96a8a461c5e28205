import numpy as np
import pytest

from tabsynth.privacy.dp.histograms import Noise
from tabsynth.privacy.dp.keys import from_keys, octave_edges, to_keys
from tabsynth.privacy.dp.partition import Cells, learn_partition


def learn(numbers: np.ndarray, scale: float = 5.0) -> Cells:
    noises = [Noise(scale, 1e-6, np.random.default_rng(seed)) for seed in range(4)]
    return learn_partition(
        to_keys(numbers), octave_edges(-20, 62), lambda first, end: (end - first).astype(np.float64), noises
    )


def test_a_wide_range_is_divided_where_the_numbers_are() -> None:
    cells = learn(np.random.default_rng(0).lognormal(7, 1, 20_000))
    assert len(cells.first) > 30
    assert cells.counts.sum() == pytest.approx(20_000, rel=0.03)
    low, high = from_keys(cells.first)[0], from_keys(cells.end)[-1]
    assert 20 < low < 200 and 8_000 < high < 120_000


def test_a_narrow_range_far_from_zero_is_found() -> None:
    cells = learn(np.random.default_rng(0).uniform(1_600_000_000, 1_600_001_000, 20_000))
    assert from_keys(cells.first)[0] > 1_599_900_000 and from_keys(cells.end)[-1] < 1_600_100_000


def test_one_number_of_great_size_does_not_widen_the_range() -> None:
    cells = learn(np.append(np.random.default_rng(0).uniform(1, 2, 5_000), 1e30))
    assert from_keys(cells.end)[-1] <= 2


def test_cells_do_not_overlap() -> None:
    cells = learn(np.random.default_rng(0).normal(0, 100, 20_000))
    assert (cells.end[:-1] <= cells.first[1:]).all() and (cells.first < cells.end).all()


def test_noise_alone_leaves_nothing() -> None:
    assert len(learn(np.array([3.0] * 5)).first) == 0
    assert len(learn(np.array([])).first) == 0
