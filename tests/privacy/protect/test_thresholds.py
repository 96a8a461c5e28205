"""Thresholds are drawn between five and seven."""

from tabsynth.privacy.protect.thresholds import Thresholds
from tabsynth.seeds import Seeds


def test_every_threshold_is_five_six_or_seven_and_each_occurs() -> None:
    drawn = [Thresholds.draw(f"column {number}", Seeds(0)) for number in range(60)]
    assert {some.value for some in drawn} == {some.low for some in drawn} == {some.high for some in drawn} == {5, 6, 7}


def test_the_same_seed_draws_the_same_for_a_column_whatever_others_there_are() -> None:
    assert Thresholds.draw("age", Seeds(3)) == Thresholds.draw("age", Seeds(3))
    assert len({Thresholds.draw("age", Seeds(seed)) for seed in range(30)}) > 5
