"""What a generation cost and how much of it was valid: counts that add up to what the engine decoded."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class GenerationSummary(BaseModel):
    """Facts of one finished generation.

    Attributes:
        num_rows: Rows delivered.
        num_valid: Valid records decoded; the surplus over `num_rows` is dropped.
        rejected: Rejected records by reason.
        schedule: How prompts were sent.
        engine: What decoded.
        cap_tokens: Tokens that a completion could have.
        prompts: Completions made.
        prompt_tokens: Tokens of all prompts.
        decoded_tokens: Tokens decoded, the sum of the four below.
        delivered_tokens: Tokens of the delivered records.
        rejected_tokens: Tokens of rejected records.
        surplus_tokens: Tokens of valid records beyond `num_rows`.
        structural_tokens: End tokens.
        probe_records_per_prompt: Valid records per prompt of the first batch.
        seconds: Wall time of decoding and reading, without loading the model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    num_rows: int
    num_valid: int
    rejected: dict[str, int]
    schedule: str
    engine: str
    cap_tokens: int
    prompts: int
    prompt_tokens: int
    decoded_tokens: int
    delivered_tokens: int
    rejected_tokens: int
    surplus_tokens: int
    structural_tokens: int
    probe_records_per_prompt: float
    seconds: float

    @property
    def num_rejected(self) -> int:
        """Rejected records in all."""
        return sum(self.rejected.values())

    @property
    def valid_record_fraction(self) -> float:
        """Valid records among all records that the model wrote."""
        return self.num_valid / (self.num_valid + self.num_rejected)

    @property
    def tokens_per_row(self) -> float:
        """Decoded tokens per delivered row."""
        return self.decoded_tokens / self.num_rows
