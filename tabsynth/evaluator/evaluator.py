"""The order in which a synthetic table is evaluated. Holds no metric of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tabsynth.data.read import read_table
import importlib
def _opt(m):
    try: return importlib.import_module("tabsynth.evaluator."+m)
    except ImportError: return None
from tabsynth.evaluator.columns import column_results
from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.drawing import DensityMap, SequenceResult, TextResult
from tabsynth.evaluator.emptiness import nothing_to_compare
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.pairs import correlations
from tabsynth.evaluator.privacy import privacy_verdict
from tabsynth.evaluator.result import (
    ColumnResult,
    Correlations,
    Coverage,
    Evaluation,
    GenerationFacts,
    Importance,
    RowCounts,
)
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.evaluator.verdict import recommend
from tabsynth.progress import Progress, Silent, Task
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

Tabular = pd.DataFrame | str | Path
NUM_STEPS = 18


def evaluate(
    training: Tabular,
    holdout: Tabular,
    synthetic: Tabular,
    *,
    target: str | None = None,
    group_by: str | None = None,
    order_by: str | None = None,
    random_state: int = 0,
    schema: Schema | None = None,
    facts: GenerationFacts | None = None,
    losses: loss.RecordLosses | None = None,
    planted: canaries.PlantedCanaries | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Evaluate a synthetic table against real rows that were learned and rows that were not.

    The tables may come from any synthesizer. Whatever the synthetic table holds, the result is an evaluation: a score
    that cannot be computed has value None and says why.

    Args:
        training: The rows that the synthesizer saw: a frame, a path or a URL.
        holdout: Real rows of the same table that it never saw. Without them nothing could be told from chance.
        synthetic: The rows that it made; columns may be missing or have lost their dtypes.
        target: A column to predict, for the utility scores.
        group_by: Column whose equal values make a group, such as a patient. The group is then the unit of all that
            is sampled and counted.
        order_by: Column that orders the rows of a group.
        random_state: Root seed of all sampling; the result does not depend on the order of rows.
        schema: The schema of `training`; None reads it.
        facts: How the synthetic rows were made.
        losses: What the model makes of learned and unseen rows, for the attack of someone who holds the model.
        planted: Canaries that were planted in training.
        embedder: Turns texts into vectors, for the text-semantic score; None leaves it out.
        progress: Where the bar goes; None shows none.

    Raises:
        EvaluationError: A table has none of the columns or one twice, or a named column does not exist.
        DataError: A file cannot be read.
    """
    real, fresh, fake = (_frame(table) for table in (training, holdout, synthetic))
    read = with_keys(schema or read_kinds(real), group_by, order_by, target)
    rows = RowCounts(training=len(real), holdout=len(fresh), synthetic=len(fake))
    if 0 in (len(real), len(fresh), len(fake)):
        return nothing_to_compare(rows, read, target, random_state, facts)
    seeds, keys = Seeds(random_state), {"group_by": group_by, "order_by": order_by}
    with (progress or Silent()).task("evaluate", NUM_STEPS) as task:
        step = _Steps(task)
        step("reading")
        sides = Sides(
            training=read_side(real, read, seeds, what="the training table", **keys),
            holdout=read_side(fresh, read, seeds, what="the holdout", **keys),
            synthetic=read_side(fake, read, seeds, what="the synthetic table", **keys),
            schema=read,
            target=target,
            seeds=seeds,
        )
        measured = _measure(sides, embedder, step)
        attacks = _attack(sides, step)
        step("canaries")
        from tabsynth.evaluator.attacks import canaries, loss
        attacks += (canaries.attack(planted, fake, read, seeds), loss.attack(losses, seeds))
    return _result(sides, rows, measured, attacks, facts)


def _frame(table: Tabular) -> pd.DataFrame:
    return table if isinstance(table, pd.DataFrame) else read_table(table)


