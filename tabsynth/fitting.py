"""Fitting: from a split table to an adapter in a run directory, and the codec that its metadata stands for."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from tabsynth.artifact.layout import RunDirectory, write_file, write_folder, write_text
from tabsynth.artifact.metadata import BaseReference, CanaryFacts, Decision, LoraSettings, TrainingMetadata
from tabsynth.assembler.assembler import Assembler
from tabsynth.assembler.canaries import Canaries, draw_canaries, repetitions_of
from tabsynth.assembler.mosaic import Mosaic
from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.records import Records
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import TextTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.config import Config
from tabsynth.data.fingerprint import table_fingerprint
from tabsynth.data.split import Split
from tabsynth.models.adapter import attach_adapter, save_adapter
from tabsynth.models.base import build_base, context_of
from tabsynth.models.choice import Workload, choose_base
from tabsynth.models.legal import can_fold
from tabsynth.models.reference import ResolvedBase, resolve
from tabsynth.models.tokenizer import tokenizer_for
from tabsynth.progress import Progress
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import BatchDataset
from tabsynth.trainer.marginals import start_at_marginals
from tabsynth.trainer.plan import Plan, PlanInputs, time_limit
from tabsynth.trainer.trainer import LoraTrainer

PREFIX_BLOCK = 32
"""Tokens of vLLM's cache block on CPUs, a multiple of that on GPUs."""
STARTING_RECORDS = 64
"""Records that settle where the head of a pretrained base starts."""
LIBRARIES = ("torch", "transformers", "peft", "pandas", "numpy")
WATCHED_ROWS = 1_000
"""Holdout rows whose loss is watched: enough to rank checkpoints, cheap to look at."""
WATCHED_TOKENS = 25_000
"""Their tokens at most."""
WATCHED_TOKENS_PRETRAINED = 1_500
"""Their tokens at most where a pretrained base runs on a CPU, some hundred tokens a second."""


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
    import torch

    started, seeds = time.monotonic(), Seeds(config.random_state)
    ready = _prepare(split, schema, config, progress)
    codec, plan, vocabulary = ready.codec, ready.plan, ready.codec.vocabulary
    lora = LoraSettings(rank=plan.lora_rank, alpha=float(plan.lora_rank))
    torch.manual_seed(seeds.number("adapter"))
    plain = build_base(ready.reference, codec)
    new_ids = None if ready.reference.folder is None else list(range(vocabulary.base_size, vocabulary.size))
    if ready.reference.folder is not None:
        # The small base has learned them after a percent of its steps; a pretrained one on a CPU makes few steps.
        start_at_marginals(
            plain, vocabulary, ready.table.records, BatchDataset(ready.table, STARTING_RECORDS, seeds)[0]
        )
    legal = can_fold(plain) and (config.record_format != "table" or config.constraint != "reject")
    model = attach_adapter(plain, lora, new_ids)
    _start_checkpoints(run, f"{table_fingerprint(split.training)} {config.model_dump_json()}")
    trainer = LoraTrainer(
        plan,
        vocabulary,
        folded=legal,
        seeds=seeds,
        checkpoints=run.checkpoints,
        runs=codec.neighbour_runs(),
        started=started,
    )
    summary = trainer.train(model, ready.training, ready.watched, progress)
    run.drop_results()
    write_folder(run.adapter, lambda folder: save_adapter(model, folder))
    shutil.rmtree(run.checkpoints, ignore_errors=True)
    return TrainingMetadata(
        statistics=ready.table.statistics(max(1, round(summary.epochs)), seeds),
        num_training_rows=len(split.training),
        num_holdout_rows=len(split.holdout),
        table=schema,
        facts=ready.facts,
        record_format=config.record_format,
        prompt_ids=tuple(codec.prompt),
        base=ready.reference,
        lora=lora,
        plan=plan.decisions,
        training=summary,
        legal=legal,
        canaries=_kept(ready.canaries, run),
        random_state=config.random_state,
        config=config.model_dump(),
        library_versions={library: version(library) for library in LIBRARIES},
    )


def _kept(canaries: Canaries | None, run: RunDirectory) -> CanaryFacts | None:
    """Keep the canaries in the run, for the report."""
    if canaries is None:
        return None
    write_file(run.canaries_file, lambda file: canaries.frame.to_parquet(file))
    return CanaryFacts(repetitions=canaries.repetitions)


@dataclass(frozen=True)
class _Prepared:
    """All that a training needs besides the model.

    Attributes:
        table: The records of the table alone, which what is counted and planned goes by.
        training: What is learned: these, and canaries where they are wanted.
    """

    facts: Facts
    codec: Codec
    plan: Plan
    reference: BaseReference
    table: Assembler
    training: Assembler
    canaries: Canaries | None
    watched: Assembler | None


