"""The quality scores of the synthetic table beside those of holdout and shuffled rows. Knows no single column."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabsynth.evaluator.coding import code_tables
from tabsynth.evaluator.halves import half_width
from tabsynth.evaluator.nss import sqs_nss
from tabsynth.evaluator.rivals import Rival, Rows, rivals, shape_interval
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import MAX_ROWS, Sides
from tabsynth.evaluator.sqs import Comparison
from tabsynth.seeds import Seeds

MIN_SPAN = 0.05  # points between floor and ceiling below which a skill means nothing
MIN_ROWS = 10
FIELDS = (
    ("sqs", "sqs", "0 to 10, strict"),
    ("distribution", "distribution", "0 to 10, Jensen-Shannon distance of every column"),
    ("correlation", "correlation", "0 to 10, associations of every pair"),
    ("deep_structure", "structure", "0 to 10, first two principal components"),
    ("text_structure", "text", "0 to 10, sentences, words and characters"),
)
METHOD = "interval: random halves of both tables (delete-half jackknife)"


def quality_scores(sides: Sides) -> dict[str, Score]:
    """Score distributions, associations, structure and text, with skill. Names as in the report.

    The interval holds what another table of as many rows from the same source gets, 95 times in 100: it counts the
    chance in the training rows as well as that in the synthetic ones.
    """
    every, seeds = (sides.training, sides.holdout, sides.synthetic), sides.seeds
    num_rows = min(sides.synthetic.table.num_rows, sides.training.table.num_rows)
    matched = min(num_rows, sides.holdout.table.num_rows)
    if matched < MIN_ROWS:
        names = [name for name, *_ in FIELDS] + ["sqs_skill", "sqs_nss", "column_shapes"]
        return {name: Score(value=None, n=matched, note=f"needs {MIN_ROWS} rows a side") for name in names}
    coded = code_tables([side.table for side in every])
    real, fresh, fake = (Rows(table, side.groups) for table, side in zip(coded, every, strict=True))
    shuffled = Rows(real.table.head(num_rows).shuffled(seeds, "evaluator/floor"), None)
    scores = _joint_scores((real, fresh, fake, shuffled), num_rows, matched, seeds)
    scores["sqs_nss"] = _nss_score(sides, num_rows)
    scores["column_shapes"] = _shapes_score((real, fresh, fake, shuffled), matched, seeds)
    return scores


def _joint_scores(tables: tuple[Rows, Rows, Rows, Rows], num_rows: int, matched: int, seeds: Seeds) -> dict[str, Score]:
    real, fresh, fake, shuffled = tables
    rng = seeds.stream("evaluator/quality/halves")
    lowest = Rows(real.table.head(matched).shuffled(seeds, "evaluator/floor"), None)
    equal = rivals(
        real.head(matched), {"value": fake.head(matched), "ceiling": fresh.head(matched), "floor": lowest}, rng
    )
    # Distances shrink with the rows that they rest on: skill needs equally many, the score may have more.
    full = equal
    if matched < num_rows:
        full = rivals(real.head(num_rows), {"value": fake.head(num_rows), "floor": shuffled}, rng)
    scale = f"reference: {matched:,} holdout rows; floor: {num_rows:,} training rows with shuffled columns; {METHOD}"
    scores = {}
    for name, field, what in FIELDS:
        value = getattr(full["value"].quality, field)
        if value is None:
            why = "there is no text column" if field == "text" else "too few columns or rows can be scored"
            scores[name] = Score(value=None, n=num_rows, note=why)
            continue
        low, high = full["value"].bounds.get(field, (None, None))
        scores[name] = Score(
            value=value,
            low=low,
            high=high,
            reference=getattr(equal["ceiling"].quality, field),
            floor=getattr(full["floor"].quality, field),
            n=num_rows,
            note=f"{what}; {scale}",
        )
    scores["sqs_skill"] = _skill(equal, matched)
    return scores


def _skill(found: dict[str, Rival], num_rows: int) -> Score:
    """(SQS - floor) / (ceiling - floor), all three on equally many rows."""
    names = ("value", "ceiling", "floor")
    value, high, low = (found[name].quality.sqs for name in names)
    if value is None or high is None or low is None or high - low < MIN_SPAN:
        why = "shuffled columns score as well as real rows: SQS cannot tell them apart"
        return Score(value=None, n=num_rows, note=why)
    skill = (value - low) / (high - low)
    note = (
        f"(SQS - floor) / (ceiling - floor) on {num_rows:,} rows each: "
        f"({value:.2f} - {low:.2f}) / ({high:.2f} - {low:.2f}); {METHOD}"
    )
    score = Score(value=skill, reference=1.0, floor=0.0, n=num_rows, note=note)
    halves = [[one.sqs for one in found[name].halves] for name in names]
    if not all(halves):
        return score
    values, highs, lows = (np.array(side, dtype="float64") for side in halves)
    # Linear in the three scores: halves of a narrow span must not divide by nearly nothing.
    width = half_width(((values - lows) - skill * (highs - lows)) / (high - low))
    if skill - width > 1:
        note = f"{note}; nearer to training than fresh real rows are, as copies would be"
    return score.model_copy(update={"low": skill - width, "high": skill + width, "note": note})


def _nss_score(sides: Sides, num_rows: int) -> Score:
    training, seeds = sides.training, sides.seeds
    real = training.frame.head(num_rows)
    shuffled = pd.DataFrame(
        {
            name: real[name].take(seeds.stream(f"evaluator/floor/nss/{name}").permutation(len(real))).to_numpy()
            for name in real.columns
        }
    ).astype(real.dtypes.to_dict())
    note = "0 to 10, arithmetic of NeMo Safe Synthesizer 0.1.16, for comparison only"
    if training.table.texts:
        note += "; without its text-semantic part, which needs an embedding model"
    frames = (sides.synthetic.frame, sides.holdout.frame, shuffled)
    value, high, low = (sqs_nss(training.frame, frame, MAX_ROWS) for frame in frames)
    if value is None:
        return Score(value=None, note="no column is of a type that it scores")
    return Score(value=value, reference=high, floor=low, n=min(MAX_ROWS, num_rows), note=note)


def _shapes_score(tables: tuple[Rows, Rows, Rows, Rows], matched: int, seeds: Seeds) -> Score:
    real, fresh, fake, shuffled = tables
    size = min(fresh.table.num_rows, fake.table.num_rows)
    against, scored = fresh.head(size), fake.head(size)
    compared = Comparison(against.table, scored.table)
    value = compared.shapes()
    if value is None:
        return Score(value=None, n=size, note="no tabular column holds a value in the holdout")
    interval = shape_interval(compared, against, scored, seeds.stream("evaluator/quality/shapes"))
    low, high = interval or (None, None)
    note = (
        f"mean of 1 - KS and 1 - TV against the holdout; shuffling does not change it, so the floor is high; {METHOD}"
    )
    return Score(
        value=value,
        low=low,
        high=high,
        reference=Comparison(real.table.head(matched), fresh.table.head(matched)).shapes(),
        floor=Comparison(against.table, shuffled.table).shapes(),
        n=size,
        note=note,
    )
