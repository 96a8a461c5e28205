"""What a generation cost."""

import pytest
from pydantic import ValidationError

from tabsynth.generator.summary import GenerationSummary


@pytest.fixture
def summary() -> GenerationSummary:
    return GenerationSummary(
        num_rows=80,
        num_valid=90,
        rejected={"truncated": 20, "wrong_slot": 10},
        schedule="batch",
        engine="scripted",
        cap_tokens=4,
        prompts=120,
        prompt_tokens=120,
        decoded_tokens=400,
        delivered_tokens=240,
        rejected_tokens=100,
        surplus_tokens=30,
        structural_tokens=30,
        probe_records_per_prompt=0.7,
        seconds=1.5,
    )


def test_shares_are_over_all_records_that_the_model_wrote(summary: GenerationSummary) -> None:
    assert summary.num_rejected == 30
    assert summary.valid_record_fraction == 90 / 120
    assert summary.tokens_per_row == 5


def test_a_summary_survives_json_and_refuses_unknown_entries(summary: GenerationSummary) -> None:
    assert GenerationSummary.model_validate_json(summary.model_dump_json()) == summary
    with pytest.raises(ValidationError):
        GenerationSummary(**summary.model_dump(), more=1)
