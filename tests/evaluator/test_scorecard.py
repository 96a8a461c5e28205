import pytest

from tabsynth.evaluator.intervals import Estimate
from tabsynth.evaluator.result import GenerationFacts
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.scorecard import estimate_score, utility_scores, valid_score
from tabsynth.evaluator.utility import Utility, missing_utility


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


def test_the_valid_share_has_the_interval_of_wilson() -> None:
    # 9 of 10: centre (.9 + z2/20) / (1 + z2/10), half z sqrt(.009 + z2/400) / (1 + z2/10) with z2 = 3.8415
    score = valid_score(GenerationFacts(num_rows=9, num_valid=9, num_invalid=1))
    assert (score.value, score.n) == (0.9, 10)
    assert (score.low, score.high) == (pytest.approx(0.5958, abs=1e-4), pytest.approx(0.9821, abs=1e-4))


@pytest.mark.parametrize("facts", [None, GenerationFacts(num_rows=0, num_valid=0, num_invalid=0)])
def test_without_generated_records_the_valid_share_is_unknown(facts: GenerationFacts | None) -> None:
    assert valid_score(facts) == Score(value=None, note="how the rows were generated is not known")
