from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.missingness import missing_similarity, missingness_score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def holes(text: str) -> np.ndarray:
    """Rows of `x` (missing) and `.`, separated by blanks."""
    return np.array([[cell == "x" for cell in row] for row in text.split()])


def sides(*frames: pd.DataFrame, schema: Schema | None = None) -> Sides:
    schema = schema or infer_schema(frames[0])
    return Sides(*(read_side(frame, schema, SEEDS, what="x") for frame in frames), schema, None, SEEDS)


def table(rows: int, seed: int, together: bool = True) -> pd.DataFrame:
    """Two numbers that are missing together in 3 of 10 rows, or each on its own, and a third that never is."""
    rng = np.random.default_rng(seed)
    gone = rng.random((rows, 2)) < 0.3
    frame = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.normal(size=rows), "c": rng.normal(size=rows)})
    return frame.assign(a=frame.a.mask(gone[:, 0]), b=frame.b.mask(gone[:, 0 if together else 1]))


def test_the_similarity_is_as_solved_by_hand() -> None:
    # Rates 2/4 and 2/4 against 1/4 and 2/4, never both on either side. With 1/4 added to each: (2/3 + 1) / 2.
    assert missing_similarity(holes("x. .x x. .x"), holes("x. .x .x ..")) == pytest.approx((2 / 3 + 1) / 2)
    # Rates (2/4, 2/4) on both sides; both missing in 2/4 and 0: (1 + (0 + 1/4) / (2/4 + 1/4)) / 2
    assert missing_similarity(holes("xx xx .. .."), holes("x. x. .x .x")) == pytest.approx((1 + 1 / 3) / 2)


def test_columns_without_missing_cells_do_not_dilute() -> None:
    real, fake = holes("x.... x.... ..... ....."), holes("..... ..... ..... .....")
    assert missing_similarity(real, fake) == pytest.approx((0 + 1 / 4) / (2 / 4 + 1 / 4))
    assert missing_similarity(real[:, 1:], fake[:, 1:]) is None


def test_all_missing_is_no_perfect_score_and_a_copy_is_one() -> None:
    real = np.random.default_rng(0).random((500, 4)) < 0.1
    assert (missing_similarity(real, np.ones((500, 4), dtype=bool)) or 1) < 0.2
    assert (missing_similarity(real, np.zeros((500, 4), dtype=bool)) or 1) < 0.05
    assert missing_similarity(real, real) == 1.0


def test_fresh_rows_score_high_and_cells_missing_apart_do_not() -> None:
    fresh = missingness_score(sides(table(1000, 1), table(800, 2), table(1000, 3)))
    apart = missingness_score(sides(table(1000, 1), table(800, 2), table(1000, 3, together=False)))
    assert fresh.value is not None and fresh.value > 0.85
    assert fresh.reference is not None and fresh.reference > 0.85
    assert fresh.low is not None and fresh.high is not None and fresh.low < fresh.value < fresh.high <= 1
    assert apart.value is not None and apart.value < 0.75 and apart.floor is not None
    # Shuffled columns lack cells apart as well.
    assert apart.floor == pytest.approx(apart.value, abs=0.1)
    assert fresh.n == 1000


def test_a_missing_column_counts_as_missing_cells() -> None:
    score = missingness_score(sides(table(300, 1), table(300, 2), table(300, 3).drop(columns="a")))
    assert score.value is not None and score.value < 0.85


def test_without_missing_cells_or_with_few_rows_there_is_a_reason() -> None:
    full = pd.DataFrame({"a": np.arange(50.0) * 1.5, "b": np.arange(50.0) ** 1.1})
    none = missingness_score(sides(full, full, full))
    assert none.value is None and none.note.startswith("no cell is missing")
    few = missingness_score(sides(table(100, 1), table(100, 2), table(4, 3)))
    assert few.value is None and few.note == "needs 10 rows a side"


def test_the_order_of_columns_does_not_matter(people: Callable[[int, int], pd.DataFrame], schema: Schema) -> None:
    frames = [people(100, seed) for seed in (1, 2, 3)]
    turned = Schema(columns=schema.columns[::-1])
    first, second = missingness_score(sides(*frames, schema=schema)), missingness_score(sides(*frames, schema=turned))
    assert (first.value, first.reference) == pytest.approx((second.value, second.reference), abs=1e-9)
