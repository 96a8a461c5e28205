from collections.abc import Sequence
from math import exp

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tabsynth.evaluator.kinds import read_kinds
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.evaluator.text_semantic import Embedder, text_semantic_score
from tabsynth.seeds import Seeds


class Angles:
    """Reads the first number of a text as an angle in degrees."""

    name = "angles"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        angles = np.radians([float(text.split()[0]) for text in texts])
        return np.column_stack([np.cos(angles), np.sin(angles)])


def topics(rows: int, seed: int, low: float = 0, high: float = 90) -> list[str]:
    angles = np.random.default_rng(seed).uniform(low, high, rows)
    return [f"{angle:.9f} degrees is what this sentence is about" for angle in angles]


def score(training: list[str], holdout: list[str], synthetic: list[str], embedder: Embedder | None) -> Score:
    frames = [pd.DataFrame({"text": side}) for side in (training, holdout, synthetic)]
    schema, seeds = read_kinds(frames[0]), Seeds(0)
    sides = [read_side(frame, schema, seeds, what="it") for frame in frames]
    return text_semantic_score(Sides(*sides, schema, None, seeds), embedder)


def test_fresh_texts_score_as_the_holdout_does() -> None:
    found = score(topics(300, 1), topics(300, 2), topics(300, 3), Angles())
    assert found.value is not None and found.reference is not None
    assert found.value > 7 and found.reference > 6
    assert found.low is not None and found.high is not None and found.low < found.value < found.high
    assert "angles" in found.note


def test_copies_lie_too_close_to_training() -> None:
    found = score(topics(300, 1), topics(300, 2), topics(300, 1), Angles())
    # Every copy is nearer to a training text than those are to each other, and as far from the holdout as training is.
    assert found.value is not None and found.value == pytest.approx(10 * exp(-1), abs=1.5)


def test_other_topics_lie_too_far_from_the_holdout() -> None:
    found = score(topics(300, 1), topics(300, 2), topics(300, 3, 180, 270), Angles())
    assert found.value == pytest.approx(10 * exp(-1), abs=1e-6)


@pytest.mark.parametrize(("rows", "embedder"), [(300, None), (60, Angles())])
def test_without_a_model_or_enough_texts_there_is_a_note(rows: int, embedder: Embedder | None) -> None:
    found = score(topics(rows, 1), topics(rows, 2), topics(rows, 3), embedder)
    assert found.value is None and found.note
