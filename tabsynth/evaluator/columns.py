"""The per-column table, worst column first. Knows one column at a time."""

from __future__ import annotations

import numpy as np

from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.likeness import MIN_VALUES, Likeness, Side, likeness
from tabsynth.evaluator.overlay import overlay
from tabsynth.evaluator.result import ColumnResult
from tabsynth.evaluator.sides import Sides
from tabsynth.schema.column import Kind

GOOD = 0.9
"""A part of a score above which nothing is said of it."""
KIND_NAMES = {
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.DATETIME: "a date",
    Kind.BOOLEAN: "true or false",
}


def column_results(sides: Sides) -> tuple[ColumnResult, ...]:
    """Compare every column with both real tables, worst first; columns without a score come last."""
    tables = (sides.training.table, sides.holdout.table, sides.synthetic.table)
    triples = zip(*(table.columns for table in tables), strict=True)
    lacking = sides.synthetic.lacking
    results = [_column(*triple, lacking=triple[0].column.name in lacking) for triple in triples]
    return tuple(sorted(results, key=lambda result: (11.0 if result.score is None else result.score, result.name)))


def _column(training: Cells, holdout: Cells, synthetic: Cells, *, lacking: bool) -> ColumnResult:
    real, fresh, fake = (Side(cells) for cells in (training, holdout, synthetic))
    measure = "1 - KS" if real.is_numeric else "1 - TV of letters" if real.is_text else "1 - TV"
    found = likeness(fresh, fake, real, fresh)
    against_training, reference = likeness(real, fake, real, fresh), likeness(real, fresh, real, fresh)
    gone = 0.0 if lacking else None
    return ColumnResult(
        name=training.column.name,
        kind=training.column.kind.value,
        measure=measure,
        score=gone if found is None else found.score,
        score_training=gone if against_training is None else against_training.score,
        reference=None if reference is None else reference.score,
        missing_training=float(training.missing.mean()),
        missing_synthetic=float(synthetic.missing.mean()),
        unreadable_synthetic=float(synthetic.unreadable.mean()),
        overlay=overlay(training, synthetic),
        note="the column is missing" if lacking else _note(found, real, fresh, fake),
    )


def _note(found: Likeness | None, real: Side, fresh: Side, fake: Side) -> str:
    """Say in words what cost the column most."""
    if found is None:
        for side, name in ((real, "training"), (fresh, "the holdout")):
            if side.num_values < MIN_VALUES:
                return f"{name} holds {side.num_values or 'no'} value{'s'[: side.num_values != 1]} to compare with"
        return f"there are {len(fake.readable)} rows, too few to compare"
    cells, kind = fake.cells, fake.cells.column.kind
    if cells.missing.all():
        return "all values are missing"
    if fake.num_values == 0:
        return f"no value is {KIND_NAMES.get(kind, 'of the column’s kind')}"
    parts = {
        _typed_note(fake): found.typed,
        _varied_note(fake): found.varied,
        _filled_note(fresh, fake): found.filled,
        _shape_note(real, fresh, fake): found.shape,
    }
    worst = min(parts, key=lambda note: parts[note])
    return worst if parts[worst] < GOOD else ""


def _typed_note(fake: Side) -> str:
    present = int((~fake.cells.missing).sum())
    share = 1 - fake.whole * fake.num_values / present
    return f"{share:.1%} of values are not {KIND_NAMES.get(fake.cells.column.kind, 'of the column’s kind')}"


def _varied_note(fake: Side) -> str:
    values = fake.numbers if fake.is_numeric else fake.labels
    distinct = len(set(values.tolist()))
    if distinct == 1:
        return "every value is the same"
    return f"values vary much less than the real ones: {distinct:,} distinct in {fake.num_values:,}"


def _filled_note(fresh: Side, fake: Side) -> str:
    return f"{fake.cells.missing.mean():.1%} of cells are missing instead of {fresh.cells.missing.mean():.1%}"


def _shape_note(real: Side, fresh: Side, fake: Side) -> str:
    if fake.is_numeric:
        # Of quarters, which can be subtracted whatever their size.
        quarters = [side.numbers / 4 for side in (fresh, fake)]
        sizes = [float(np.median(numbers)) for numbers in quarters]
        quartiles = [float(np.subtract(*np.quantile(numbers, [0.75, 0.25]))) for numbers in quarters]
        later = fake.cells.column.kind is Kind.DATETIME
        if abs(sizes[1] - sizes[0]) > quartiles[0] / 4:
            higher, lower = ("late", "early") if later else ("large", "small")
            return f"values are too {higher if sizes[1] > sizes[0] else lower} on the whole"
        if quartiles[1] < quartiles[0] / 2:
            return "values lie too close together"
        if quartiles[1] > quartiles[0] * 2:
            return "values lie too far apart"
        return "values are distributed in another way"
    if real.is_text:
        return "texts are of other letters or lengths"
    known = set(real.labels.tolist()) | set(fresh.labels.tolist())
    new = np.mean([label not in known for label in fake.labels.tolist()])
    return f"{new:.1%} of values occur in no real row" if new > 0.05 else "values occur at other rates"
