"""A number that never travels alone, and the record that all findings are. Computes nothing."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A part of an evaluation: frozen, strict about its fields, without cell values in its errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, ser_json_inf_nan="null")


class Score(Record):
    """A number that never travels alone.

    Attributes:
        value: The score, None if it cannot be computed; `note` then says why.
        low: Lower end of the 95% interval, None without one.
        high: Upper end of the 95% interval.
        reference: What real holdout rows score in the place of synthetic ones (the ceiling).
        floor: What training rows score whose columns were shuffled independently.
        n: Rows that the value rests on.
        note: How it was computed, or why not.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    reference: float | None = None
    floor: float | None = None
    n: int = 0
    note: str = ""
