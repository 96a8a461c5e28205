from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.evaluator import evaluate
from tabsynth.report.wording import CARDS, FURTHER, ScoreWording
from tabsynth.schema.infer import infer_schema


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        ("points", 8.25, "8.2"),
        ("points", 10.0, "10.0"),
        ("share", 0.0125, "1.2%"),
        ("share", 1.0, "100.0%"),
        ("ratio", 0.5, "0.50"),
        ("ratio", -0.125, "-0.12"),
    ],
)
def test_a_value_is_written_in_the_form_of_its_score(form: Any, value: float, written: str) -> None:
    assert ScoreWording("x", "X", 1.0, form, "", "").written(value) == written


@pytest.mark.parametrize("card", [*CARDS, *FURTHER], ids=lambda card: card.name)
def test_a_score_that_is_missing_is_a_dash(card: ScoreWording) -> None:
    assert card.written(None) == "–"


def test_every_score_of_an_evaluation_is_shown_once_and_no_other() -> None:
    rng = np.random.default_rng(0)
    training, holdout, synthetic = (pd.DataFrame({"a": rng.normal(size=30), "b": rng.normal(size=30)}) for _ in "123")
    found = evaluate(training, holdout, synthetic, schema=infer_schema(training))
    assert sorted(card.name for card in (*CARDS, *FURTHER)) == sorted(found.scores)


def test_a_card_says_what_good_looks_like_and_what_it_means() -> None:
    assert [card.name for card in CARDS if not card.best or not card.explanation.endswith(".")] == []


@pytest.mark.parametrize("card", [*CARDS, *FURTHER], ids=lambda card: card.name)
def test_points_go_to_ten_and_everything_else_to_one(card: ScoreWording) -> None:
    assert card.top == (10.0 if card.form == "points" else 1.0)
