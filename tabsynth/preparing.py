"""Preparing a training: from the rows to learn to records, codec, base model and plan. Trains nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.artifact.metadata import BaseReference, Decision
from tabsynth.artifact.protection import Protection
from tabsynth.assembler.assembler import Assembler
from tabsynth.assembler.canaries import Canaries, draw_canaries, repetitions_of
from tabsynth.assembler.mosaic import Mosaic
from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.holders import Holders
from tabsynth.codec.records import Records
from tabsynth.config import Config
from tabsynth.data.split import Split, group_numbers
from tabsynth.models.base import context_of
from tabsynth.models.choice import Workload, choose_base
from tabsynth.models.reference import ResolvedBase, resolve
from tabsynth.models.tokenizer import tokenizer_for
from tabsynth.privacy.protect import listed_categories, protect
from tabsynth.progress import Progress
from tabsynth.run_codec import make_codec
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds
from tabsynth.trainer.plan import Plan, PlanInputs, time_limit

LEAST_HOLDERS = 5
"""Subjects that must share an exact number for the codec to keep it."""
WATCHED_ROWS = 1_000
"""Holdout rows whose loss is watched: enough to rank checkpoints, cheap to look at."""
WATCHED_TOKENS = 25_000
"""Their tokens at most."""
WATCHED_TOKENS_PRETRAINED = 1_500
"""Their tokens at most where a pretrained base runs on a CPU, some hundred tokens a second."""


@dataclass(frozen=True)
class Prepared:
    """All that a training needs besides the model.

    Attributes:
        schema: Of the records.
        facts: What the codec learned.
        codec: Writes the records.
        plan: The numbers.
        reference: The base model.
        table: The records that what is counted and planned goes by.
        training: What is learned: these, and canaries where they are wanted.
        canaries: The canaries; None without.
        watched: Records whose loss is watched; None to watch nothing.
        protection: What value protection did; None if it did not run.
    """

    schema: Schema
    facts: Facts
    codec: Codec
    plan: Plan
    reference: BaseReference
    table: Assembler
    training: Assembler
    canaries: Canaries | None = None
    watched: Assembler | None = None
    protection: Protection | None = None


def prepare(split: Split, schema: Schema, config: Config, progress: Progress) -> Prepared:
    """Prepare a training.

    Args:
        split: Rows to learn and rows to watch.
        schema: Their schema.
        config: The user's settings.
        progress: Where the bars go.
    """
    seeds, rows, protection, holders = Seeds(config.random_state), split.training, None, None
    if config.protect:
        subjects = subjects_of(rows, config)
        rows, protection = protect(rows, schema, subjects=subjects, seeds=seeds)
        schema, holders = listed_categories(schema, rows), Holders(LEAST_HOLDERS, subjects)
    base, decision = chosen_base(rows, schema, config, progress)
    tokenizer = tokenizer_for(base.folder, config.record_format, has_text=schema.has_words)
    facts = Facts.fit(rows, schema, tokenizer, derive=config.record_format == "table", holders=holders)
    codec = make_codec(schema, facts, tokenizer, config, pretrained=base.folder is not None)
    records, context = codec.encode(rows), context_tokens(base, config)
    plan = Plan.of(plan_inputs(base, records), config, decision)
    canaries, learned = None, records
    if config.canaries:
        repetitions = repetitions_of(config.canaries, len(records))
        canaries = draw_canaries(Mosaic(rows, schema, facts), codec, records, repetitions, seeds)
        learned = Records.of([*records, *canaries.records])
    is_slow = base.folder is not None and not plan.use_bf16
    return Prepared(
        schema=schema,
        facts=facts,
        codec=codec,
        plan=plan,
        reference=reference_of(base, plan, seeds),
        table=assembler_of(codec, records, plan.records_per_example, context),
        training=assembler_of(codec, learned, plan.records_per_example, context),
        canaries=canaries,
        watched=_watched(codec, split, context, WATCHED_TOKENS_PRETRAINED if is_slow else WATCHED_TOKENS),
        protection=protection,
    )


def subjects_of(rows: pd.DataFrame, config: Config) -> NDArray[np.int64] | None:
    """Return a number for the subject of each row, shape (rows,); None where each row is a subject."""
    return None if config.group_by is None else group_numbers(rows[config.group_by])


def chosen_base(
    rows: pd.DataFrame, schema: Schema, config: Config, progress: Progress
) -> tuple[ResolvedBase, Decision]:
    """Return the base model, and why it is this one."""
    import torch

    name, reason = config.model, "set by the user"
    if name is None:
        seconds = None if torch.cuda.is_available() else time_limit(config)
        name, reason = choose_base(schema, config.record_format, Workload.of(rows, schema, seconds))
    return resolve(name, progress), Decision(name="model", value=name, reason=reason)


def context_tokens(base: ResolvedBase, config: Config) -> int:
    """Return the longest example in tokens."""
    context = context_of(base.folder)
    return min(context, config.context_tokens or context)


def plan_inputs(base: ResolvedBase, records: Records) -> PlanInputs:
    """Return what the plan is made from."""
    import torch

    return PlanInputs(
        num_records=len(records),
        mean_tokens=float(records.lengths.mean()),
        is_mini=base.folder is None,
        has_gpu=torch.cuda.is_available(),
    )


def reference_of(base: ResolvedBase, plan: Plan, seeds: Seeds) -> BaseReference:
    """Return the base as the metadata keeps it."""
    shape = (plan.hidden_size, plan.num_layers) if base.folder is None else (None, None)
    return BaseReference(
        name=base.name,
        revision=base.revision,
        folder=str(base.folder) if base.folder else None,
        hidden_size=shape[0],
        num_layers=shape[1],
        seed=seeds.number("base"),
    )


def assembler_of(codec: Codec, records: Records, records_per_example: int, context: int) -> Assembler:
    """Return what makes examples of records."""
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
    return assembler_of(codec, Records.of(fits), 1, context) if fits else None
