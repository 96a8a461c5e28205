"""Stop rules: when a generation that does not get there gives up. Pure functions of what was observed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

MAX_BARREN_RECORDS = 500
"""Records in a row without a valid one."""
MIN_VALID_FRACTION = 0.005
MIN_JUDGED_RECORDS = 2_000
"""Records after which the valid fraction counts."""
MAX_REFUSALS = 20
"""Requests in a row that the engine refuses."""
MAX_SILENT_STEPS = 3
"""Steps in a row in which an engine with open requests says nothing."""

TRAIN_LONGER = "train longer (max_minutes= or max_epochs=)"


class Stop(NamedTuple):
    """Why to give up, and what the user can do about it, in words."""

    reason: str
    advice: str | None = None


@dataclass(frozen=True)
class Observed:
    """What a part has brought so far.

    Attributes:
        valid: Valid records.
        rejected: Rejected records.
        barren: Rejected records since the last valid one.
        refusals: Requests refused since the last one that was taken.
        silent_steps: Steps in a row without a delta while requests are open.
    """

    valid: int
    rejected: int
    barren: int
    refusals: int
    silent_steps: int


def stop_reason(observed: Observed, capacity: int) -> Stop | None:
    """Return why to give up, or None.

    Args:
        observed: What was seen.
        capacity: Requests that decode side by side; all of them may fail at once.
    """
    judged = observed.valid + observed.rejected
    if observed.barren >= max(MAX_BARREN_RECORDS, 2 * capacity):
        return Stop(f"{observed.barren:,} records in a row were not valid", TRAIN_LONGER)
    if judged >= MIN_JUDGED_RECORDS and observed.valid < MIN_VALID_FRACTION * judged:
        return Stop(f"only {observed.valid:,} of {judged:,} records were valid", TRAIN_LONGER)
    if observed.refusals >= MAX_REFUSALS:
        return Stop(f"the engine refused {observed.refusals} requests in a row")
    if observed.silent_steps >= MAX_SILENT_STEPS:
        return Stop("the engine does not answer its open requests", "generate again in a new process")
    return None
