"""The order in which a synthetic table is evaluated. Holds no metric of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tabsynth.data.read import read_table
from tabsynth.evaluator.attacks import (
    attribute_inference,
    canaries,
    closest_record,
    exact_copies,
    loss,
    membership,
    near_copies,
    ngrams,
    replay,
)
from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.attacks.nearness import Nearness, measure
from tabsynth.evaluator.columns import column_results
from tabsynth.evaluator.constraints import constraint_score
from tabsynth.evaluator.density import density_map
from tabsynth.evaluator.detection import detection_scores
from tabsynth.evaluator.drawing import DensityMap, DistanceCurve, SequenceResult, TextResult
from tabsynth.evaluator.emptiness import nothing_to_compare
from tabsynth.evaluator.fidelity import fidelity_scores
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.missingness import missingness_score
from tabsynth.evaluator.pairs import correlations
from tabsynth.evaluator.privacy import privacy_verdict
from tabsynth.evaluator.quality import quality_scores
from tabsynth.evaluator.queries import query_score
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
from tabsynth.evaluator.scorecard import utility_scores, valid_score
from tabsynth.evaluator.sequences import sequence_scores
from tabsynth.evaluator.sides import Side, Sides, read_side
from tabsynth.evaluator.text_detection import text_detection_score
from tabsynth.evaluator.text_result import text_results
from tabsynth.evaluator.text_semantic import Embedder, text_semantic_score
from tabsynth.evaluator.utility import utility
from tabsynth.evaluator.verdict import recommend
from tabsynth.progress import Progress, Silent, Task
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

Tabular = pd.DataFrame | str | Path
NUM_STEPS = 18
NAMES = ("the training table", "the holdout", "the synthetic table")


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

    The tables may come from any synthesizer. A score that cannot be computed has value None and says why.

    Args:
        training: The rows that the synthesizer saw: a frame, a path or a URL.
        holdout: Real rows of the same table that it never saw. Without them nothing could be told from chance.
        synthetic: The rows that it made; columns may be missing or have lost their dtypes.
        target: A column to predict, for the utility scores.
        group_by: Column whose equal values make a group, such as a patient: the unit of all that is then counted.
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
    tables = [_frame(table) for table in (training, holdout, synthetic)]
    read = with_keys(schema or read_kinds(tables[0]), group_by, order_by, target)
    rows = RowCounts(training=len(tables[0]), holdout=len(tables[1]), synthetic=len(tables[2]))
    if 0 in map(len, tables):
        return nothing_to_compare(rows, read, target, random_state, facts)
    seeds, keys = Seeds(random_state), {"group_by": group_by, "order_by": order_by}
    with (progress or Silent()).task("evaluate", NUM_STEPS) as task:
        step = _Steps(task)
        step("reading")
        real, fresh, fake = (
            read_side(table, read, seeds, what=name, **keys) for name, table in zip(NAMES, tables, strict=True)
        )
        sides = Sides(real, fresh, fake, read, target, seeds)
        measured = _measure(sides, embedder, step)
        step("nearest rows")
        near = measure(sides)
        attacks = _attack(sides, near, step)
        step("canaries")
        attacks += (canaries.attack(planted, tables[2], read, seeds), loss.attack(losses, seeds))
    return _result(sides, rows, measured, attacks, closest_record.curves(sides, near), facts)


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


def _measure(sides: Sides, embedder: Embedder | None, step: _Steps) -> _Measured:
    step("quality")
    scores = quality_scores(sides)
    step("fidelity")
    scores |= fidelity_scores(sides) | {"missingness": missingness_score(sides)}
    step("detection")
    detected, detection = detection_scores(sides)
    step("utility")
    learned = utility(sides)
    scores |= detected | utility_scores(learned)
    step("queries")
    scores |= {"query_error": query_score(sides), "constraint_validity": constraint_score(sides)}
    step("text")
    scores |= {"c2st_text_auc": text_detection_score(sides), "text_semantic": text_semantic_score(sides, embedder)}
    texts = text_results(sides)
    step("sequences")
    sequence, sequences = sequence_scores(sides)
    step("columns")
    return _Measured(
        scores=scores | sequence,
        columns=column_results(sides),
        importances=tuple(Importance(feature=name, drop=drop) for name, drop in detection.importances),
        utility_metric=learned.metric,
        correlations=correlations(sides.training, sides.synthetic),
        texts=texts,
        sequences=sequences,
        map=density_map(sides),
    )


def _attack(sides: Sides, near: Nearness, step: _Steps) -> tuple[Attack, ...]:
    found = []
    for module in (exact_copies, near_copies, membership, attribute_inference, replay, ngrams, closest_record):
        step(module.__name__.rpartition(".")[2].replace("_", " "))
        shared = {"nearness": near} if module in (near_copies, membership, closest_record) else {}
        found.append(module.attack(sides, **shared))
    return tuple(found)


def _result(
    sides: Sides,
    rows: RowCounts,
    measured: _Measured,
    attacks: tuple[Attack, ...],
    distances: tuple[DistanceCurve, ...],
    facts: GenerationFacts | None,
) -> Evaluation:
    scores = measured.scores | {"valid_record_fraction": valid_score(facts)}
    for attack in attacks:
        scores |= attack.scores
    privacy = privacy_verdict(attacks, min(_num_units(sides.training), _num_units(sides.holdout)))
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
        distances=distances,
        notes=_notes(sides, rows),
    )


def _num_units(side: Side) -> int:
    return side.table.num_rows if side.groups is None else side.groups.num_groups


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
