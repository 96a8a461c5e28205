import copy
import pickle
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.secret import Secret

KEY = b"sixteen bytes at least"


def test_the_same_key_and_parts_give_the_same_number() -> None:
    assert Secret(KEY).number("name", "ana", 0) == Secret(KEY).number("name", "ana", 0)


def test_each_run_has_a_key_of_its_own() -> None:
    assert Secret().number("name", "ana") != Secret().number("name", "ana")


@given(st.lists(st.text(), min_size=1, max_size=3), st.lists(st.text(), min_size=1, max_size=3))
def test_parts_are_not_run_together(one: list[str], other: list[str]) -> None:
    assert (Secret(KEY).number(*one) == Secret(KEY).number(*other)) == (one == other)


def test_numbers_are_spread_evenly() -> None:
    counts = Counter(Secret(KEY).number("x", value) % 10 for value in range(5_000))
    assert all(400 < count < 600 for count in counts.values())  # 500 ± 4.7 standard deviations


def test_draws_start_anew_each_time() -> None:
    assert Secret(KEY).draws("a").random() == Secret(KEY).draws("a").random()


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Secret(b"short")


def test_a_secret_shows_nothing_and_cannot_be_stored() -> None:
    secret = Secret(KEY)
    assert repr(secret) == "Secret()"
    assert not hasattr(secret, "__dict__")
    for store in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="pickled or copied"):
            store(secret)
