import pytest
from pydantic import ValidationError

from tabsynth.evaluator.drawing import DistanceCurve, Measure, SequenceResult


def test_a_drawing_survives_json() -> None:
    found = SequenceResult(
        groups=(3, 1, 2), lengths=None, measures=(Measure(name="rows", training=2.0, holdout=None, synthetic=1.5),)
    )
    assert SequenceResult.model_validate_json(found.model_dump_json()) == found


def test_a_curve_is_of_known_tables() -> None:
    with pytest.raises(ValidationError):
        DistanceCurve(of="closest", pair="synthetic to reference", distances=())  # type: ignore[arg-type]
