import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.evaluator.text_detection import text_detection_score
from tabsynth.seeds import Seeds

ORDER = ["the", "dress", "is", "lovely", "and", "it", "fits", "me", "well", "today"]


def reviews(rows: int, seed: int) -> list[str]:
    """Sentences whose words follow each other: two neighbours of ORDER are never parted."""
    rng = np.random.default_rng(seed)
    return [" ".join(f"{ORDER[k]} {ORDER[(k + 1) % 10]}" for k in rng.integers(0, 10, 12)) + "." for _ in range(rows)]


def score(frames: list[pd.DataFrame], group_by: str | None = None) -> Score:
    schema, seeds = with_keys(read_kinds(frames[0]), group_by, None, None), Seeds(0)
    return text_detection_score(
        Sides(*[read_side(one, schema, seeds, what="it", group_by=group_by) for one in frames], schema, None, seeds)
    )


def tables(*sides: list[str]) -> list[pd.DataFrame]:
    return [pd.DataFrame({"review": side}) for side in sides]


def test_fresh_texts_are_not_told_apart_and_shuffled_words_are() -> None:
    found = score(tables(reviews(400, 1), reviews(400, 2), reviews(400, 3)))
    assert found.value == pytest.approx(0.5, abs=0.06)
    assert found.reference == pytest.approx(0.5, abs=0.06)
    assert found.floor is not None and found.floor > 0.95
    assert found.value is not None and found.low is not None and found.high is not None
    assert found.low < found.value < found.high


def test_another_way_of_writing_is_told_apart() -> None:
    fake = [text.upper().rstrip(".") for text in reviews(200, 3)]
    found = score(tables(reviews(200, 1), reviews(200, 2), fake))
    assert found.value is not None and found.value > 0.95


def test_a_copy_is_told_apart_worse_than_by_guessing() -> None:
    found = score(tables(reviews(300, 1), reviews(300, 2), reviews(300, 1)))
    assert found.value is not None and found.value < 0.2
    assert found.reference == pytest.approx(0.5, abs=0.07)


def test_the_worst_of_several_columns_is_scored() -> None:
    frames = [
        frame.assign(other=reviews(200, k + 7)) for k, frame in enumerate(tables(*[reviews(200, k) for k in range(3)]))
    ]
    frames[2]["review"] = frames[2]["review"].str.upper()
    assert "review" in score(frames).note


def test_groups_with_a_language_of_their_own_are_not_cut_by_folds() -> None:
    def visits(seed: int) -> pd.DataFrame:
        texts = [f"{text} mark{seed * 1000 + k // 10}" for k, text in enumerate(reviews(400, seed))]
        return pd.DataFrame({"key": np.arange(400) // 10, "review": texts})

    found = score([visits(1), visits(2), visits(3)], "key")
    assert found.value == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    "fake",
    [["..."] * 100, [""] * 100, ["😀😀"] * 100, ["x" * 10_000] * 100, ["same words in every row of it"] * 100, ["one"]],
)
def test_degenerate_texts_get_no_perfect_score(fake: list[str]) -> None:
    found = score(tables(reviews(100, 1), reviews(100, 2), fake))
    assert found.note
    assert found.value is None or found.value > 0.9


def test_without_texts_there_is_no_score() -> None:
    found = score([pd.DataFrame({"x": np.arange(30) % 7})] * 3)
    assert found.value is None and "no text column" in found.note
