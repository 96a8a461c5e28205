"""Scores with their ceilings and floors: every metric asked about synthetic, holdout and shuffled rows."""

from __future__ import annotations

from tabsynth.evaluator.copies import Copies
from tabsynth.evaluator.detection import Detection, detect
from tabsynth.evaluator.intervals import Estimate, wilson
from tabsynth.evaluator.quality import quality_scores as quality_scores
from tabsynth.evaluator.result import GenerationFacts
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Side
from tabsynth.evaluator.utility import Utility
from tabsynth.seeds import Seeds


def detection_score(training: Side, holdout: Side, synthetic: Side, seeds: Seeds) -> tuple[Score, Detection]:
    """Score how well a classifier tells rows apart; the floor is what shuffled columns get."""
    found = detect(training.table, synthetic.table, seeds=seeds, explain=True)
    if found.auc.value is None:
        return Score(value=None, note=found.auc.note), found
    shuffled = training.table.shuffled(seeds.stream("evaluator/floor/detection")).head(found.auc.num_rows // 2)
    note = found.auc.note + ("; text only as its length and word count" if training.table.texts else "")
    score = estimate_score(
        found.auc,
        reference=detect(training.table, holdout.table, seeds=seeds).auc.value,
        floor=detect(training.table, shuffled, seeds=seeds).auc.value,
    )
    return score.model_copy(update={"note": note}), found


def utility_scores(found: Utility) -> dict[str, Score]:
    """Scores of a target column, or the reason why there are none."""
    return {
        "tstr": estimate_score(found.tstr, reference=found.trtr.value, floor=found.floor),
        "trtr": estimate_score(found.trtr, floor=found.floor),
        "tstr_ratio": estimate_score(found.ratio, reference=1.0, floor=0.0),
    }


def copies_score(found: Copies) -> Score:
    """Score of exact copies; fresh rows have no excess."""
    return estimate_score(found.excess, reference=0.0)


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
