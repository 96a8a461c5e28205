"""Options mirror Config one to one."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tabsynth.cli.main import app
from tabsynth.cli.settings import ALL, GENERATION, Settings, config_from, parsed, takes_settings
from tabsynth.config import Config
from tabsynth.errors import ConfigError

EXAMPLES = {
    "target": ["--target", "income"],
    "types": ["--types", "zip=text", "--types", "a=b=integer"],
    "holdout": ["--holdout", "0.25"],
    "store_holdout": ["--no-store-holdout"],
    "model": ["--model", "tabsynth-mini"],
    "record_format": ["--record-format", "jsonl"],
    "max_minutes": ["--max-minutes", "2.5"],
    "max_epochs": ["--max-epochs", "3"],
    "context_tokens": ["--context-tokens", "64"],
    "schedule": ["--schedule", "full"],
    "constraint": ["--constraint", "reject"],
    "rules": ["--rules", "a <= b", "--rules", "matches(zip, '[0-9]{5}')"],
    "rows_per_part": ["--rows-per-part", "100"],
    "max_generation_minutes": ["--max-generation-minutes", "1.5"],
    "engine": ["--engine", "transformers"],
    "temperature": ["--temperature", "0.5"],
    "random_state": ["--random-state", "3"],
    "lora_rank": ["--lora-rank", "4"],
    "canaries": ["--canaries", "40"],
}


@pytest.mark.parametrize("command", ["run", "fit"])
def test_every_setting_is_an_option(command: str) -> None:
    names = {name for parameter in typer.main.get_command(app).commands[command].params for name in parameter.opts}  # type: ignore[attr-defined]
    assert {f"--{name.replace('_', '-')}" for name in Config.model_fields} <= names


def test_generate_takes_only_what_generation_reads() -> None:
    parameters = typer.main.get_command(app).commands["generate"].params  # type: ignore[attr-defined]
    names = {parameter.name for parameter in parameters}
    assert set(GENERATION) <= names
    assert not (set(ALL) - set(GENERATION)) & names


def test_options_arrive_as_the_config_wants_them() -> None:
    seen: list[Config] = []
    probe = typer.Typer()

    @probe.command()
    @takes_settings(ALL)
    def show(settings: Settings) -> None:
        seen.append(config_from(None, settings))

    result = CliRunner().invoke(probe, [word for words in EXAMPLES.values() for word in words])
    assert result.exit_code == 0, result.output
    assert seen == [
        Config(
            target="income",
            types={"zip": "text", "a=b": "integer"},
            holdout=0.25,
            store_holdout=False,
            model="tabsynth-mini",
            record_format="jsonl",
            max_minutes=2.5,
            max_epochs=3.0,
            context_tokens=64,
            schedule="full",
            constraint="reject",
            rules=["a <= b", "matches(zip, '[0-9]{5}')"],
            rows_per_part=100,
            max_generation_minutes=1.5,
            engine="transformers",
            temperature=0.5,
            random_state=3,
            lora_rank=4,
            canaries=40,
        )
    ]


def test_options_that_are_not_given_leave_the_defaults() -> None:
    assert config_from(None, {}) == Config()


def test_an_option_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('max_epochs = 2.0\ntarget = "a"\n')
    config = config_from(file, {"max_epochs": 5.0})
    assert (config.max_epochs, config.target) == (5.0, "a")


@pytest.mark.parametrize(("text", "value"), [("500", 500), ("0.2", 0.2), ("all", "all")])
def test_a_holdout_is_a_share_or_a_number_of_rows(text: str, value: object) -> None:
    assert parsed({"holdout": text}) == {"holdout": value}


@pytest.mark.parametrize("text", ["zip", "zip=", "=text"])
def test_a_kind_needs_a_column(text: str) -> None:
    with pytest.raises(ConfigError, match="is no COLUMN=KIND"):
        parsed({"types": [text]})


def test_personal_data_is_named_by_column_or_not_looked_for() -> None:
    assert parsed({"pii": ["mail=email", "a=b=text"]}) == {"pii": {"mail": "email", "a=b": "text"}}
    assert parsed({"pii": ["off"]}) == {"pii": "off"}
    with pytest.raises(ConfigError, match="is no COLUMN=ENTITY"):
        parsed({"pii": ["mail"]})


def test_a_delta_is_a_number_or_a_word() -> None:
    assert parsed({"delta": "1e-6"}) == {"delta": 1e-6}
    assert parsed({"delta": "auto"}) == {"delta": "auto"}
