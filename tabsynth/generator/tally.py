"""The tally of a part: counts of records and tokens that add up to what the engine decoded. Holds no cells."""

from __future__ import annotations

from collections import Counter
from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Tally(BaseModel):
    """What one part, or several together, cost.

    Attributes:
        rows: Rows delivered.
        requests: Completions asked for, those that resume another one included.
        prompt_tokens: Tokens of their prompts.
        decoded_tokens: Tokens decoded by the engine's own count: the sum of the four below.
        delivered_tokens: Tokens of delivered records.
        rejected_tokens: Tokens of rejected records.
        surplus_tokens: Tokens of valid records that were not needed.
        structural_tokens: Tokens that end a completion.
        surplus: Valid records that were not needed.
        rejects: Rejected records by reason.
        stages: Rejected records by the stage that decided it.
        free_valid: Valid records of requests without a grammar.
        free_rejected: Rejected ones of these.
        probe_requests: Requests of the probes.
        probe_valid: Valid records of these.
        probe_rejected: Rejected ones.
        refused: Requests that the engine refused.
        strays: Deltas of the engine that belong to no request.
        grammars: Requests that followed a grammar.
        fallbacks: Parts in which a grammar could not be used, by reason.
        seconds: Wall time of decoding and checking.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    rows: int = 0
    requests: int = 0
    prompt_tokens: int = 0
    decoded_tokens: int = 0
    delivered_tokens: int = 0
    rejected_tokens: int = 0
    surplus_tokens: int = 0
    structural_tokens: int = 0
    surplus: int = 0
    rejects: dict[str, int] = Field(default_factory=dict)
    stages: dict[str, int] = Field(default_factory=dict)
    free_valid: int = 0
    free_rejected: int = 0
    probe_requests: int = 0
    probe_valid: int = 0
    probe_rejected: int = 0
    refused: int = 0
    strays: int = 0
    grammars: int = 0
    fallbacks: dict[str, int] = Field(default_factory=dict)
    seconds: float = 0.0

    @property
    def rejected(self) -> int:
        """Rejected records in all."""
        return sum(self.rejects.values())

    @property
    def valid(self) -> int:
        """Valid records in all."""
        return self.rows + self.surplus

    def note(self, valid: int) -> str:
        """Return the valid share so far in words, for a progress bar."""
        judged = valid + self.rejected
        return f"{valid / judged:.0%} valid" if judged else ""

    def reject(self, reason: str, stage: str, tokens: int) -> None:
        """Count one rejected record."""
        self.rejects[reason] = self.rejects.get(reason, 0) + 1
        self.stages[stage] = self.stages.get(stage, 0) + 1
        self.rejected_tokens += tokens

    def __add__(self, other: Self) -> Self:
        """Return the tally of both together."""
        mine, theirs = self.model_dump(), other.model_dump()
        both = {
            name: dict(Counter(value) + Counter(theirs[name])) if isinstance(value, dict) else value + theirs[name]
            for name, value in mine.items()
        }
        return type(self)(**both)
