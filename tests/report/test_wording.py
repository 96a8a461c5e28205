import pytest

from tabsynth.evaluator.emptiness import SCORES
from tabsynth.report.glossary import FURTHER
from tabsynth.report.term import GROUPS, ScoreWording
from tabsynth.report.wording import BY_NAME, CARDS, placed, worded

PLACES = {"", "run", "columns", "pairs", "map", "tells", "texts", "sequences", "privacy"}


@pytest.mark.parametrize("card", [*CARDS, *FURTHER], ids=lambda card: card.name)
def test_a_score_that_is_missing_is_a_dash(card: ScoreWording) -> None:
    assert card.written(None) == "–"


def test_every_score_that_an_evaluation_has_is_explained() -> None:
    assert sorted(set(SCORES) - set(BY_NAME)) == []
    assert [name for name, card in BY_NAME.items() if not card.explanation.endswith(".") or not card.best] == []


def test_a_score_is_worded_once_and_shown_in_a_place_that_exists() -> None:
    assert len(BY_NAME) == len(CARDS) + len(FURTHER)
    assert {card.place for card in BY_NAME.values()} == PLACES
    assert {card.group for card in BY_NAME.values()} <= set(GROUPS)
    assert all(placed(place) for place in PLACES)


def test_a_score_without_a_wording_goes_by_its_name() -> None:
    assert (worded("score_of_tomorrow").title, worded("score_of_tomorrow").group) == ("Score of tomorrow", "Other")


@pytest.mark.parametrize("card", [*CARDS, *FURTHER], ids=lambda card: card.name)
def test_points_go_to_ten(card: ScoreWording) -> None:
    assert (card.top == 10.0) == (card.form == "points")
