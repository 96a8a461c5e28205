"""Near ranks get near rows."""

import numpy as np

from tabsynth.models.neighbours import rank_features


def test_rows_are_the_nearer_the_nearer_their_ranks_are() -> None:
    rows = rank_features(np.linspace(0, 1, 101), 4_000, np.random.default_rng(0))
    likeness = rows @ rows[0] / 4_000
    assert np.allclose(likeness[0], 1, atol=0.1)
    assert (np.diff(likeness[:20]) < 0).all()
    # Half-normal frequencies of standard deviation 6: E cos(6 |z| d) = exp(-18 d^2), a tenth apart exp(-.18).
    assert np.allclose(likeness[10], np.exp(-0.18), atol=0.05)


def test_the_numbers_of_a_row_have_mean_0_and_variance_1() -> None:
    rows = rank_features(np.array([0.3]), 20_000, np.random.default_rng(1))
    assert abs(rows.mean()) < 0.03 and abs(rows.var() - 1) < 0.03


def test_no_ranks_give_no_rows() -> None:
    assert rank_features(np.zeros(0), 8, np.random.default_rng(0)).shape == (0, 8)
