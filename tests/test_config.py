"""A config is checked when it is made: unknown settings, wrong types and bounds are errors of ours."""

from __future__ import annotations

import traceback
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from tabsynth.config import Config
from tabsynth.errors import ConfigError


def test_a_config_without_options_has_only_defaults() -> None:
    config = Config.from_options()
    assert (config.model, config.holdout, config.max_minutes, config.types) == (None, None, None, {})
    assert (config.temperature, config.top_p, config.random_state) == (1.0, 1.0, 0)
    assert (config.record_format, config.schedule, config.store_holdout) == ("table", "stream", True)
    assert (config.constraint, config.rules, config.rows_per_part) == ("auto", [], None)
    assert (config.max_generation_minutes, config.context_tokens, config.canaries) == (None, None, 0)


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Config.model_fields.values())


def test_an_unknown_setting_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_options(max_minute=3, temperature=99)
    assert str(caught.value) == "there is no setting 'max_minute'. Did you mean 'max_minutes'."


def test_an_unknown_setting_like_no_other_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"no setting 'zzz'. Known names are batch_records, canaries, .*types"):
        Config.from_options(zzz=1)


WRONG: list[tuple[str, Any, str]] = [
    ("max_minutes", 0, "setting 'max_minutes' must be greater than 0, but 0 was given"),
    ("max_minutes", "3", "setting 'max_minutes' must be a valid number, but '3' was given"),
    ("max_minutes", float("nan"), "setting 'max_minutes' must be a finite number, but nan was given"),
    ("max_epochs", -1, "setting 'max_epochs' must be greater than 0, but -1 was given"),
    ("batch_records", 0, "must be greater than or equal to 1, but 0"),
    ("batch_records", 2.0, "must be a valid integer, but 2.0"),
    ("records_per_example", 0, "must be greater than or equal to 1"),
    ("learning_rate", 1, "must be less than 1"),
    ("lora_rank", 1024, "must be less than or equal to 512"),
    ("canaries", -1, "must be greater than or equal to 0, but -1"),
    ("canaries", True, "must be a valid integer, but True"),
    ("temperature", 0, "must be greater than 0"),
    ("temperature", 2.1, "must be less than or equal to 2"),
    ("top_p", 1.1, "must be less than or equal to 1"),
    ("top_p", True, "must be a valid number"),
    ("max_tokens_multiplier", 0.9, "must be greater than or equal to 1"),
    ("record_format", "csv", "must be 'table', 'values' or 'jsonl', but 'csv' was given"),
    ("schedule", "none", "must be 'stream', 'batch' or 'full'"),
    ("constraint", "xgrammar", "must be 'auto', 'grammar' or 'reject'"),
    ("rules", "a <= b", "must be a valid list, but 'a <= b' was given"),
    ("rules", [3], r"setting 'rules'\[0\] must be a valid string, but 3 was given"),
    ("rows_per_part", 0, "must be greater than or equal to 1"),
    ("max_generation_minutes", 0, "must be greater than 0"),
    ("context_tokens", 15, "must be greater than or equal to 16"),
    ("engine", "vlm", "must be 'vllm' or 'transformers'"),
    ("random_state", -1, "must be greater than or equal to 0"),
    ("random_state", 2**32, "must be less than 4294967296"),
    ("random_state", None, "must be a valid integer, but None was given"),
    ("store_holdout", "no", "must be a valid boolean"),
    ("holdout", 1.0, "must be a share above 0 and below 1, or a whole number of rows from 4, but 1.0 was given"),
    ("holdout", True, "must be a share above 0 and below 1, or a whole number of rows from 4"),
    ("types", ["a"], "must be a valid dictionary"),
    ("types", {"a": 3}, r"setting 'types'\['a'\] must be a valid string, but 3 was given"),
    ("model", 3, "must be a valid string"),
]


