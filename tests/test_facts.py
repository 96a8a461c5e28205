"""What the report is told of a run."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.facts import generation_facts
from tabsynth.generator.summary import GenerationSummary

SUMMARY = GenerationSummary(
    num_rows=100,
    num_valid=104,
    rejected={"truncated": 2, "wrong_slot": 4},
    stages={"completion": 2, "slot": 4},
    schedule="stream",
    constraint="weights",
    fallback=None,
    engine="scripted",
    cap_tokens=13,
    parts=1,
    prompts=110,
    prompt_tokens=110,
    decoded_tokens=990,
    delivered_tokens=900,
    rejected_tokens=40,
    surplus_tokens=36,
    structural_tokens=14,
    refused_requests=0,
    probe_records_per_prompt=1.0,
    free_valid=104,
    free_rejected=6,
    seconds=2.5,
)


@pytest.fixture
def metadata(fitted_run: Path) -> TrainingMetadata:
    return RunDirectory(fitted_run).read_metadata()


def lines_of(metadata: TrainingMetadata, summary: GenerationSummary) -> dict[str, str]:
    facts = generation_facts(metadata, summary)
    assert facts is not None
    return {fact.label: fact.value for fact in facts.run_facts}


def test_rows_that_were_made_elsewhere_have_no_facts(metadata: TrainingMetadata) -> None:
    assert generation_facts(metadata, None) is None


def test_counts_are_passed_on_as_they_are(metadata: TrainingMetadata) -> None:
    facts = generation_facts(metadata, SUMMARY)
    assert facts is not None
    assert (facts.num_rows, facts.num_valid, facts.num_invalid) == (100, 104, 6)


def test_the_valid_share_is_that_of_records_without_a_grammar(metadata: TrainingMetadata) -> None:
    mostly_bound = SUMMARY.model_copy(update={"constraint": "grammar", "free_valid": 9, "free_rejected": 1})
    facts = generation_facts(metadata, mostly_bound)
    assert facts is not None
    assert (facts.num_valid, facts.num_invalid) == (9, 1)
    assert facts.rejects == {"truncated": 2, "wrong_slot": 4}
    assert (facts.prompt_tokens, facts.decode_tokens, facts.seconds) == (110, 990, 2.5)


def test_lines_are_words_with_units(metadata: TrainingMetadata) -> None:
    lines = lines_of(metadata, SUMMARY)
    assert lines["Training rows"] == "192 learned, 48 kept aside"
    assert lines["Cap on a completion"] == "13 tokens"
    assert lines["Schedule"] == "stream, 110 prompts in 1 part"
    assert lines["Records per prompt in the probe"] == "1"
    assert lines["Decoded tokens per row"] == "9.9"
    assert lines["Constraint"] == "in the weights: only legal tokens are written"
    assert lines["Random state"] == "7"
    assert "torch" in lines["Versions"]


def test_tokens_add_up_to_what_was_decoded(metadata: TrainingMetadata) -> None:
    lines = lines_of(metadata, SUMMARY)
    tokens = {label: int(value.replace(",", "")) for label, value in lines.items() if label.startswith("Tokens of")}
    assert tokens == {
        "Tokens of delivered rows": 900,
        "Tokens of rejects": 40,
        "Tokens of surplus": 36,
        "Tokens of structure": 14,
    }
    assert sum(tokens.values()) == SUMMARY.decoded_tokens


def test_what_went_wrong_is_told_and_nothing_else(metadata: TrainingMetadata) -> None:
    quiet = lines_of(metadata, SUMMARY)
    troubled = SUMMARY.model_copy(update={"constraint": "reject", "fallback": "too large", "refused_requests": 1})
    lines = lines_of(metadata, troubled)
    assert {label: lines[label] for label in lines.keys() - quiet.keys()} == {
        "No grammar": "too large",
        "Refused by the engine": "1 request",
    }
    assert lines["Constraint"] == "none: what is illegal is rejected"


@pytest.mark.parametrize("constraint", get_args(GenerationSummary.model_fields["constraint"].annotation))
def test_every_constraint_has_words(metadata: TrainingMetadata, constraint: str) -> None:
    assert lines_of(metadata, SUMMARY.model_copy(update={"constraint": constraint}))["Constraint"]
