"""What training leaves for generation: `training_metadata.json`, versioned. Trainer and generator meet only here."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tabsynth.artifact.ledger import Ledger
from tabsynth.artifact.protection import Protection
from tabsynth.codec.facts import Facts
from tabsynth.schema.schema import Schema

FORMAT_VERSION = 1


class Part(BaseModel):
    """Base of the metadata's parts: frozen, no unknown keys, no values in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, protected_namespaces=())


class TokensPerRecord(Part):
    """Length of a record in tokens, over the training records."""

    mean: float
    p50: float
    p99: float
    max: int


class RecordsPerExample(Part):
    """Records in a training example."""

    mean: float
    max: int


class TokenStatistics(Part):
    """Token counts that size generation.

    Attributes:
        max_tokens_per_example: Prompt, records and end token of the longest training example.
        prompt_tokens: Tokens of the prompt.
        tokens_per_record: Length of a record.
        records_per_example: Records in an example.
        context_tokens: The model's context window.
    """

    max_tokens_per_example: int
    prompt_tokens: int
    tokens_per_record: TokensPerRecord
    records_per_example: RecordsPerExample
    context_tokens: int


class BaseReference(Part):
    """The base model that was tuned.

    Attributes:
        name: ``tabsynth-mini``, ``smollm2-135m``, a folder, or a hub id.
        revision: Commit or checksum; the shape and the seed for ``tabsynth-mini``.
        folder: Where its weights lie; None for ``tabsynth-mini``, whose weights come from `seed`.
        hidden_size: Width of ``tabsynth-mini``.
        num_layers: Layers of ``tabsynth-mini``.
        seed: Seed of the weights of ``tabsynth-mini`` and of new vocabulary rows.
    """

    name: str
    revision: str
    folder: str | None = None
    hidden_size: int | None = None
    num_layers: int | None = None
    seed: int = 0


class LoraSettings(Part):
    """The adapter: rank and scale on all linear layers."""

    rank: int
    alpha: float


class Decision(Part):
    """One planned number and why it is what it is."""

    name: str
    value: str
    reason: str


class CurvePoint(Part):
    """The losses at one step, in nats per record."""

    step: int
    seconds: float
    training_loss: float | None = None
    holdout_loss: float | None = None


class TrainingSummary(Part):
    """How training went.

    Attributes:
        steps: Optimizer steps made.
        epochs: Passes over the training records.
        seconds: Wall time of the training loop.
        tokens: Tokens trained on.
        best_holdout_loss: Lowest loss on the holdout, in nats per record; None if it was not watched.
        stopped_by: What ended training.
        curve: Losses over time.
    """

    steps: int
    epochs: float
    seconds: float
    tokens: int
    best_holdout_loss: float | None
    stopped_by: Literal["epochs", "minutes", "early_stop"]
    curve: tuple[CurvePoint, ...]


class CanaryFacts(Part):
    """Made-up rows that were planted among the training records; the rows themselves lie in a file of their own.

    Attributes:
        repetitions: How often each of the first rows of that file was planted; the other rows were not.
    """

    repetitions: tuple[int, ...]


class TrainingMetadata(Part):
    """Everything that generation and the report need of a finished training.

    Attributes:
        num_training_rows: Rows of the table that were learned, without canaries.
        legal: Whether illegal tokens were left out of the loss: then the weights that generation decodes with must
            leave them out as well.
        canaries: What was planted among the training rows; None if nothing was.
        source_fingerprint: Of the table as it was given to `fit`.
        pii: The findings on personal data, as `privacy.pii` writes them; None if nothing was looked for.
        protection: What value protection replaced; None where it was off or differential privacy stood in its place.
        ledger: The privacy budget and what it was spent on; None without differential privacy.
    """

    format_version: int = FORMAT_VERSION
    statistics: TokenStatistics
    num_training_rows: int
    num_holdout_rows: int
    source_fingerprint: str = ""
    table: Schema
    facts: Facts
    record_format: Literal["table", "values", "jsonl"]
    prompt_ids: tuple[int, ...]
    base: BaseReference
    lora: LoraSettings
    plan: tuple[Decision, ...]
    training: TrainingSummary
    legal: bool = True
    canaries: CanaryFacts | None = None
    pii: dict[str, Any] | None = None
    protection: Protection | None = None
    ledger: Ledger | None = None
    random_state: int
    config: dict[str, Any]
    library_versions: dict[str, str]
