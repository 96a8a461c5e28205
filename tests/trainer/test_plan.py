"""The plan: the user's numbers win, and every number has its reason."""

from dataclasses import replace
from typing import Any

import pytest

from tabsynth.artifact.metadata import Decision
from tabsynth.config import Config
from tabsynth.trainer.plan import Plan, PlanInputs

MINI = PlanInputs(num_records=10_000, mean_tokens=16, is_mini=True, has_gpu=False)
PRETRAINED = replace(MINI, is_mini=False)
BASE = Decision(name="model", value="tabsynth-mini", reason="no text")
SETTINGS: dict[str, Any] = {
    "hidden_size": 96,
    "num_layers": 5,
    "lora_rank": 3,
    "learning_rate": 0.0123,
    "batch_records": 7,
    "records_per_example": 2,
    "max_epochs": 1.5,
}


def plan(facts: PlanInputs = MINI, **options: Any) -> Plan:
    return Plan.of(facts, Config(**options), BASE)


def reasons(made: Plan) -> dict[str, tuple[str, str]]:
    return {decision.name: (decision.value, decision.reason) for decision in made.decisions}


@pytest.mark.parametrize("facts", [MINI, PRETRAINED])
@pytest.mark.parametrize("name", SETTINGS)
def test_what_the_user_sets_wins_and_says_so(name: str, facts: PlanInputs) -> None:
    made = plan(facts, **{name: SETTINGS[name]})
    assert getattr(made, name) == SETTINGS[name]
    assert reasons(made)[name] == (str(SETTINGS[name]), "set by the user")
    others = {other for other, (_, reason) in reasons(made).items() if reason == "set by the user"}
    assert others == {name}


def test_minutes_are_counted_in_seconds() -> None:
    assert plan(max_minutes=2.5).max_seconds == 150
    assert plan().max_seconds is None


@pytest.mark.parametrize("facts", [MINI, PRETRAINED, replace(MINI, has_gpu=True, num_records=10**6)])
def test_every_automatic_number_has_a_reason(facts: PlanInputs) -> None:
    made = plan(facts)
    noted = reasons(made)
    assert made.decisions[0] == BASE
    assert set(SETTINGS) <= set(noted)
    assert all(reason and reason != "set by the user" for _, reason in noted.values())
    assert len(noted) == len(made.decisions)
    for name in SETTINGS:
        assert noted[name][0] == str(getattr(made, name))


@pytest.mark.parametrize("rows", [20, 300, 2_000, 10**4, 10**5, 10**7])
@pytest.mark.parametrize("has_gpu", [False, True])
@pytest.mark.parametrize("is_mini", [False, True])
@pytest.mark.parametrize("tokens", [2.0, 16.0, 900.0])
def test_the_numbers_make_sense_for_every_table(rows: int, has_gpu: bool, is_mini: bool, tokens: float) -> None:
    facts = PlanInputs(rows, tokens, is_mini, has_gpu)
    made = plan(facts)
    assert 1 <= made.batch_records <= 128
    assert 0 < made.learning_rate < 0.1
    assert 1 <= made.max_epochs <= 200
    assert made.records_per_example == 1 and made.threads >= 1
    assert made.use_bf16 == has_gpu
    assert made.lora_rank >= 1
    if is_mini:
        assert made.hidden_size % 32 == 0 and made.hidden_size > 0 and made.num_layers > 0


def test_small_tables_are_seen_more_often() -> None:
    epochs = [plan(replace(MINI, num_records=rows)).max_epochs for rows in (300, 3_000, 10_000, 100_000)]
    assert epochs == sorted(epochs, reverse=True)
