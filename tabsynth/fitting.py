"""Fitting: from a split table to an adapter in a run directory. The order of the steps."""

from __future__ import annotations

import json
import shutil
import time
from importlib.metadata import version
from typing import Any

from tabsynth.artifact.layout import RunDirectory, write_file, write_folder, write_text
from tabsynth.artifact.metadata import CanaryFacts, LoraSettings, TrainingMetadata
from tabsynth.assembler.canaries import Canaries
from tabsynth.config import Config
from tabsynth.data.fingerprint import table_fingerprint
from tabsynth.data.split import Split
from tabsynth.models.adapter import attach_adapter, save_adapter
from tabsynth.models.base import build_base
from tabsynth.models.legal import can_fold
from tabsynth.preparing import Prepared, prepare
from tabsynth.private_preparing import prepare_privately
from tabsynth.progress import Progress
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.marginals import start_at_marginals
from tabsynth.trainer.private.head import start_head
from tabsynth.trainer.private.trainer import PrivateTrainer
from tabsynth.trainer.trainer import LoraTrainer

LIBRARIES = ("torch", "transformers", "peft", "pandas", "numpy")
STARTING_RECORDS = 64
"""Records that settle where the head of a pretrained base starts."""


def fit_table(
    split: Split, schema: Schema, *, config: Config, run: RunDirectory, progress: Progress
) -> TrainingMetadata:
    """Train an adapter and leave it in `run`.

    Args:
        split: Rows to learn and rows to watch.
        schema: Their schema.
        config: The user's settings.
        run: Where adapter and checkpoints go.
        progress: Where the bars go.

    Returns:
        What generation needs; the caller writes it once everything else is in place.
    """
    started = time.monotonic()
    identity, private = f"{table_fingerprint(split.training)} {config.model_dump_json()}", None
    if config.epsilon is None:
        ready = prepare(split, schema, config, progress)
        _start_checkpoints(run, identity)
    else:
        _start_checkpoints(run, identity)  # also of what is drawn for the preparation
        private = prepare_privately(split, schema, config, progress, run.checkpoints / "entropy")
        ready = private.ready
    lora = LoraSettings(rank=ready.plan.lora_rank, alpha=float(ready.plan.lora_rank))
    seeds = Seeds(config.random_state)
    model, legal = _model(ready, lora, config, is_private=private is not None)
    options: dict[str, Any] = {"folded": legal, "seeds": seeds, "checkpoints": run.checkpoints, "started": started}
    if private is None:
        trainer = LoraTrainer(ready.plan, ready.codec.vocabulary, runs=ready.codec.neighbour_runs(), **options)
        summary, ledger = trainer.train(model, ready.training, ready.watched, progress), None
    else:
        start_head(model, ready.codec.vocabulary, private.shares, ready.codec.prompt, seeds.number("head"))
        careful = PrivateTrainer(ready.plan, ready.codec.vocabulary, privacy=private.training, **options)
        summary, ledger = careful.train(model, ready.training, private.subjects, progress), private.ledger()
        summary = summary.model_copy(update={"tokens": round(summary.epochs * private.pass_tokens)})
    run.drop_results()
    write_folder(run.adapter, lambda folder: save_adapter(model, folder))
    shutil.rmtree(run.checkpoints, ignore_errors=True)
    return TrainingMetadata(
        statistics=ready.table.statistics(max(1, round(summary.epochs)), seeds),
        num_training_rows=len(split.training),
        num_holdout_rows=len(split.holdout),
        table=ready.schema,
        facts=ready.facts,
        record_format=config.record_format,
        prompt_ids=tuple(ready.codec.prompt),
        base=ready.reference,
        lora=lora,
        plan=ready.plan.decisions,
        training=summary,
        legal=legal,
        canaries=_kept(ready.canaries, run),
        protection=ready.protection,
        ledger=ledger,
        random_state=config.random_state,
        config=config.model_dump(),
        library_versions={library: version(library) for library in LIBRARIES},
    )


def _model(ready: Prepared, lora: LoraSettings, config: Config, *, is_private: bool) -> tuple[Any, bool]:
    """Return the base with a fresh adapter, and whether illegal tokens are left out of the loss."""
    import torch

    seeds, vocabulary = Seeds(config.random_state), ready.codec.vocabulary
    torch.manual_seed(seeds.number("adapter"))
    plain = build_base(ready.reference, ready.codec)
    is_pretrained = ready.reference.folder is not None
    if is_pretrained and not is_private:
        # The small base has learned them after a percent of its steps; a pretrained one on a CPU makes few steps.
        start_at_marginals(
            plain, vocabulary, ready.table.records, BatchDataset(ready.table, STARTING_RECORDS, seeds)[0]
        )
    legal = can_fold(plain) and (config.record_format != "table" or config.constraint != "reject")
    new_ids = list(range(vocabulary.base_size, vocabulary.size)) if is_pretrained else None
    return attach_adapter(plain, lora, new_ids), legal


def _kept(canaries: Canaries | None, run: RunDirectory) -> CanaryFacts | None:
    """Keep the canaries in the run, for the report."""
    if canaries is None:
        return None
    write_file(run.canaries_file, lambda file: canaries.frame.to_parquet(file))
    return CanaryFacts(repetitions=canaries.repetitions)


def _start_checkpoints(run: RunDirectory, identity: str) -> None:
    """Keep checkpoints of this very training; drop those of another table or other settings."""
    owner = run.checkpoints / "identity.json"
    try:
        same = json.loads(owner.read_text())["identity"] == identity
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if not same:
        shutil.rmtree(run.checkpoints, ignore_errors=True)
        write_text(owner, json.dumps({"identity": identity}))
