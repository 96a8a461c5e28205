from itertools import pairwise

import numpy as np
import pytest

from tabsynth.privacy.dp.grids import DECIMAL_GRIDS, date_grids, learn_grid
from tabsynth.privacy.dp.histograms import Noise


def noise(scale: float = 2.0) -> Noise:
    return Noise(scale, 1e-6, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("per_second", "grids"), [(1, (1, 60, 3_600, 86_400)), (1_000, (1, 1_000, 60_000, 3_600_000, 86_400_000))]
)
def test_each_grid_of_a_clock_divides_the_next(per_second: int, grids: tuple[int, ...]) -> None:
    assert date_grids(per_second) == grids
    finest = date_grids(10**9)
    assert all(coarse % fine == 0 for fine, coarse in pairwise(finest))


def test_whole_hundreds_are_found_though_a_few_are_off() -> None:
    ticks = np.concatenate([np.arange(1, 1_000) * 100, [7, 13]])
    assert learn_grid(ticks, DECIMAL_GRIDS, noise()) == 100


def test_numbers_of_all_kinds_have_no_grid() -> None:
    assert learn_grid(np.arange(1, 1_000), DECIMAL_GRIDS, noise()) == 1


def test_hardly_any_numbers_have_no_grid() -> None:
    assert learn_grid(np.array([1_000]), DECIMAL_GRIDS, noise(50.0)) == 1
