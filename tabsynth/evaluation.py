"""Evaluating a finished run: the rows that it learned, what its model makes of them, and the table that it made."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import pandas as pd

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.config import Config
from tabsynth.data.fingerprint import table_fingerprint
from tabsynth.data.split import Split, split_holdout
from tabsynth.errors import ArtifactError, ModelError
from tabsynth.evaluator.attacks.canaries import PlantedCanaries
from tabsynth.evaluator.attacks.loss import RecordLosses
from tabsynth.evaluator.evaluator import evaluate
from tabsynth.evaluator.result import Evaluation
from tabsynth.facts import generation_facts
from tabsynth.generator.summary import GenerationSummary
from tabsynth.likelihood import planted_canaries, table_losses
from tabsynth.personal import clear, replaced_columns
from tabsynth.progress import Progress
from tabsynth.release.origin import Origin
from tabsynth.release.safeguards import guarantee, safeguards
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

log = logging.getLogger("tabsynth")


@dataclass(frozen=True)
class Learned:
    """The rows that a run learned and those that it kept aside.

    Attributes:
        split: The rows.
        strange: Columns whose stand-ins are others than those that were learned, for the key is gone.
    """

    split: Split
    strange: tuple[str, ...] = ()


def learned_rows(frame: pd.DataFrame, metadata: TrainingMetadata, key: bytes | None, progress: Progress) -> Learned:
    """Return the rows of a run again, from the table that was given to `fit`.

    Args:
        frame: That table.
        metadata: Of the run.
        key: What the stand-ins of its personal data depend on; None if nobody has kept it.
        progress: Where the bar goes.

    Raises:
        ArtifactError: It is another table.
    """
    if table_fingerprint(frame) != metadata.source_fingerprint:
        raise ArtifactError(
            "this is not the table that was learned", where="evaluate", do="pass the table that was given to fit"
        )
    config = Config(**metadata.config)  # as `fit` had it, whatever was set at `load`
    cleared = clear(frame, config, key, progress)
    split = split_holdout(cleared.frame, config.holdout, Seeds(metadata.random_state), config.group_by)
    if cleared.pii is None or key is not None:
        return Learned(split)
    return Learned(split, tuple(replaced_columns(cleared.pii)))


def evaluate_run(
    run: RunDirectory,
    metadata: TrainingMetadata,
    learned: Learned,
    fake: pd.DataFrame,
    *,
    config: Config,
    summary: GenerationSummary | None,
    progress: Progress,
) -> Evaluation:
    """Evaluate a table that a run made.

    Args:
        run: The run directory.
        metadata: Of the run.
        learned: Its rows.
        fake: The synthetic table.
        config: Settles the target, whose rows are whose, and the random state.
        summary: How the table was made, if it was made just now.
        progress: Where the bars go.
    """
    strange = list(learned.strange)
    if strange:
        log.warning(
            "%d columns of stand-ins are left out of the evaluation, for their key is not known: evaluate right after "
            "fit, or pass the pii_key that was given to it",
            len(strange),
        )
    losses, planted = _asked_model(run, metadata, learned, progress)
    kept = Schema(columns=tuple(column for column in metadata.table.columns if column.name not in strange))
    sides = (table.drop(columns=strange) for table in (learned.split.training, learned.split.holdout, fake))
    evaluation = evaluate(
        *sides,
        schema=kept,
        target=None if config.target in strange else config.target,
        group_by=None if config.group_by in strange else config.group_by,
        facts=generation_facts(metadata, summary),
        losses=losses,
        planted=planted,
        random_state=config.random_state,
    )
    mark = Origin(metadata.source_fingerprint, run.release_key_file).known_mark(fake)
    known = {"safeguards": safeguards(metadata), "guarantee": guarantee(metadata), "protection": metadata.protection}
    return evaluation.model_copy(update={"mark": mark, **known})


def _asked_model(
    run: RunDirectory, metadata: TrainingMetadata, learned: Learned, progress: Progress
) -> tuple[RecordLosses | None, PlantedCanaries | None]:
    """What the model says of real rows and of canaries; without it, the canaries alone."""
    try:
        # Of other stand-ins than those that it learned, the model says the same on both sides.
        losses = None if learned.strange else table_losses(run, metadata, learned.split, progress)
        return losses, planted_canaries(run, metadata, progress)
    except (ArtifactError, ModelError) as error:
        log.warning("attacks that need the model are left out: %s", error)
        return None, planted_canaries(run, metadata, None)
