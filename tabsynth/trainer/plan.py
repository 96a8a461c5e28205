"""The training plan: every automatic number becomes a number here, from table size and machine, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from tabsynth.artifact.metadata import Decision
from tabsynth.config import Config
from tabsynth.cores import num_cores

PRETRAINED_CPU_SECONDS = 900.0


@dataclass(frozen=True)
class PlanInputs:
    """What the plan is made from.

    Attributes:
        num_records: Training records.
        mean_tokens: Mean tokens of a record.
        is_mini: Whether the base is `tabsynth-mini`.
        has_gpu: Whether a CUDA device is there.
    """

    num_records: int
    mean_tokens: float
    is_mini: bool
    has_gpu: bool


@dataclass(frozen=True)
class Plan:
    """The numbers of one training."""

    hidden_size: int
    num_layers: int
    lora_rank: int
    learning_rate: float
    batch_records: int
    records_per_example: int
    smoothing: float
    max_epochs: float
    max_seconds: float | None
    use_bf16: bool
    threads: int
    decisions: tuple[Decision, ...]

    @classmethod
    def of(cls, facts: PlanInputs, config: Config, base: Decision) -> Self:
        """Settle every number that the user left open.

        Args:
            facts: Table size and machine.
            config: The user's settings; what is set there wins.
            base: Which base model was chosen, and why.
        """
        notes: list[Decision] = [base]

        def settle(name: str, given: Any, automatic: Any, reason: str) -> Any:
            value = automatic if given is None else given
            notes.append(
                Decision(name=name, value=f"{value}", reason="set by the user" if given is not None else reason)
            )
            return value

        threads = num_cores()
        given_seconds = None if config.max_minutes is None else 60 * config.max_minutes
        hidden, layers, shape_reason = _mini_shape(facts)
        epochs, epochs_reason = _epochs(facts)
        batch, batch_reason = _batch(facts)
        rate, rate_reason = _learning_rate(facts)
        return cls(
            hidden_size=settle("hidden_size", config.hidden_size, hidden, shape_reason),
            num_layers=settle("num_layers", config.num_layers, layers, shape_reason),
            lora_rank=settle(
                "lora_rank",
                config.lora_rank,
                32 if facts.is_mini else 16,
                "a quarter of the width" if facts.is_mini else "usual for LoRA on a small pretrained base",
            ),
            learning_rate=settle("learning_rate", config.learning_rate, rate, rate_reason),
            batch_records=settle("batch_records", config.batch_records, batch, batch_reason),
            records_per_example=settle(
                "records_per_example", config.records_per_example, 1, "rows are independent: no other row to look at"
            ),
            smoothing=settle("smoothing", None, 0.5, "keeps single rows of small tables from being learned by heart"),
            max_epochs=settle("max_epochs", config.max_epochs, epochs, epochs_reason),
            max_seconds=settle("max_seconds", given_seconds, *_seconds(facts, config)),
            use_bf16=settle("bf16", None, facts.has_gpu, "faster on a GPU; no gain measured for small layers on CPUs"),
            threads=settle("threads", None, threads, "all cores"),
            decisions=tuple(notes),
        )


def _mini_shape(facts: PlanInputs) -> tuple[int, int, str]:
    if not facts.is_mini:
        return 0, 0, "settled by the base model"
    return 128, 3, "more passes over the table beat more width"


def time_limit(config: Config) -> float | None:
    """Return the seconds that a pretrained base may train on a CPU; None where the epochs end it."""
    if config.max_minutes is not None:
        return 60 * config.max_minutes
    return None if config.max_epochs is not None else PRETRAINED_CPU_SECONDS


def _seconds(facts: PlanInputs, config: Config) -> tuple[float | None, str]:
    if facts.is_mini or facts.has_gpu:
        return None, "no limit: the epochs end it"
    return time_limit(config), "a pretrained base trains slowly on CPUs; set max_minutes for more, or use a GPU"


def _learning_rate(facts: PlanInputs) -> tuple[float, str]:
    if not facts.is_mini:
        return 1e-3, "usual for LoRA on a small pretrained base"
    if facts.num_records < 1_500:
        return 1e-3, "small table: a lower rate overfits less"
    return (2e-3, "a few thousand rows") if facts.num_records < 6_000 else (4e-3, "many rows: learns fastest")


def _batch(facts: PlanInputs) -> tuple[int, str]:
    if not facts.is_mini:
        if facts.has_gpu:
            return 16, "fits memory, and enough steps an epoch"
        return int(max(2, min(8, 100 / facts.mean_tokens))), "about 100 tokens a step: CPUs do not gain from more"
    tokens = facts.mean_tokens + 2
    # About 2,000 tokens keep two cores busy; small tables need more steps an epoch.
    batch = int(max(8, min(128, 2_400 / tokens, facts.num_records / 12)))
    return batch, "about 2,000 tokens a step, at least 12 steps an epoch"


def _epochs(facts: PlanInputs) -> tuple[float, str]:
    if not facts.is_mini:
        epochs = max(3.0, min(30.0, 20_000 / facts.num_records))
        return round(epochs, 1), "about 20,000 records seen, at least 3 passes; the holdout loss stops it earlier"
    epochs = max(6.0, min(60.0, 90_000 / facts.num_records))
    return round(epochs, 1), "about 90,000 records seen; the holdout loss stops it earlier"