@pytest.mark.parametrize(("name", "value", "reason"), WRONG)
def test_a_setting_out_of_its_bounds_is_named_with_bound_and_value(name: str, value: Any, reason: str) -> None:
    for make in (Config, Config.from_options, Config().replace):
        with pytest.raises(ConfigError, match=reason) as caught:
            make(**{name: value})
        assert f"setting '{name}'" in str(caught.value)
        assert caught.value.__suppress_context__


def test_a_long_value_is_not_repeated_in_full() -> None:
    with pytest.raises(ConfigError, match="but a long str was given"):
        Config.from_options(max_minutes="x" * 300)


@pytest.mark.parametrize("holdout", [None, 0.1, 4, 5_000])
def test_a_holdout_is_a_share_or_a_number_of_rows(holdout: float | int | None) -> None:
    kept = Config.from_options(holdout=holdout).holdout
    assert (type(kept), kept) == (type(holdout), holdout)


def test_numbers_of_numpy_are_numbers() -> None:
    config = Config.from_options(random_state=np.int64(7), holdout=np.float64(0.5), batch_records=np.int32(8))
    assert (config.random_state, config.holdout, config.batch_records) == (7, 0.5, 8)
    assert type(config.random_state) is int


def test_kinds_may_be_members_of_an_enum() -> None:
    class Kind(StrEnum):
        TEXT = "text"

    assert Config.from_options(types={"a": Kind.TEXT}).types == {"a": "text"}


def test_a_config_cannot_be_changed_but_replaced() -> None:
    config = Config.from_options(max_minutes=3)
    with pytest.raises(ValidationError):
        config.max_minutes = 4  # type: ignore[misc]
    assert config.replace(top_p=0.9) == Config.from_options(max_minutes=3, top_p=0.9)
    assert config.top_p == 1.0


def test_a_config_survives_json() -> None:
    config = Config.from_options(types={"a": "text"}, holdout=0.1, engine="vllm", learning_rate=1e-4)
    assert Config.model_validate_json(config.model_dump_json()) == config


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "max_minutes: 30\nlearning_rate: 1e-4\ntypes:\n  zip: categorical\n"),
        ("a.yml", "# fast\nmax_minutes: 30.0\nlearning_rate: 0.0001\ntypes: {zip: categorical}\n"),
        ("a.toml", "max_minutes = 30\nlearning_rate = 1e-4\n[types]\nzip = 'categorical'\n"),
    ],
)
def test_a_file_gives_the_same_config_as_options(tmp_path: Path, name: str, text: str) -> None:
    expected = Config.from_options(max_minutes=30, learning_rate=1e-4, types={"zip": "categorical"})
    assert Config.load(written(tmp_path, name, text)) == expected
    assert Config.load(str(tmp_path / name)) == expected


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    assert Config.load(written(tmp_path, "a.yaml", "# nothing\n")) == Config()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.yaml", "max_minute: 3\n", "there is no setting 'max_minute'. Did you mean 'max_minutes'"),
        ("a.toml", "top_p = 2\n", "setting 'top_p' must be less than or equal to 1, but 2 was given"),
        ("a.yaml", "a: [1\n", "no YAML, line 2"),
        ("a.yaml", "!!python/object:os.system {}\n", "no YAML"),
        ("a.toml", "a = = 1\n", "no TOML"),
        ("a.yaml", "- a\n- b\n", "holds no settings by name"),
        ("a.yaml", "3: 4\n", "holds no settings by name"),
        ("a.yaml", b"model: \xff\n", "byte 7 is not UTF-8"),
        ("a.json", "{}", "'.json' is not a known ending of a config. Name it .yaml or .toml"),
    ],
)
def test_a_file_that_is_no_config_is_an_error_with_its_path(
    tmp_path: Path, name: str, text: str | bytes, reason: str
) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(ConfigError, match=reason) as caught:
        Config.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "".join(traceback.format_exception(caught.value)).count("Traceback") == 1


def test_a_missing_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.yaml: the file cannot be read: No such file"):
        Config.load(tmp_path / "none.yaml")
