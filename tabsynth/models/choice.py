"""Which base model a table gets when the user names none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import pandas as pd

from tabsynth.models.reference import MINI
from tabsynth.models.smollm2 import NAME as SMOLLM2
from tabsynth.schema.column import Kind
from tabsynth.schema.schema import Schema

CHARACTERS_PER_TOKEN = 4
CPU_TOKENS_PER_SECOND = 200
"""What smollm2-135m trains on two cores."""
MIN_PASSES = 0.25
"""With less than this share of the table seen, a pretrained base has not even learned to end a text."""


@dataclass(frozen=True)
class Workload:
    """What a training will have to do.

    Attributes:
        num_rows: Training rows.
        text_characters: Mean characters of text in a row.
        cpu_seconds: Training time, None where a GPU is there or only the epochs end it.
    """

    num_rows: int
    text_characters: float
    cpu_seconds: float | None

    @classmethod
    def of(cls, frame: pd.DataFrame, schema: Schema, cpu_seconds: float | None) -> Self:
        """Measure the training rows."""
        characters = [frame[name].dropna().astype(str).str.len().sum() for name in schema.of_kind(Kind.TEXT)]
        return cls(len(frame), float(sum(characters)) / len(frame), cpu_seconds)


def choose_base(schema: Schema, record_format: str, workload: Workload) -> tuple[str, str]:
    """Return the base model's name and the reason.

    Args:
        schema: The table's schema.
        record_format: ``table``, ``values`` or ``jsonl``.
        workload: Settles whether a pretrained base can see enough of the table in time.
    """
    prose = [column.name for column in schema.columns if column.prose]
    if record_format != "table":
        return SMOLLM2, f"record_format='{record_format}' is text"
    if not prose:
        return MINI, "no column holds sentences: a small model over table tokens is enough"
    if workload.cpu_seconds is not None:
        tokens = workload.num_rows * (len(schema.columns) + workload.text_characters / CHARACTERS_PER_TOKEN)
        passes = workload.cpu_seconds * CPU_TOKENS_PER_SECOND / tokens
        if passes < MIN_PASSES:
            return MINI, (
                f"column '{prose[0]}' holds sentences, but {workload.cpu_seconds:.0f} s on this CPU would show "
                f"{SMOLLM2} only {passes:.0%} of the table: written as characters instead; give it more time or a GPU"
            )
    return SMOLLM2, f"column '{prose[0]}' holds sentences, which a pretrained model already writes"