def _prepare(split: Split, schema: Schema, config: Config, progress: Progress) -> _Prepared:
    import torch

    name, reason = config.model, "set by the user"
    if name is None:
        seconds = None if torch.cuda.is_available() else time_limit(config)
        name, reason = choose_base(schema, config.record_format, Workload.of(split.training, schema, seconds))
    base = resolve(name, progress)
    tokenizer = tokenizer_for(base.folder, config.record_format, has_text=schema.has_words)
    facts = Facts.fit(split.training, schema, tokenizer, derive=config.record_format == "table")
    codec = make_codec(schema, facts, tokenizer, config, pretrained=base.folder is not None)
    records, context = codec.encode(split.training), context_of(base.folder)
    context = min(context, config.context_tokens or context)
    inputs = PlanInputs(
        num_records=len(records),
        mean_tokens=float(records.lengths.mean()),
        is_mini=base.folder is None,
        has_gpu=torch.cuda.is_available(),
    )
    plan = Plan.of(inputs, config, Decision(name="model", value=name, reason=reason))
    is_fast = inputs.is_mini or inputs.has_gpu
    seeds = Seeds(config.random_state)
    canaries, learned = None, records
    if config.canaries:
        repetitions = repetitions_of(config.canaries, len(records))
        canaries = draw_canaries(Mosaic(split.training, schema, facts), codec, records, repetitions, seeds)
        learned = Records.of([*records, *canaries.records])
    return _Prepared(
        facts=facts,
        codec=codec,
        plan=plan,
        reference=_reference(base, plan, seeds),
        table=_assembler(codec, records, plan.records_per_example, context),
        training=_assembler(codec, learned, plan.records_per_example, context),
        canaries=canaries,
        watched=_watched(codec, split, context, WATCHED_TOKENS if is_fast else WATCHED_TOKENS_PRETRAINED),
    )


def _reference(base: ResolvedBase, plan: Plan, seeds: Seeds) -> BaseReference:
    shape = (plan.hidden_size, plan.num_layers) if base.folder is None else (None, None)
    return BaseReference(
        name=base.name,
        revision=base.revision,
        folder=str(base.folder) if base.folder else None,
        hidden_size=shape[0],
        num_layers=shape[1],
        seed=seeds.number("base"),
    )


def _assembler(codec: Codec, records: Records, records_per_example: int, context: int) -> Assembler:
    return Assembler(
        codec.prompt,
        codec.vocabulary.end,
        records,
        records_per_example=records_per_example,
        context_tokens=context,
    )


def _watched(codec: Codec, split: Split, context: int, max_tokens: int) -> Assembler | None:
    """The holdout records whose loss is watched: those that can be written and fit into the context."""
    held = codec.encode(split.holdout[codec.encodable(split.holdout)].head(WATCHED_ROWS))
    room = context - len(codec.prompt) - 1
    fits = [record for record in held if len(record) <= room]
    before = np.cumsum([0, *(len(record) for record in fits)])
    fits = [record for record, tokens in zip(fits, before, strict=False) if tokens < max_tokens]
    return _assembler(codec, Records.of(fits), 1, context) if fits else None


def codec_of(metadata: TrainingMetadata) -> Codec:
    """Return the codec that a finished training used."""
    tokenizer = tokenizer_of(metadata)
    pretrained = metadata.base.folder is not None
    return make_codec(metadata.table, metadata.facts, tokenizer, Config(**metadata.config), pretrained=pretrained)


def tokenizer_of(metadata: TrainingMetadata) -> TextTokenizer:
    """Return the base tokenizer that a finished training used."""
    folder = Path(metadata.base.folder) if metadata.base.folder else None
    return tokenizer_for(folder, metadata.record_format, has_text=metadata.table.has_words)


def make_codec(schema: Schema, facts: Facts, tokenizer: TextTokenizer, config: Config, *, pretrained: bool) -> Codec:
    """Return the codec of a record format; for text formats a pretrained base first reads the column names."""
    if config.record_format == "table":
        # No preamble: table tokens start from their column's words, and a preamble is read again in each example.
        return TableCodec(schema, facts, tokenizer, single=config.records_per_example in (None, 1))
    names = ", ".join(schema.names)
    preamble = tokenizer.encode(f"Records of a table with the columns {names}:\n") if pretrained else []
    # Engines share whole cache blocks of the prompt between requests: of a few tokens more, each request would pay.
    if len(preamble) > PREFIX_BLOCK:
        preamble = preamble[: len(preamble) // PREFIX_BLOCK * PREFIX_BLOCK]
    line_format = ValuesFormat() if config.record_format == "values" else JsonLinesFormat()
    return LineCodec(schema, facts, tokenizer, line_format, preamble)


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
