"""The evaluation of a table without rows: every score is there, none has a value. Knows no metric."""

from __future__ import annotations

from tabsynth.evaluator.result import (
    ColumnResult,
    Coverage,
    Evaluation,
    GenerationFacts,
    PrivacyVerdict,
    RowCounts,
    Verdict,
)
from tabsynth.evaluator.score import Score
from tabsynth.schema.column import Kind
from tabsynth.schema.schema import Schema

SCORES = (
    "sqs", "sqs_nss", "sqs_skill", "distribution", "correlation", "deep_structure", "text_semantic", "text_structure",
    "column_shapes", "missingness", "alpha_precision", "beta_recall", "c2st_auc", "c2st_coarse_auc", "c2st_text_auc",
    "tstr", "trtr", "tstr_ratio", "query_error", "constraint_validity", "sequence_length", "transition",
    "autocorrelation", "exact_copy_excess", "dcr_share", "nndr_ratio", "mia_auc", "mia_tpr_at_1fpr", "aia_risk",
    "replay_excess", "ngram_excess", "valid_record_fraction",
)  # fmt: skip
"""Names of the scores that every evaluation has."""


def nothing_to_compare(
    rows: RowCounts, schema: Schema, target: str | None, random_state: int, facts: GenerationFacts | None
) -> Evaluation:
    """Return the evaluation that says only that a table has no rows."""
    empty = [
        what
        for what, count in (("training", rows.training), ("holdout", rows.holdout), ("synthetic", rows.synthetic))
        if count == 0
    ]
    note = f"the {' and the '.join(empty)} table has no rows" if len(empty) == 1 else "tables have no rows"
    compared = [column for column in schema.columns if column.kind is not Kind.IDENTIFIER]
    reason = f"Nothing could be measured: {note}."
    return Evaluation(
        scores={name: Score(value=None, note=note) for name in SCORES},
        columns=tuple(_column(column.name, column.kind, note) for column in compared),
        correlations=None,
        importances=(),
        target=target,
        utility_metric="",
        rows=rows,
        coverage=Coverage(scored=0, columns=len(schema.columns), known_scores=0, scores=len(SCORES)),
        random_state=random_state,
        facts=facts,
        verdict=Verdict(
            light="amber", headline="There is nothing to release yet.", reasons=(reason,), look_at=(), not_checked=()
        ),
        privacy=PrivacyVerdict(light="amber", decided_by="none", p_value=None, reason=reason),
    )


def _column(name: str, kind: Kind, note: str) -> ColumnResult:
    return ColumnResult(
        name=name,
        kind=kind.value,
        measure="",
        score=None,
        score_training=None,
        reference=None,
        missing_training=0.0,
        missing_synthetic=0.0,
        unreadable_synthetic=0.0,
        overlay=None,
        note=note,
    )
