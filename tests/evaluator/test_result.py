from collections.abc import Callable

import pandas as pd
import pytest

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.evaluator import evaluate
from tabsynth.evaluator.result import FORMAT_VERSION, Evaluation
from tabsynth.schema.schema import Schema


@pytest.fixture(scope="module")
def found(people: Callable[[int, int], pd.DataFrame], schema: Schema) -> Evaluation:
    return evaluate(people(60, 1), people(60, 2), people(60, 3), schema=schema)


def test_an_evaluation_survives_json(found: Evaluation) -> None:
    assert Evaluation.from_json(found.to_json()) == found


def test_a_newer_format_is_refused(found: Evaluation) -> None:
    newer = found.model_copy(update={"format_version": FORMAT_VERSION + 1}).to_json()
    with pytest.raises(EvaluationError, match="Update tabsynth"):
        Evaluation.from_json(newer)


def test_text_that_is_no_evaluation_is_refused_without_quoting_it() -> None:
    with pytest.raises(EvaluationError) as caught:
        Evaluation.from_json('{"format_version": 1, "secret": 42}')
    assert "secret" not in str(caught.value)
