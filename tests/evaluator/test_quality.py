from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.quality import quality_scores
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
People = Callable[[int, int], pd.DataFrame]
JOINT = ("sqs", "distribution", "correlation", "deep_structure")
ALL = {*JOINT, "text_structure", "sqs_skill", "sqs_nss", "column_shapes"}


@pytest.fixture
def sides(people: People, schema: Schema) -> Callable[..., Sides]:
    """Training, holdout and synthetic tables of made-up people, by rows and seed or as frames."""

    def read(*plans: tuple[int, int] | pd.DataFrame, columns: int = 6) -> Sides:
        part = Schema(columns=schema.columns[:columns])
        frames = [people(*plan) if isinstance(plan, tuple) else plan for plan in plans]
        every = [read_side(frame.reindex(columns=part.names), part, SEEDS, what="x") for frame in frames]
        return Sides(*every, part, None, SEEDS)

    return read


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: rng.permutation(table[name].to_numpy()) for name in table.columns})


def test_holdout_rows_in_the_place_of_synthetic_ones_reach_the_ceiling(sides: Callable[..., Sides]) -> None:
    scores = quality_scores(sides((200, 1), (200, 2), (200, 2)))
    assert set(scores) == ALL
    for name in (*JOINT, "sqs_nss"):
        assert scores[name].value == scores[name].reference
    assert scores["sqs_skill"].value == 1.0
    assert scores["column_shapes"].value == pytest.approx(1.0)


def test_every_score_stands_within_its_interval(sides: Callable[..., Sides]) -> None:
    scores = quality_scores(sides((300, 1), (250, 2), (300, 3)))
    for name in (*JOINT, "sqs_skill", "column_shapes"):
        score = scores[name]
        assert score.low is not None and score.high is not None and score.value is not None
        assert score.low < score.value < score.high or score.value == 10 == score.high
        assert score.reference is not None and score.floor is not None


def test_shuffled_columns_are_the_floor_of_what_is_joint(sides: Callable[..., Sides]) -> None:
    scores = quality_scores(sides((300, 1), (200, 2), (250, 3)))
    for name in ("sqs", "correlation", "deep_structure"):
        value, floor = scores[name].value, scores[name].floor
        assert value is not None and floor is not None and value > floor + 0.5
    assert scores["distribution"].floor == pytest.approx(10.0)
    assert scores["sqs"].n == 250
    assert "reference: 200 holdout rows; floor: 250 training rows" in scores["sqs"].note


def test_skill_is_the_way_from_the_floor_to_the_ceiling(sides: Callable[..., Sides]) -> None:
    scores = quality_scores(sides((200, 1), (200, 2), (200, 3)))
    value, high, low = scores["sqs"].value, scores["sqs"].reference, scores["sqs"].floor
    assert value is not None and high is not None and low is not None
    skill = scores["sqs_skill"]
    assert skill.value == pytest.approx((value - low) / (high - low))
    assert (skill.reference, skill.floor, skill.n) == (1.0, 0.0, 200)


def test_shuffled_columns_have_no_skill_and_a_copy_has_all(people: People, sides: Callable[..., Sides]) -> None:
    lost = quality_scores(sides((400, 1), (400, 2), shuffled(people(400, 3))))["sqs_skill"]
    assert lost.value is not None and lost.value <= 0.1 and (lost.high or 9) < 0.5
    copied = quality_scores(sides((400, 1), (400, 2), (400, 1)))
    assert (copied["sqs_skill"].value or 0) >= 1.0
    assert copied["sqs"].value == pytest.approx(10.0)
    assert "as copies would be" in copied["sqs_skill"].note and "copies" not in lost.note


def test_where_shuffling_changes_nothing_there_is_no_skill(sides: Callable[..., Sides]) -> None:
    skill = quality_scores(sides((100, 1), (100, 2), (100, 3), columns=1))["sqs_skill"]
    assert skill.value is None and skill.note.startswith("shuffled columns score as well")


@pytest.mark.parametrize("ruin", ["one repeated row", "nothing", "numbers for labels and labels for numbers"])
def test_garbage_is_no_good_table(people: People, sides: Callable[..., Sides], ruin: str) -> None:
    table = people(200, 3)
    if ruin == "one repeated row":
        table = table.iloc[[0] * 200].reset_index(drop=True)
    elif ruin == "nothing":
        table = pd.DataFrame(None, index=range(200), columns=table.columns, dtype=object)
    else:
        table = pd.DataFrame({name: ["x"] * 200 if table[name].dtype != object else range(200) for name in table})
    scores = quality_scores(sides((200, 1), (200, 2), table))
    for name in (*JOINT, "column_shapes"):
        assert scores[name].value is not None and scores[name].value < 6, name
    assert (scores["sqs_skill"].value or 9) < 0


def test_a_handful_of_rows_has_a_reason_instead_of_scores(sides: Callable[..., Sides]) -> None:
    scores = quality_scores(sides((40, 1), (40, 2), (9, 3)))
    assert set(scores) == ALL
    assert set(scores.values()) == {Score(value=None, n=9, note="needs 10 rows a side")}


def test_a_short_holdout_shortens_the_skill_but_not_the_score(sides: Callable[..., Sides]) -> None:
    scores = quality_scores(sides((200, 1), (60, 2), (200, 3)))
    assert (scores["sqs"].n, scores["sqs_skill"].n, scores["column_shapes"].n) == (200, 60, 60)


def test_an_interval_holds_what_other_rows_of_the_same_source_get(people: People, sides: Callable[..., Sides]) -> None:
    # Of thirty pairs of fresh tables the score of one lies in the interval of the other; 95 of 100 are promised.
    scores = [quality_scores(sides((150, 1), (150, 2), (150, seed))) for seed in range(3, 9)]
    for name in JOINT:
        inside = [
            (one[name].low or 0) <= (other[name].value or 0) <= (one[name].high or 0)
            for one in scores
            for other in scores
            if one is not other
        ]
        assert np.mean(inside) >= 0.85, name


def test_a_run_repeats_to_the_bit_and_neither_rows_nor_columns_have_an_order(
    people: People, sides: Callable[..., Sides], schema: Schema
) -> None:
    tables = [people(120, seed) for seed in (1, 2, 3)]
    turned = [table.iloc[::-1].reset_index(drop=True) for table in tables]
    found = quality_scores(sides(*tables))
    assert found == quality_scores(sides(*turned))
    other = Schema(columns=schema.columns[::-1])
    every = [read_side(table[other.names], other, SEEDS, what="x") for table in tables]
    again = quality_scores(Sides(*every, other, None, SEEDS))
    # The floor and the intervals rest on drawn rows.
    for name in (*JOINT, "column_shapes"):
        assert again[name].value == pytest.approx(found[name].value, abs=1e-9), name
        assert again[name].reference == pytest.approx(found[name].reference, abs=1e-9), name
