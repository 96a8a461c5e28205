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


class Directions:
    """Reads the number that a text begins with as the seed of a direction, and "far" as the opposite half of space."""

    name = "directions"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float64]:
        vectors = []
        for text in texts:
            vector = np.random.default_rng(int(text.split()[0])).normal(size=8)
            vectors.append(vector + (-9 if "far" in text else 9) * np.eye(8)[0])
        found = np.array(vectors)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def topics(rows: int, seed: int, where: str = "near") -> list[str]:
    return [f"{seed * 10_000 + k} is the topic of this {where} sentence today" for k in range(rows)]


def score(training: list[str], holdout: list[str], synthetic: list[str], embedder: Embedder | None) -> Score:
    frames = [pd.DataFrame({"text": side}) for side in (training, holdout, synthetic)]
    schema, seeds = read_kinds(frames[0]), Seeds(0)
    sides = [read_side(frame, schema, seeds, what="it") for frame in frames]
    return text_semantic_score(Sides(*sides, schema, None, seeds), embedder)


def test_fresh_texts_score_as_the_holdout_does() -> None:
    found = score(topics(300, 1), topics(300, 2), topics(300, 3), Directions())
    assert found.value is not None and found.reference is not None
    assert found.value > 7 and found.reference > 6
    assert found.low is not None and found.high is not None and found.low < found.value < found.high
    assert "directions" in found.note


def test_copies_lie_too_close_to_training() -> None:
    found = score(topics(300, 1), topics(300, 2), topics(300, 1), Directions())
    # Every copy is nearer to a training text than those are to each other, and as far from the holdout as training is.
    assert found.value is not None and found.value == pytest.approx(10 * exp(-1), abs=0.6)


def test_other_topics_lie_too_far_from_the_holdout() -> None:
    found = score(topics(300, 1), topics(300, 2), topics(300, 3, "far"), Directions())
    assert found.value == pytest.approx(10 * exp(-1), abs=1e-6)


@pytest.mark.parametrize(("rows", "embedder"), [(300, None), (60, Directions())])
def test_without_a_model_or_enough_texts_there_is_a_note(rows: int, embedder: Embedder | None) -> None:
    found = score(topics(rows, 1), topics(rows, 2), topics(rows, 3), embedder)
    assert found.value is None and found.note
