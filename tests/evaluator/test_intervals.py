import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.intervals import bootstrap, wilson


def test_wilson_interval_matches_the_published_example() -> None:
    # Newcombe 1998, Table I: 81 of 263 gives .2553 to .3662
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_rate(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts)
    assert 0 <= low <= counts[0] / counts[1] + 1e-12 and counts[0] / counts[1] - 1e-12 <= high <= 1


def test_bootstrap_of_a_constant_has_no_width() -> None:
    assert bootstrap(lambda rows: 3.0, 10, np.random.default_rng(0)) == (3.0, 3.0)


def test_bootstrap_without_any_value_has_no_interval() -> None:
    assert bootstrap(lambda rows: float("nan"), 10, np.random.default_rng(0)) == (None, None)
