"""The order in which a synthetic table is evaluated. Holds no metric of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tabsynth.errors import EvaluationError, did_you_mean
from tabsynth.evaluator.columns import column_results
from tabsynth.evaluator.copies import exact_copies
from tabsynth.evaluator.result import (
    Correlations,
    Coverage,
    Evaluation,
    GenerationFacts,
    Importance,
    PairDifference,
    RowCounts,
)
from tabsynth.evaluator.scorecard import copies_score, detection_score, quality_scores, utility_scores, valid_score
from tabsynth.evaluator.sides import Side, read_side
from tabsynth.evaluator.sqs import Associations, associations
from tabsynth.evaluator.utility import utility
from tabsynth.evaluator.verdict import recommend
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

NUM_WORST_PAIRS = 10


def evaluate(
    training: pd.DataFrame,
    holdout: pd.DataFrame,
    synthetic: pd.DataFrame,
    *,
    schema: Schema,
    target: str | None = None,
    facts: GenerationFacts | None = None,
    random_state: int = 0,
) -> Evaluation:
    """Evaluate a synthetic table against real rows that were learned and rows that were not; never fails on content.

    Args:
        training: The rows that the synthesizer saw.
        holdout: Real rows that it never saw.
        synthetic: The rows that it made; columns may have lost their dtypes.
        schema: The schema of `training`.
        target: A column to predict, for the utility scores.
        facts: How the synthetic rows were made.
        random_state: Root seed of all sampling; the result does not depend on the order of rows.

    Raises:
        EvaluationError: A table is empty or has other columns, or `target` is no column.
    """
    seeds = Seeds(random_state)
    _check_target(target, schema)
    real = read_side(training, schema, seeds, what="the training table")
    fresh = read_side(holdout, schema, seeds, what="the holdout")
    fake = read_side(synthetic, schema, seeds, what="the synthetic table")
    learned = utility(real.table, fresh.table, fake.table, target, seeds)
    copied = exact_copies(real.fingerprints, fresh.fingerprints, fake.fingerprints, seeds=seeds)
    detected, detection = detection_score(real, fresh, fake, seeds)
    scores = quality_scores(real, fresh, fake, seeds) | utility_scores(learned)
    scores |= {"c2st_auc": detected, "valid_record_fraction": valid_score(facts)}
    scores |= {"exact_copy_excess": copies_score(copied)}
    columns = column_results(real.table, fresh.table, fake.table)
    importances = tuple(Importance(feature=name, drop=drop) for name, drop in detection.importances)
    return Evaluation(
        scores=scores,
        columns=columns,
        correlations=_correlations(real, fake),
        importances=importances,
        target=target,
        utility_metric=learned.metric,
        rows=RowCounts(training=real.num_rows, holdout=fresh.num_rows, synthetic=fake.num_rows),
        coverage=Coverage(scored=sum(c.score is not None for c in columns), columns=len(schema.columns)),
        random_state=random_state,
        facts=facts,
        verdict=recommend(scores, copied.p_value, columns, importances),
    )


def _check_target(target: str | None, schema: Schema) -> None:
    if target is not None and target not in schema.names:
        raise EvaluationError(f"there is no column '{target}'", where="target", do=did_you_mean(target, schema.names))


def _correlations(real: Side, fake: Side) -> Correlations | None:
    rows = min(real.table.num_rows, fake.table.num_rows)
    found = associations(real.table.head(rows), fake.table.head(rows))
    if len(found.names) < 2:
        return None
    size = range(len(found.names))
    return Correlations(
        names=found.names,
        training=tuple(tuple(round(float(found.training[i, j]), 3) for j in size) for i in size),
        synthetic=tuple(tuple(_known(found.other[i, j]) for j in size) for i in size),
        difference=tuple(tuple(round(float(found.difference[i, j]), 3) for j in size) for i in size),
        worst=_worst_pairs(found),
    )


def _worst_pairs(found: Associations) -> tuple[PairDifference, ...]:
    difference = found.difference
    larger = np.triu(np.maximum(difference, difference.T), 1)
    rows, cols = np.unravel_index(np.argsort(-larger, axis=None, kind="stable")[:NUM_WORST_PAIRS], larger.shape)
    pairs = []
    for i, j in zip(rows.tolist(), cols.tolist(), strict=True):
        # Theil's U has a direction; show the one that differs more.
        a, b = (i, j) if difference[i, j] >= difference[j, i] else (j, i)
        if i < j:
            pairs.append(
                PairDifference(
                    first=found.names[a],
                    second=found.names[b],
                    training=round(float(found.training[a, b]), 3),
                    synthetic=_known(found.other[a, b]),
                    difference=round(float(difference[a, b]), 3),
                )
            )
    return tuple(pairs)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 3)
