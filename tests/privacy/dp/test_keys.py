import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.dp.keys import from_keys, octave_edges, to_keys

numbers = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1)


@given(numbers)
def test_keys_come_back_and_keep_the_order(some: list[float]) -> None:
    keys = to_keys(np.array(some))
    assert from_keys(keys).tolist() == some
    assert np.array_equal(np.sort(keys), to_keys(np.sort(some)))


def test_zero_is_key_zero_and_infinity_is_the_greatest_number() -> None:
    assert to_keys(np.array([0.0, -0.0])).tolist() == [0, 0]
    assert np.isfinite(from_keys(to_keys(np.array([np.inf, -np.inf])))).all()


@pytest.mark.parametrize(
    ("number", "cell"),
    [(-1e300, 0), (-4, 0), (-3, 1), (-2, 1), (-1, 2), (0, 3), (1, 4), (2, 5), (3, 5), (4, 6), (1e300, 6)],
)
def test_octaves_hold_the_numbers_between_two_powers_of_two(number: float, cell: int) -> None:
    edges = octave_edges(0, 2)
    assert np.searchsorted(edges, to_keys(np.array([number])), side="right")[0] - 1 == cell
    assert len(edges) == 8
