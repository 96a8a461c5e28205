import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.errors import PrivacyError
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.secret import Secret
from tabsynth.privacy.pii.standins.ledger import Ledger, space_of

KEY = b"sixteen bytes at least"


def two_digits(draws: random.Random, attempt: int) -> str:
    return f"{draws.randrange(100):02d}"


@given(st.sets(st.integers(0, 99), max_size=50))
def test_no_value_stands_for_itself_for_a_real_one_or_for_two(real: set[int]) -> None:
    ledger = Ledger(Secret(KEY))
    keys = [f"{number:02d}" for number in sorted(real)]
    ledger.forbid("pin", keys)
    drawn = [ledger.stand_in("pin", key, two_digits) for key in keys]
    assert not set(drawn) & set(keys)
    assert len(set(drawn)) == len(drawn)


def test_a_stand_in_is_drawn_once() -> None:
    ledger = Ledger(Secret(KEY))
    assert len({ledger.stand_in("pin", "12", two_digits) for _ in range(5)}) == 1


def test_spaces_do_not_meet() -> None:
    ledger = Ledger(Secret(KEY))
    ledger.forbid("pin", ["12"])
    assert ledger.is_real("pin", "12")
    assert not ledger.is_real("zip", "12")


def test_where_no_value_is_free_the_run_stops_with_the_choices_and_without_a_value() -> None:
    ledger = Ledger(Secret(KEY))
    ledger.forbid("pin", [f"{number:02d}" for number in range(100)])
    with pytest.raises(PrivacyError, match="100 real values") as caught:
        ledger.stand_in("pin", "77", two_digits)
    assert "pii={column: 'keep'}" in str(caught.value)
    assert "77" not in str(caught.value)


def test_late_attempts_can_reach_wider() -> None:
    ledger = Ledger(Secret(KEY))
    ledger.forbid("pin", ["0"])
    assert ledger.stand_in("pin", "0", lambda draws, attempt: "0" if attempt < 20 else "wide") == "wide"


def test_a_stand_in_can_be_shared_where_values_are_shared_by_nature() -> None:
    ledger = Ledger(Secret(KEY))
    ledger.forbid("day", ["a", "b", "c"])
    assert {ledger.stand_in("day", key, lambda draws, attempt: "d", shared=True) for key in "abc"} == {"d"}


def test_names_of_persons_share_a_space() -> None:
    assert {space_of(entity) for entity in (Entity.NAME, Entity.FIRST_NAME, Entity.LAST_NAME)} == {"name"}
    assert space_of(Entity.EMAIL) == "email"