class _Steps:
    """Tells the bar which step begins."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._done = 0

    def __call__(self, name: str) -> None:
        self._task.update(min(self._done, NUM_STEPS), name)
        self._done += 1


@dataclass(frozen=True)
class _Measured:
    """What the metrics found; the attacks come apart."""

    scores: dict[str, Score]
    columns: tuple[ColumnResult, ...]
    importances: tuple[Importance, ...]
    utility_metric: str
    correlations: Correlations | None
    texts: tuple[TextResult, ...]
    sequences: SequenceResult | None
    map: DensityMap | None


def _measure(sides, embedder, step):
    from tabsynth.evaluator import scorecard as sc
    t, h, f = sides.training, sides.holdout, sides.synthetic
    try: scores = sc.quality_scores(sides)
    except TypeError: scores = sc.quality_scores(t, h, f, sides.seeds)
    for m, fn in (("fidelity","fidelity_scores"),):
        if _opt(m): scores |= getattr(_opt(m), fn)(sides)
    for m, fn, n in (("missingness","missingness_score","missingness"),("queries","query_score","query_error"),("constraints","constraint_score","constraint_validity"),("text_detection","text_detection_score","c2st_text_auc")):
        if _opt(m): scores[n] = getattr(_opt(m), fn)(sides)
    if _opt("text_semantic"): scores["text_semantic"] = _opt("text_semantic").text_semantic_score(sides, embedder)
    from tabsynth.evaluator.detection import detection_scores
    det, detection = detection_scores(sides)
    scores |= det
    from tabsynth.evaluator.utility import utility
    try: learned = utility(sides)
    except TypeError: learned = utility(t.table, h.table, f.table, sides.target, sides.seeds)
    scores |= sc.utility_scores(learned)
    seq, sequences = _opt("sequences").sequence_scores(sides) if _opt("sequences") else ({}, None)
    try: cols = column_results(sides)
    except TypeError: cols = column_results(t.table, h.table, f.table)
    return _Measured(scores | seq, cols, tuple(Importance(feature=n, drop=d) for n, d in detection.importances), learned.metric, correlations(t, f), _opt("text_result").text_results(sides) if _opt("text_result") else (), sequences, _opt("density").density_map(sides) if _opt("density") else None)


def _attack(sides, step):
    found = []
    for m in ("exact_copies", "near_copies", "membership", "attribute_inference", "replay", "ngrams", "closest_record"):
        mod = _opt("attacks."+m)
        if mod and hasattr(mod, "attack"):
            step(m); found.append(mod.attack(sides))
    return tuple(found)


def _result(
    sides: Sides, rows: RowCounts, measured: _Measured, attacks: tuple[Attack, ...], facts: GenerationFacts | None
) -> Evaluation:
    scores = measured.scores | {"valid_record_fraction": __import__('tabsynth.evaluator.scorecard', fromlist=['x']).valid_score(facts)}
    for attack in attacks:
        scores |= attack.scores
    privacy = privacy_verdict(attacks)
    known = sum(score.value is not None for score in scores.values())
    columns = measured.columns
    return Evaluation(
        scores=scores,
        columns=columns,
        correlations=measured.correlations,
        importances=measured.importances,
        target=sides.target,
        utility_metric=measured.utility_metric,
        rows=rows,
        coverage=Coverage(
            scored=sum(column.score is not None for column in columns),
            columns=len(sides.schema.columns),
            known_scores=known,
            scores=len(scores),
        ),
        random_state=sides.seeds.random_state,
        facts=facts,
        verdict=recommend(scores, columns, measured.importances, privacy),
        privacy=privacy,
        attacks=attacks,
        texts=measured.texts,
        sequences=measured.sequences,
        map=measured.map,
        distances=_opt('attacks.closest_record').curves(sides) if _opt('attacks.closest_record') else (),
        notes=_notes(sides, rows),
    )


def _notes(sides: Sides, rows: RowCounts) -> tuple[str, ...]:
    notes = []
    for what, side, count in (
        ("training", sides.training, rows.training),
        ("holdout", sides.holdout, rows.holdout),
        ("synthetic", sides.synthetic, rows.synthetic),
    ):
        if side.table.num_rows < count:
            unit = "whole groups" if side.groups is not None else "rows"
            notes.append(
                f"Of {count:,} {what} rows {side.table.num_rows:,} were compared, {unit} drawn at random; "
                "exact copies are sought among all."
            )
        if side.lacking:
            named = ", ".join(f"“{name}”" for name in side.lacking[:5])
            notes.append(f"The {what} table lacks {len(side.lacking)} columns, which count as missing: {named}.")
        if side.num_extra:
            notes.append(f"The {what} table has {side.num_extra} further columns, which were ignored.")
    return tuple(notes)
