"""Scores of estimates: what is known of a target, of generated records. Computes nothing."""

from __future__ import annotations

from tabsynth.evaluator.intervals import Estimate, wilson
from tabsynth.evaluator.result import GenerationFacts
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.utility import Utility


def utility_scores(found: Utility) -> dict[str, Score]:
    """Scores of a target column, or the reason why there are none."""
    return {
        "tstr": estimate_score(found.tstr, reference=found.trtr.value, floor=found.floor),
        "trtr": estimate_score(found.trtr, floor=found.floor),
        "tstr_ratio": estimate_score(found.ratio, reference=1.0, floor=0.0),
    }


def valid_score(facts: GenerationFacts | None) -> Score:
    """Share of generated records that were valid."""
    total = 0 if facts is None else facts.num_valid + facts.num_invalid
    if facts is None or total == 0:
        return Score(value=None, note="how the rows were generated is not known")
    low, high = wilson(facts.num_valid, total)
    return Score(value=facts.num_valid / total, low=low, high=high, n=total, note="Wilson interval")


def estimate_score(found: Estimate, reference: float | None = None, floor: float | None = None) -> Score:
    """Turn an estimate into a score."""
    known = found.value is not None
    return Score(
        value=found.value,
        low=found.low,
        high=found.high,
        reference=reference if known else None,
        floor=floor if known else None,
        n=found.num_rows,
        note=found.note,
    )
