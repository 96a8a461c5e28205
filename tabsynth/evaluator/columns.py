"""The per-column table, worst column first. Knows one column at a time."""

from __future__ import annotations

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.marginals import column_shape
from tabsynth.evaluator.overlay import overlay
from tabsynth.evaluator.result import ColumnResult
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.text import text_structure_distance
from tabsynth.schema.column import Kind


def column_results(training: Table, holdout: Table, synthetic: Table) -> tuple[ColumnResult, ...]:
    """Compare every column with both real tables, worst first; columns without a score come last."""
    triples = zip(training.columns, holdout.columns, synthetic.columns, strict=True)
    return tuple(sorted((_column(*triple) for triple in triples), key=_badness))


def _badness(result: ColumnResult) -> tuple[float, str]:
    if result.score is None:
        return 2.0, result.name
    return min(result.score, 1 - abs(result.missing_training - result.missing_synthetic)), result.name


def _column(training: Cells, holdout: Cells, synthetic: Cells) -> ColumnResult:
    column = training.column
    measure, compare = "1 - TV", _shape
    if column.kind is Kind.TEXT:
        measure, compare = "1 - JS of text form", _text_shape
    elif training.numbers is not None:
        measure = "1 - KS"
    return ColumnResult(
        name=column.name,
        kind=column.kind.value,
        measure=measure,
        score=compare(holdout, synthetic),
        score_training=compare(training, synthetic),
        reference=compare(training, holdout),
        missing_training=float(training.missing.mean()),
        missing_synthetic=float(synthetic.missing.mean()),
        unreadable_synthetic=float(synthetic.unreadable.mean()),
        overlay=overlay(training, synthetic),
        note=_note(training, holdout, synthetic),
    )


def _shape(real: Cells, other: Cells) -> float | None:
    return column_shape(real, other)


def _text_shape(real: Cells, other: Cells) -> float | None:
    distance = text_structure_distance(real, other)
    return None if distance is None else 1 - distance


def _note(training: Cells, holdout: Cells, synthetic: Cells) -> str:
    if not holdout.readable.any():
        return "the holdout holds no value to compare with"
    if not synthetic.readable.any():
        return "all values are missing" if synthetic.missing.all() else "no value is of the column's kind"
    values = synthetic.numbers if synthetic.numbers is not None else synthetic.labels
    real = training.numbers if training.numbers is not None else training.labels
    assert values is not None and real is not None
    if len(set(values[synthetic.readable])) == 1 and len(set(real[training.readable])) > 1:
        return "every value is the same"
    if synthetic.unreadable.any():
        return f"{synthetic.unreadable.mean():.1%} of values are not of the column's kind"
    gap = abs(float(training.missing.mean()) - float(synthetic.missing.mean()))
    return "missing values occur at another rate" if gap > 0.05 else ""
