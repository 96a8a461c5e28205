import pytest
from pydantic import ValidationError

from tabsynth.evaluator.score import Score


def test_a_score_is_frozen_and_knows_its_fields() -> None:
    score = Score(value=None, note="no rows")
    with pytest.raises(ValidationError):
        score.value = 1.0  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Score(value=1.0, hight=2.0)  # type: ignore[call-arg]


def test_what_is_wrong_in_a_score_is_not_quoted() -> None:
    with pytest.raises(ValidationError) as found:
        Score(value="secret cell")  # type: ignore[arg-type]
    assert "secret cell" not in str(found.value)


def test_no_number_is_written_as_null() -> None:
    assert '"value":null' in Score(value=float("nan")).model_dump_json()
