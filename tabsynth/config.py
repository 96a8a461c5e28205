"""The config: every knob on one page with its unit, its bound and its why. Knows no stage that reads it.

What may be automatic is None here and becomes a number in one place, the training plan.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import yaml
from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, field_validator
from pydantic import model_validator as validates_model
from pydantic_core import ErrorDetails

from tabsynth.errors import ConfigError, did_you_mean

MIN_HOLDOUT_ROWS = 4
_HOLDOUT_BOUND = f"must be a share above 0 and below 1, or a whole number of rows from {MIN_HOLDOUT_ROWS}"


class Config(BaseModel):
    """Every setting of a run. Frozen; an unknown or unfit setting is a ConfigError, however the config is made."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        protected_namespaces=(),
    )

    # The table
    target: str | None = Field(
        None, description="Column that a model of the user's will predict; None: no such column."
    )
    types: dict[str, str] = Field(
        {}, description="Kinds by column name, which win over what is read from the values: a zip code is no number."
    )
    holdout: float | int | None = Field(
        None,
        description="Rows kept from training so that the report can tell learning from copying: a share in (0, 1) or "
        f"a number of rows from {MIN_HOLDOUT_ROWS}. None: 10 %, at least 500 rows or 20 %, at most 5,000 rows.",
    )
    store_holdout: bool = Field(
        True, description="Whether the run directory keeps the holdout, which is private data, for later reports."
    )

    # Privacy
    group_by: str | None = Field(
        None,
        description="Column that says whose row it is (a person, an account): protection counts persons, not rows, and "
        "all rows of one stay on one side of the holdout, and the report counts persons too. The column itself is made "
        "up, not learned. None: every row is somebody's own.",
    )
    pii: dict[str, str] | Literal["off"] = Field(
        {},
        description="Personal data by column name, where it is told wrong: an entity such as 'email', 'text' to search "
        "inside, 'keep' to learn it as it is, 'none' where it is not personal. 'off': nothing is looked for.",
    )
    pii_model: str | None = Field(
        None,
        description="Folder with a spaCy or GLiNER model that searches texts for names as well. None: rules and lists.",
    )
    protect: bool = Field(
        True,
        description="Whether categories of fewer than 5 to 7 subjects are replaced and numbers beyond the 5th to 7th "
        "most extreme one are clipped before anything is learned.",
    )
    epsilon: float | None = Field(
        None,
        gt=0,
        le=100,
        description="Differential privacy: how much one subject may change what is learned, in (0, 100]; smaller is "
        "more private. None: no formal guarantee.",
    )
    delta: float | Literal["auto"] = Field(
        "auto",
        description="Differential privacy: chance in (0, 1) that epsilon fails. 'auto': far below 1 / subjects.",
    )

    # The model and how records are written
    model: str | None = Field(
        None, description="Base model: a known name, a local folder or a hub id. None: chosen by plan."
    )
    record_format: Literal["table", "values", "jsonl"] = Field(
        "table",
        description="How a row is written: table tokens (shortest, fastest), bare values, or JSON lines (as peers do).",
    )
    context_tokens: int | None = Field(
        None, ge=16, description="Longest prompt plus records, tokens from 16. None: all that the base model offers."
    )
    hidden_size: int | None = Field(
        None, ge=8, description="Width of a small model made from scratch, numbers a token, from 8. None: by plan."
    )
    num_layers: int | None = Field(
        None, ge=1, description="Depth of a small model made from scratch, layers, from 1. None: by plan."
    )

    # Training
    max_minutes: float | None = Field(
        None,
        gt=0,
        description="Longest training time, minutes above 0; with max_epochs, what ends first. None: by plan.",
    )
    max_epochs: float | None = Field(
        None, gt=0, description="Most passes over the training rows, above 0, parts allowed. None: by plan."
    )
    batch_records: int | None = Field(
        None, ge=1, description="Records an optimizer step, from 1. More: steadier steps, more memory. None: by plan."
    )
    records_per_example: int | None = Field(
        None,
        ge=1,
        description="Records in one training sequence, from 1. More: longer context, less padding. None: by plan.",
    )
    learning_rate: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Peak step size, in (0, 1), no unit. Higher learns faster until it diverges. None: by plan.",
    )
    lora_rank: int | None = Field(
        None, ge=1, le=512, description="Rank of the LoRA adapter, 1 to 512, the most vLLM serves. None: by plan."
    )

    canaries: int = Field(
        0,
        ge=0,
        le=1_000,
        description="Made-up rows to plant among the training rows, 0 to 1,000, half of them once, the others 4 or 16 "
        "times, so that the report can tell whether any is remembered or comes out. Their cells are those of the "
        "table, their combinations are not; the run directory keeps them. 0: none.",
    )

    # Generation
    temperature: float = Field(
        1.0, gt=0, le=2, description="Sampling temperature in (0, 2], no unit. Only 1.0 keeps the learned distribution."
    )
    top_p: float = Field(
        1.0,
        gt=0,
        le=1,
        description="Share of probability that sampling keeps, in (0, 1]. Below 1.0 it cuts rare values off.",
    )
    schedule: Literal["stream", "batch", "full"] = Field(
        "stream",
        description="'stream': one queue, records checked while they are written. 'batch': a ten-prompt probe sizes "
        "batches that are checked at their end. 'full': batches with no cap but the context, as a control.",
    )
    constraint: Literal["auto", "grammar", "reject"] = Field(
        "auto",
        description="'grammar': only legal records can be written. 'reject': illegal ones are dropped while they are "
        "written. 'auto': table tokens are learned and written legal; text formats take a grammar where the probe is "
        "mostly valid. For table tokens it is settled when the model is fitted.",
    )
    rules: list[str] = Field(
        [],
        description="Conditions that every delivered row meets, such as 'start <= end', 'total == net + tax' or "
        "'matches(zip, \"[0-9]{5}\")'; a row with a missing value in such a column passes.",
    )
    rows_per_part: int | None = Field(
        None,
        ge=1,
        description="Rows of one journaled part, from 1: what a kill can cost at most. None: from the record length.",
    )
    max_generation_minutes: float | None = Field(
        None, gt=0, description="Longest generation, minutes above 0; the rows so far are saved. None: no limit."
    )
    max_prompts_per_batch: int | None = Field(
        None, ge=1, description="Most prompts in one generation batch, from 1. None: from the engine's memory."
    )
    max_tokens_multiplier: float = Field(
        1.2,
        ge=1,
        description="Room for output tokens as a multiple of the longest training example, from 1. Less cuts records.",
    )
    engine: Literal["vllm", "transformers"] | None = Field(
        None, description="Inference engine. None: vLLM where it is installed, else transformers."
    )

    random_state: int = Field(0, ge=0, lt=2**32, description="Root seed of every random stream, 0 to 2**32 - 1.")

    @field_validator("holdout", mode="plain")
    @classmethod
    def _holdout(cls, value: object) -> float | int | None:
        share = isinstance(value, float) and 0 < value < 1
        rows = isinstance(value, int) and not isinstance(value, bool) and value >= MIN_HOLDOUT_ROWS
        if not (value is None or share or rows):
            raise ValueError(_HOLDOUT_BOUND)
        return value  # type: ignore[return-value]

    @field_validator("delta")
    @classmethod
    def _delta(cls, value: float | str) -> float | str:
        if isinstance(value, float) and not 0 < value < 1:
            raise ValueError("must be above 0 and below 1, or 'auto'")
        return value

    @validates_model(mode="wrap")
    @classmethod
    def _ours(cls, options: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        # Numbers that come out of numpy or pandas are as good as Python's own.
        if isinstance(options, dict):
            options = {
                name: value.item() if isinstance(value, np.generic) else value for name, value in options.items()
            }
        try:
            return handler(options)
        except ValidationError as error:
            raise _config_error(error.errors(include_url=False)) from None

    @classmethod
    def from_options(cls, **options: Any) -> Self:
        """Make a config from keyword arguments.

        Args:
            **options: Settings by name; those not given keep their defaults.

        Raises:
            ConfigError: A setting does not exist, is of the wrong type or out of its bounds.
        """
        return cls(**options)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a config from a YAML or TOML file.

        Args:
            path: A local file that ends in .yaml, .yml or .toml.

        Raises:
            ConfigError: The file cannot be read, or a setting in it is wrong.
        """
        path = Path(path).expanduser()
        options = _read_options(path)
        try:
            return cls(**options)
        except ConfigError as error:
            raise ConfigError(error.message, where=str(path), do=error.do) from None

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other settings, checked like a new config.

        Args:
            **changes: The settings that differ, by name.

        Raises:
            ConfigError: A setting does not exist, is of the wrong type or out of its bounds.
        """
        return type(self)(**{**self.model_dump(), **changes})


def _config_error(errors: list[ErrorDetails]) -> ConfigError:
    """The first problem in our words; an unknown name comes first, for it may explain the others."""
    error = min(errors, key=lambda error: error["type"] != "extra_forbidden")
    name = str(error["loc"][0]) if error["loc"] else "config"
    if error["type"] == "extra_forbidden":
        return ConfigError(f"there is no setting '{name}'", do=did_you_mean(name, Config.model_fields))
    bound = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    inside = "".join(f"[{part!r}]" for part in error["loc"][1:] if part != "[key]")
    given = repr(error["input"])
    given = given if len(given) <= 80 else f"a long {type(error['input']).__name__}"
    return ConfigError(f"setting '{name}'{inside} {bound}, but {given} was given")


def _read_options(path: Path) -> dict[str, Any]:
    suffix = path.suffix.lower()
    if suffix not in (".yaml", ".yml", ".toml"):
        raise ConfigError(f"'{suffix}' is not a known ending of a config", where=str(path), do="name it .yaml or .toml")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"the file cannot be read: {error.strerror}", where=str(path), do="check the path") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"byte {error.start:,} is not UTF-8", where=str(path), do="save the file as UTF-8") from None
    try:
        options = tomllib.loads(text) if suffix == ".toml" else yaml.safe_load(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"this is no TOML: {error}", where=str(path), do="correct the file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f", line {mark.line + 1}, column {mark.column + 1}"
        raise ConfigError(f"this is no YAML{line}", where=str(path), do="correct the file") from None
    if options is None:
        return {}
    if not isinstance(options, dict) or not all(isinstance(name, str) for name in options):
        raise ConfigError(
            "the file holds no settings by name", where=str(path), do="write lines such as 'max_minutes: 30'"
        )
    # YAML reads 1e-4 as a string, for it wants 1.0e-4; a rate is written so all the same.
    return {name: float(value) if _is_bare_exponent(value) else value for name, value in options.items()}


def _is_bare_exponent(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d+(\.\d*)?[eE][+-]?\d+", value) is not None
