"""A slot is a value."""

import dataclasses

import pytest

from tabsynth.codec.slot import Slot


def test_slots_of_the_same_place_are_equal_and_frozen() -> None:
    slot = Slot("age", 10, 2)
    assert slot == Slot("age", 10, 2) != Slot("age", 10, 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        slot.size = 3  # type: ignore[misc]
