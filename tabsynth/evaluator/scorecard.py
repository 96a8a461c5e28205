"""Scores with their ceilings and floors: every metric asked about synthetic, holdout and shuffled rows."""

from __future__ import annotations

from tabsynth.evaluator.copies import Copies
from tabsynth.evaluator.detection import Detection, detect
from tabsynth.evaluator.intervals import Estimate, wilson
from tabsynth.evaluator.nss import sqs_nss
from tabsynth.evaluator.result import GenerationFacts
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import MAX_ROWS, Side
from tabsynth.evaluator.sqs import Quality, quality
from tabsynth.evaluator.utility import Utility
from tabsynth.seeds import Seeds

MIN_SPAN = 0.05  # points between floor and ceiling below which a skill means nothing


def quality_scores(training: Side, holdout: Side, synthetic: Side, seeds: Seeds) -> dict[str, Score]:
    """Score distributions, associations, structure and text, with skill. Names as in the report."""
    rows = min(synthetic.table.num_rows, training.table.num_rows)
    matched = min(rows, holdout.table.num_rows)
    shuffled = training.table.head(rows).shuffled(seeds.stream("evaluator/floor"))
    scored = quality(training.table, synthetic.table, rows)
    ceiling = quality(training.table, holdout.table, matched)
    floor = quality(training.table, shuffled, rows)
    scale = f"reference: {matched:,} holdout rows; floor: {rows:,} training rows with shuffled columns"
    scores = {
        name: _quality_score(scored, ceiling, floor, field, f"{what}; {scale}")
        for name, field, what in (
            ("sqs", "sqs", "0 to 10, strict"),
            ("distribution", "distribution", "0 to 10, Jensen-Shannon distance of every column"),
            ("correlation", "correlation", "0 to 10, associations of every pair"),
            ("deep_structure", "structure", "0 to 10, first two principal components"),
            ("text_structure", "text", "0 to 10, sentences, words and characters"),
        )
    }
    scores["sqs_skill"] = _skill(training, holdout, synthetic, seeds, matched)
    scores["sqs_nss"] = _nss_score(training, holdout, synthetic, shuffled_rows=rows, seeds=seeds)
    against = quality(holdout.table, synthetic.table, MAX_ROWS)
    scores["column_shapes"] = Score(
        value=against.shapes,
        reference=ceiling.shapes,
        floor=None if against.shapes is None else quality(holdout.table, shuffled, MAX_ROWS).shapes,
        n=against.num_rows,
        note="mean of 1 - KS and 1 - TV against the holdout; shuffling does not change it, so the floor is high",
    )
    return scores


def _quality_score(scored: Quality, ceiling: Quality, floor: Quality, field: str, note: str) -> Score:
    value = getattr(scored, field)
    if value is None:
        why = "there is no text column" if field == "text" else "too few columns or rows can be scored"
        return Score(value=None, n=scored.num_rows, note=why)
    return Score(
        value=value, reference=getattr(ceiling, field), floor=getattr(floor, field), n=scored.num_rows, note=note
    )


def _skill(training: Side, holdout: Side, synthetic: Side, seeds: Seeds, rows: int) -> Score:
    """(SQS - floor) / (ceiling - floor), all three on equally many rows."""
    shuffled = training.table.head(rows).shuffled(seeds.stream("evaluator/floor"))
    value, high, low = (
        quality(training.table, table, rows).sqs for table in (synthetic.table, holdout.table, shuffled)
    )
    if value is None or high is None or low is None or high - low < MIN_SPAN:
        return Score(value=None, n=rows, note="shuffled columns score as well as real rows: SQS cannot tell them apart")
    note = (
        f"(SQS - floor) / (ceiling - floor) on {rows:,} rows each: ({value:.2f} - {low:.2f}) / ({high:.2f} - {low:.2f})"
    )
    return Score(value=(value - low) / (high - low), reference=1.0, floor=0.0, n=rows, note=note)


def _nss_score(training: Side, holdout: Side, synthetic: Side, *, shuffled_rows: int, seeds: Seeds) -> Score:
    rng = seeds.stream("evaluator/floor/nss")
    real = training.frame.head(shuffled_rows)
    shuffled = real.apply(lambda column: column.sample(frac=1, random_state=rng).reset_index(drop=True))
    note = "0 to 10, arithmetic of NeMo Safe Synthesizer 0.1.16, for comparison only"
    if training.table.texts:
        note += "; without its text-semantic part, which needs an embedding model"
    value, high, low = (
        sqs_nss(training.frame, frame, MAX_ROWS) for frame in (synthetic.frame, holdout.frame, shuffled)
    )
    if value is None:
        return Score(value=None, note="no column is of a type that it scores")
    return Score(value=value, reference=high, floor=low, n=len(synthetic.frame), note=note)


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
