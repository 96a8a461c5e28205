"""Where the randomness of a private training comes from."""

import numpy as np

from tabsynth.trainer.private.randomness import Randomness


def first(randomness: Randomness, stream: str, step: int) -> list[float]:
    return randomness.of_step(stream, step).random(4).tolist()


def test_without_a_seed_no_two_trainings_are_alike() -> None:
    assert first(Randomness(), "noise", 0) != first(Randomness(), "noise", 0)


def test_a_test_can_fix_it() -> None:
    assert first(Randomness(3), "noise", 5) == first(Randomness(3), "noise", 5)


def test_steps_and_streams_are_apart() -> None:
    randomness = Randomness(3)
    draws = [first(randomness, stream, step) for stream in ("sampling", "noise") for step in range(50)]
    assert len(np.unique(np.array(draws))) == 4 * 100
