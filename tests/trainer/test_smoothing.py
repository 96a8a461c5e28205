"""Smoothing between neighbouring bins."""

import numpy as np
import pytest

from tabsynth.trainer.smoothing import MIN_RUN, Smoothing

RUNS = [(10, 73), (80, 90)]  # 64 bins, and too few
EVEN = np.ones(100, dtype=np.int64)


@pytest.fixture
def smoothing() -> Smoothing:
    return Smoothing.of(RUNS, EVEN, 400, 0.5)


def moved(smoothing: Smoothing, token: int, times: int = 4_000) -> np.ndarray:
    return smoothing.apply(np.full((times,), token), np.random.default_rng(0))


def test_the_spread_is_a_share_of_the_run_over_the_root_of_the_rows(smoothing: Smoothing) -> None:
    assert smoothing.spread[10] == smoothing.spread[73] == 64 * 0.5 / 20
    assert not smoothing.spread[[9, 74, 80, 90, 0, 99]].any()


def test_tokens_of_a_long_run_move_that_far_and_those_of_none_stay(smoothing: Smoothing) -> None:
    far = moved(smoothing, 40)
    assert (float(far.mean()), float(far.std())) == (pytest.approx(40, abs=0.1), pytest.approx(1.6, abs=0.15))
    for token in (0, 9, 74, 85, 99):
        assert set(moved(smoothing, token).tolist()) == {token}


def test_tokens_stay_inside_their_run(smoothing: Smoothing) -> None:
    assert moved(smoothing, 10).min() == 10
    assert moved(smoothing, 73).max() == 73


def test_runs_shorter_than_the_least_are_left_alone() -> None:
    for length, moves in ((MIN_RUN - 1, False), (MIN_RUN, True)):
        assert Smoothing.of([(5, 4 + length)], EVEN, 100, 0.5).spread.any() == moves


@pytest.mark.parametrize(("rows", "moves"), [(1_024, True), (1_025, False), (10**8, False)])
def test_many_rows_are_left_alone(rows: int, moves: bool) -> None:
    # 64 * 0.5 / sqrt(1,024) is one token, the least that smooths.
    assert Smoothing.of(RUNS, EVEN, rows, 0.5).spread.any() == moves


def test_without_bandwidth_nothing_moves() -> None:
    tokens = np.arange(100)
    still = Smoothing.of(RUNS, EVEN, 400, 0.0)
    assert still.apply(tokens, np.random.default_rng(0)).tolist() == tokens.tolist()


def test_a_value_far_more_frequent_than_its_run_stays_and_the_others_move() -> None:
    counts = EVEN.copy()
    counts[40] = 100  # of 163 in 64 bins: the mean is 2.5
    heaped = Smoothing.of(RUNS, counts, 400, 0.5)
    assert set(moved(heaped, 40).tolist()) == {40}
    assert len(set(moved(heaped, 41).tolist())) > 1


def test_the_same_stream_moves_alike(smoothing: Smoothing) -> None:
    tokens = np.arange(100)
    first, again, other = (smoothing.apply(tokens, np.random.default_rng(seed)).tolist() for seed in (1, 1, 2))
    assert first == again != other
