"""What the report is told of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.facts import generation_facts
from tabsynth.generator.summary import GenerationSummary

SUMMARY = GenerationSummary(
    num_rows=100,
    num_valid=104,
    rejected={"truncated": 2, "wrong_slot": 4},
    schedule="batch",
    engine="scripted",
    cap_tokens=13,
    prompts=110,
    prompt_tokens=110,
    decoded_tokens=990,
    delivered_tokens=900,
    rejected_tokens=40,
    surplus_tokens=36,
    structural_tokens=14,
    probe_records_per_prompt=1.0,
    seconds=2.5,
)


@pytest.fixture
def metadata(fitted_run: Path) -> TrainingMetadata:
    return RunDirectory(fitted_run).read_metadata()


def test_rows_that_were_made_elsewhere_have_no_facts(metadata: TrainingMetadata) -> None:
    assert generation_facts(metadata, None) is None


def test_counts_are_passed_on_as_they_are(metadata: TrainingMetadata) -> None:
    facts = generation_facts(metadata, SUMMARY)
    assert facts is not None
    assert (facts.num_rows, facts.num_valid, facts.num_invalid) == (100, 104, 6)
    assert facts.rejects == {"truncated": 2, "wrong_slot": 4}
    assert (facts.prompt_tokens, facts.decode_tokens, facts.seconds) == (110, 990, 2.5)


def test_lines_are_words_with_units(metadata: TrainingMetadata) -> None:
    facts = generation_facts(metadata, SUMMARY)
    assert facts is not None
    lines = {fact.label: fact.value for fact in facts.run_facts}
    assert lines["Training rows"] == "192 learned, 48 kept aside"
    assert lines["Cap on a completion"] == "13 tokens"
    assert lines["Schedule"] == "batch, 110 prompts"
    assert lines["Records per prompt in the probe"] == "1"
    assert lines["Decoded tokens per row"] == "9.9"
    assert lines["Random state"] == "7"
    assert "torch" in lines["Versions"]
