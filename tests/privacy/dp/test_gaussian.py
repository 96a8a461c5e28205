import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.gaussian import gaussian_delta, gaussian_noise, query_noise


def test_delta_at_epsilon_zero_is_the_total_variation_of_two_normals() -> None:
    # Two unit normals one apart differ by 2 Φ(1/2) - 1 = .3829.
    assert gaussian_delta(1.0, 0.0) == pytest.approx(0.38292, abs=1e-5)


@given(epsilon=st.floats(0.01, 50), delta=st.floats(1e-12, 1e-2))
def test_the_noise_keeps_the_promise_and_hardly_more(epsilon: float, delta: float) -> None:
    noise = gaussian_noise(epsilon, delta)
    assert gaussian_delta(noise, epsilon) <= delta
    assert gaussian_delta(0.99 * noise, epsilon) > delta


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 1e-5), (-1.0, 1e-5), (1.0, 0.0), (1.0, 1.0), (math.inf, 1e-5)])
def test_an_empty_promise_is_an_error(epsilon: float, delta: float) -> None:
    with pytest.raises(ConfigError):
        gaussian_noise(epsilon, delta)


def test_four_queries_of_a_quarter_each_are_twice_as_noisy_as_one() -> None:
    assert query_noise(3.0, 0.25) == 6.0
    # Their inverse variances sum to that of the joint step.
    assert 4 / query_noise(3.0, 0.25) ** 2 == pytest.approx(1 / 3.0**2)
