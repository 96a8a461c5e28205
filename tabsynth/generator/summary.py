"""What a generation cost and how much of it was valid: counts that add up to what the engine decoded."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from tabsynth.generator.tally import Tally


class GenerationSummary(BaseModel):
    """Facts of one finished generation.

    Attributes:
        num_rows: Rows delivered.
        num_valid: Valid records decoded; the surplus over `num_rows` is dropped.
        rejected: Rejected records by reason.
        stages: Rejected records by the stage that decided it.
        schedule: How prompts were sent.
        constraint: What kept records legal: the weights themselves, a grammar after the probe, or rejection alone.
        fallback: Why a grammar that was wanted was not used; None if none was missed.
        engine: What decoded.
        cap_tokens: Tokens that a completion could have.
        parts: Parts of the generation.
        prompts: Completions asked for, those that resume another one included.
        prompt_tokens: Tokens of all prompts.
        decoded_tokens: Tokens decoded by the engine's own count, the sum of the four below.
        delivered_tokens: Tokens of the delivered records.
        rejected_tokens: Tokens of rejected records.
        surplus_tokens: Tokens beyond what was needed.
        structural_tokens: End tokens.
        refused_requests: Requests that the engine refused.
        probe_records_per_prompt: Valid records per prompt of the probe.
        free_valid: Valid records of requests without a grammar.
        free_rejected: Rejected records of these.
        seconds: Wall time of decoding and checking, without loading the model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    num_rows: int
    num_valid: int
    rejected: dict[str, int]
    stages: dict[str, int]
    schedule: str
    constraint: Literal["weights", "grammar", "reject"]
    fallback: str | None
    engine: str
    cap_tokens: int
    parts: int
    prompts: int
    prompt_tokens: int
    decoded_tokens: int
    delivered_tokens: int
    rejected_tokens: int
    surplus_tokens: int
    structural_tokens: int
    refused_requests: int
    probe_records_per_prompt: float
    free_valid: int
    free_rejected: int
    seconds: float

    @classmethod
    def of(cls, tally: Tally, *, parts: int, schedule: str, engine: str, cap_tokens: int, legal_weights: bool) -> Self:
        """Sum up a generation.

        Args:
            tally: All its parts together.
            parts: How many there were.
            schedule: How prompts were sent.
            engine: What decoded.
            cap_tokens: Tokens that a completion could have.
            legal_weights: Whether the weights write legal tokens only.
        """
        return cls(
            num_rows=tally.rows,
            num_valid=tally.valid,
            rejected=dict(sorted(tally.rejects.items())),
            stages=dict(sorted(tally.stages.items())),
            schedule=schedule,
            constraint="weights" if legal_weights else "grammar" if tally.grammars else "reject",
            fallback=next(iter(tally.fallbacks), None),
            engine=engine,
            cap_tokens=cap_tokens,
            parts=parts,
            prompts=tally.requests,
            prompt_tokens=tally.prompt_tokens,
            decoded_tokens=tally.decoded_tokens,
            delivered_tokens=tally.delivered_tokens,
            rejected_tokens=tally.rejected_tokens,
            surplus_tokens=tally.surplus_tokens,
            structural_tokens=tally.structural_tokens,
            refused_requests=tally.refused,
            probe_records_per_prompt=tally.probe_valid / max(1, tally.probe_requests),
            free_valid=tally.free_valid,
            free_rejected=tally.free_rejected,
            seconds=round(tally.seconds, 3),
        )

    @property
    def num_rejected(self) -> int:
        """Rejected records in all."""
        return sum(self.rejected.values())

    @property
    def valid_record_fraction(self) -> float:
        """Valid records among those that the model wrote without a grammar: a grammar would hide the others."""
        return self.free_valid / max(1, self.free_valid + self.free_rejected)

    @property
    def tokens_per_row(self) -> float:
        """Decoded tokens per delivered row."""
        return self.decoded_tokens / self.num_rows
