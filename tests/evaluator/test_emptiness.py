from collections.abc import Callable

import pandas as pd
import pytest

from tabsynth.evaluator.emptiness import SCORES
from tabsynth.evaluator.evaluator import evaluate
from tabsynth.evaluator.result import Evaluation

People = Callable[[int, int], pd.DataFrame]


@pytest.mark.parametrize("place", range(3))
def test_a_table_without_rows_has_every_score_and_no_value(people: People, place: int) -> None:
    tables = [people(40, seed) for seed in (1, 2, 3)]
    tables[place] = tables[place].head(0)
    found = evaluate(*tables, target="bought")
    assert set(found.scores) == set(SCORES)
    assert all(score.value is None and "has no rows" in score.note for score in found.scores.values())
    assert [column.score for column in found.columns] == [None] * 6
    assert found.privacy_light == found.verdict.light == "amber"
    assert found.coverage.known_scores == 0
    assert Evaluation.from_json(found.to_json()) == found


def test_the_scores_are_those_of_any_evaluation(people: People) -> None:
    assert set(evaluate(people(60, 1), people(60, 2), people(60, 3)).scores) == set(SCORES)
