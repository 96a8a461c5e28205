"""Which base model a table gets when the user names none."""

from __future__ import annotations

from tabsynth.models.reference import MINI
from tabsynth.models.smollm2 import NAME as SMOLLM2
from tabsynth.schema.schema import Schema


def choose_base(schema: Schema, record_format: str) -> tuple[str, str]:
    """Return the base model's name and the reason.

    Args:
        schema: The table's schema.
        record_format: ``table``, ``values`` or ``jsonl``.
    """
    prose = [column.name for column in schema.columns if column.prose]
    if prose:
        return SMOLLM2, f"column '{prose[0]}' holds sentences, which a pretrained model already writes"
    if record_format != "table":
        return SMOLLM2, f"record_format='{record_format}' is text"
    return MINI, "no column holds sentences: a small model over table tokens is enough"
