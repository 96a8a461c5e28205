"""The metadata survives JSON and refuses what it does not know."""

import json

import pytest
from pydantic import ValidationError

from tabsynth.artifact.metadata import TokenStatistics, TrainingMetadata


def test_metadata_survive_json(metadata: TrainingMetadata) -> None:
    assert TrainingMetadata.model_validate_json(metadata.model_dump_json(indent=2)) == metadata


def test_the_longest_example_is_the_first_statistic() -> None:
    assert next(iter(TokenStatistics.model_fields)) == "max_tokens_per_example"
    assert next(iter(TrainingMetadata.model_fields)) == "format_version"


def test_unknown_keys_and_wrong_types_are_refused_without_quoting_them(metadata: TrainingMetadata) -> None:
    for place, value in (("more", "secret"), ("num_training_rows", "secret"), ("prompt_ids", ["secret"])):
        text = json.dumps(json.loads(metadata.model_dump_json()) | {place: value})
        with pytest.raises(ValidationError) as caught:
            TrainingMetadata.model_validate_json(text)
        assert "secret" not in str(caught.value)


def test_metadata_are_frozen(metadata: TrainingMetadata) -> None:
    with pytest.raises(ValidationError):
        metadata.num_training_rows = 3  # type: ignore[misc]
