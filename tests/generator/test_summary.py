"""What a generation cost."""

from typing import Any

import pytest
from pydantic import ValidationError

from tabsynth.generator.summary import GenerationSummary
from tabsynth.generator.tally import Tally

TALLY = Tally(
    rows=80,
    surplus=10,
    requests=120,
    prompt_tokens=240,
    decoded_tokens=400,
    delivered_tokens=240,
    rejected_tokens=100,
    surplus_tokens=30,
    structural_tokens=30,
    rejects={"wrong_slot": 10, "truncated": 20},
    stages={"token": 10, "completion": 20},
    free_valid=30,
    free_rejected=20,
    probe_requests=10,
    probe_valid=7,
    refused=1,
    seconds=1.23456,
)


def summed(tally: Tally = TALLY, **facts: Any) -> GenerationSummary:
    given = {"parts": 2, "schedule": "stream", "engine": "scripted", "cap_tokens": 4, "legal_weights": False, **facts}
    return GenerationSummary.of(tally, **given)


def test_the_tally_of_all_parts_is_summed_up() -> None:
    summary = summed()
    assert (summary.num_rows, summary.num_valid, summary.num_rejected) == (80, 90, 30)
    assert list(summary.rejected.items()) == [("truncated", 20), ("wrong_slot", 10)]
    assert summary.stages == {"completion": 20, "token": 10}
    assert (summary.prompts, summary.prompt_tokens, summary.refused_requests) == (120, 240, 1)
    assert (summary.parts, summary.schedule, summary.engine, summary.cap_tokens) == (2, "stream", "scripted", 4)
    assert (summary.probe_records_per_prompt, summary.seconds, summary.fallback) == (0.7, 1.235, None)
    spent = summary.delivered_tokens + summary.rejected_tokens + summary.surplus_tokens + summary.structural_tokens
    assert spent == summary.decoded_tokens == 400


def test_the_valid_share_is_that_of_the_model_without_a_grammar() -> None:
    assert summed().valid_record_fraction == 30 / 50
    assert summed(Tally(rows=1)).valid_record_fraction == 0
    assert summed().tokens_per_row == 5


@pytest.mark.parametrize(
    ("grammars", "legal_weights", "constraint"),
    [(0, False, "reject"), (3, False, "grammar"), (0, True, "weights"), (3, True, "weights")],
)
def test_what_kept_records_legal(grammars: int, legal_weights: bool, constraint: str) -> None:
    assert summed(TALLY.model_copy(update={"grammars": grammars}), legal_weights=legal_weights).constraint == constraint


def test_why_there_was_no_grammar() -> None:
    assert summed(TALLY.model_copy(update={"fallbacks": {"no such engine": 2}})).fallback == "no such engine"


def test_without_a_probe_nothing_is_divided_by_nothing() -> None:
    assert summed(Tally(rows=1)).probe_records_per_prompt == 0


def test_a_summary_survives_json_and_refuses_unknown_entries() -> None:
    summary = summed()
    assert GenerationSummary.model_validate_json(summary.model_dump_json()) == summary
    with pytest.raises(ValidationError):
        GenerationSummary(**summary.model_dump(), more=1)
