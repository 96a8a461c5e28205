from collections.abc import Callable

import pandas as pd
import pytest

from tabsynth.evaluator.copies import Copies
from tabsynth.evaluator.intervals import Estimate
from tabsynth.evaluator.result import GenerationFacts
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.scorecard import (
    copies_score,
    detection_score,
    estimate_score,
    quality_scores,
    utility_scores,
    valid_score,
)
from tabsynth.evaluator.sides import Side, read_side
from tabsynth.evaluator.utility import Utility, missing_utility
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
Sides = Callable[..., tuple[Side, Side, Side]]


@pytest.fixture
def sides(people: Callable[[int, int], pd.DataFrame], schema: Schema) -> Sides:
    """Training, holdout and synthetic tables of made-up people, by rows and seed."""

    def read(*plans: tuple[int, int], columns: int = 6) -> tuple[Side, ...]:
        part = Schema(columns=schema.columns[:columns])
        return tuple(read_side(people(*plan)[part.names], part, SEEDS, what="x") for plan in plans)

    return read


def test_holdout_rows_in_the_place_of_synthetic_ones_reach_the_ceiling(sides: Sides) -> None:
    scores = quality_scores(*sides((200, 1), (200, 2), (200, 2)), SEEDS)
    for name in ("sqs", "distribution", "correlation", "deep_structure", "sqs_nss"):
        assert scores[name].value == scores[name].reference
    assert scores["sqs_skill"].value == 1.0
    assert scores["column_shapes"].value == 1.0


def test_shuffled_columns_are_the_floor_of_what_is_joint(sides: Sides) -> None:
    scores = quality_scores(*sides((300, 1), (200, 2), (250, 3)), SEEDS)
    for name in ("sqs", "correlation"):
        value, floor = scores[name].value, scores[name].floor
        assert value is not None and floor is not None and value > floor + 0.5
    assert scores["sqs"].n == 250
    assert "reference: 200 holdout rows; floor: 250 training rows" in scores["sqs"].note


def test_skill_is_the_way_from_the_floor_to_the_ceiling(sides: Sides) -> None:
    scores = quality_scores(*sides((200, 1), (200, 2), (200, 3)), SEEDS)
    value, high, low = scores["sqs"].value, scores["sqs"].reference, scores["sqs"].floor
    assert value is not None and high is not None and low is not None
    skill = scores["sqs_skill"]
    assert skill.value == pytest.approx((value - low) / (high - low))
    assert (skill.reference, skill.floor, skill.n) == (1.0, 0.0, 200)


def test_where_shuffling_changes_nothing_there_is_no_skill(sides: Sides) -> None:
    skill = quality_scores(*sides((100, 1), (100, 2), (100, 3), columns=1), SEEDS)["sqs_skill"]
    assert skill.value is None and skill.note.startswith("shuffled columns score as well")


def test_detection_stands_between_fresh_rows_and_shuffled_ones(sides: Sides) -> None:
    score, found = detection_score(*sides((200, 1), (200, 2), (200, 2)), SEEDS)
    assert score.value == score.reference == found.auc.value
    assert score.floor is not None and score.value is not None and score.floor > score.value + 0.2


def test_too_few_rows_have_no_detection_but_the_reason(sides: Sides) -> None:
    score, found = detection_score(*sides((40, 1), (40, 2), (5, 3)), SEEDS)
    assert score == Score(value=None, note="needs 25 rows a side, there are 5")
    assert found.importances == ()


def test_scores_of_a_target_carry_their_ceiling_and_floor() -> None:
    found = Utility("R2", Estimate(0.5, 0.4, 0.6, 99, "a"), Estimate(0.75), 0.25, Estimate(0.5))
    scores = utility_scores(found)
    assert scores["tstr"] == Score(value=0.5, low=0.4, high=0.6, reference=0.75, floor=0.25, n=99, note="a")
    assert scores["trtr"] == Score(value=0.75, floor=0.25)
    assert scores["tstr_ratio"] == Score(value=0.5, reference=1.0, floor=0.0)


def test_without_a_target_all_three_say_why() -> None:
    assert set(utility_scores(missing_utility("no target")).values()) == {Score(value=None, note="no target")}


def test_an_estimate_that_is_missing_has_neither_reference_nor_floor() -> None:
    assert estimate_score(Estimate(None, num_rows=3, note="why"), 1.0, 0.0) == Score(value=None, n=3, note="why")


def test_copies_are_compared_with_none() -> None:
    found = Copies(Estimate(0.02, 0.01, 0.03, 500, "n"), 0.2, 0.04, 0.02, 0.05)
    assert copies_score(found) == Score(value=0.02, low=0.01, high=0.03, reference=0.0, n=500, note="n")


def test_the_valid_share_has_the_interval_of_wilson() -> None:
    # 9 of 10: centre (.9 + z2/20) / (1 + z2/10), half z sqrt(.009 + z2/400) / (1 + z2/10) with z2 = 3.8415
    score = valid_score(GenerationFacts(num_rows=9, num_valid=9, num_invalid=1))
    assert (score.value, score.n) == (0.9, 10)
    assert (score.low, score.high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))


@pytest.mark.parametrize("facts", [None, GenerationFacts(num_rows=0, num_valid=0, num_invalid=0)])
def test_without_generated_records_the_valid_share_is_unknown(facts: GenerationFacts | None) -> None:
    assert valid_score(facts) == Score(value=None, note="how the rows were generated is not known")
