import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.dp.shares import allot


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda w: sum(w) > 0), st.integers(1, 500))
def test_every_row_gets_a_cell_that_has_weight(weights: list[float], rows: int) -> None:
    cells = allot(weights, rows, np.random.default_rng(0))
    assert len(cells) == rows
    assert all(weights[cell] > 0 for cell in cells)
    if rows >= sum(weight > 0 for weight in weights):
        assert set(cells) == {at for at, weight in enumerate(weights) if weight > 0}


def test_shares_are_exact() -> None:
    assert np.bincount(allot([50, 30, 20], 1_000, np.random.default_rng(0))).tolist() == [500, 300, 200]


def test_a_tiny_share_gets_one_row_and_the_order_is_random() -> None:
    cells = allot([1_000_000, 1], 100, np.random.default_rng(0))
    assert (cells == 1).sum() == 1
    assert cells.tolist() != allot([1_000_000, 1], 100, np.random.default_rng(3)).tolist()
