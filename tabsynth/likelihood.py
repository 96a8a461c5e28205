"""How likely a finished run's model finds rows: what one can compute who holds the model. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.assembler.writable import writable_records
from tabsynth.codec.codec import Codec
from tabsynth.codec.records import Records
from tabsynth.data.split import Split
from tabsynth.errors import ArtifactError
from tabsynth.evaluator.attacks.canaries import PlantedCanaries
from tabsynth.evaluator.attacks.loss import RecordLosses
from tabsynth.models.adapter import merge_adapter
from tabsynth.models.base import build_base
from tabsynth.progress import Progress
from tabsynth.run_codec import codec_of
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import IGNORED
from tabsynth.trainer.loss import LegalLoss

MAX_ROWS = 2_000
"""Rows of each side: what is told apart with fewer is of no use, and with more is slow."""
MAX_TOKENS, MAX_TOKENS_PRETRAINED = 400_000, 10_000
"""Tokens of each comparison where the model is small or on a GPU, and where a pretrained base runs on a CPU."""
LOGITS_PER_BATCH = 2**24
"""Numbers that the head writes at once, 64 MB."""


def table_losses(run: RunDirectory, metadata: TrainingMetadata, split: Split, progress: Progress) -> RecordLosses:
    """Return the losses of as many training rows as holdout rows, drawn at random.

    Args:
        run: A finished run.
        metadata: Its metadata.
        split: The rows that it learned and those that it did not.
        progress: Where the bar goes.
    """
    rows = min(_most_rows(metadata), len(split.training), len(split.holdout))
    seeds = Seeds(metadata.random_state)
    sides = [
        frame.iloc[seeds.stream(f"likelihood/{name}").permutation(len(frame))[:rows]]
        for name, frame in (("training", split.training), ("holdout", split.holdout))
    ]
    training, holdout = record_losses(run, metadata, sides, progress)
    return RecordLosses(training, holdout)


def planted_canaries(
    run: RunDirectory, metadata: TrainingMetadata, progress: Progress | None
) -> PlantedCanaries | None:
    """Return the canaries of a run and their losses; None where none were planted or their file is gone.

    Args:
        run: A finished run.
        metadata: Its metadata.
        progress: Where the bar goes; None to leave the losses out, which needs no model.
    """
    if metadata.canaries is None or not run.canaries_file.is_file():
        return None
    frame, repetitions = pd.read_parquet(run.canaries_file), np.array(metadata.canaries.repetitions)
    losses = np.full(len(frame), np.nan)
    if progress is not None:
        rows = max(_most_rows(metadata), 2 * len(repetitions))
        (found,) = record_losses(run, metadata, [frame.head(rows)], progress)
        losses[: len(found)] = found
    return PlantedCanaries(frame, repetitions, losses)


def record_losses(
    run: RunDirectory, metadata: TrainingMetadata, frames: Sequence[pd.DataFrame], progress: Progress
) -> list[NDArray[np.float64]]:
    """Return the mean loss of each row's tokens under the model, in nats, over the tokens that are legal.

    Args:
        run: A finished run.
        metadata: Its metadata.
        frames: Rows with the columns of the learned table.
        progress: Where the bar goes.

    Returns:
        One array a frame, shape (rows,), NaN for rows that the codec cannot write or the context cannot hold.

    Raises:
        ArtifactError: The adapter is not there.
        ModelError: The base model is not there.
    """
    import torch

    if not any(run.adapter.glob("*.safetensors")):
        raise ArtifactError("the adapter is missing", where=str(run.adapter), do="run the training again")
    codec, device = codec_of(metadata), "cuda" if torch.cuda.is_available() else "cpu"
    model: Any = merge_adapter(build_base(metadata.base, codec), run.adapter)
    model.to(device).eval()
    loss = LegalLoss(codec.vocabulary, folded=metadata.legal, device=device)
    found = [np.full(len(frame), np.nan) for frame in frames]
    room = metadata.statistics.context_tokens - len(codec.prompt) - 1
    with progress.task("likelihood", float(sum(map(len, frames)))) as task, torch.inference_mode():
        for done, (frame, losses) in enumerate(zip(frames, found, strict=True)):
            rows, records = writable_records(frame, codec)
            before = sum(map(len, frames[:done]))
            for batch in _batches(records, room, codec):
                inputs = {name: value.to(device) for name, value in _padded(records, batch, codec).items()}
                losses[rows[batch]] = loss.of_examples(model, inputs).double().cpu().numpy()
                task.update(before + float(np.isfinite(losses).sum()))
    return found


def _most_rows(metadata: TrainingMetadata) -> int:
    """Rows of one side of a comparison, from their tokens: a bound on time that gives the same rows every time."""
    import torch

    is_fast = metadata.base.folder is None or torch.cuda.is_available()
    statistics = metadata.statistics
    tokens = statistics.prompt_tokens + statistics.tokens_per_record.mean
    return min(MAX_ROWS, max(1, int((MAX_TOKENS if is_fast else MAX_TOKENS_PRETRAINED) / 2 / tokens)))


def _batches(records: Records, room: int, codec: Codec) -> list[NDArray[np.intp]]:
    """Cut the records that fit into the context into batches of similar length."""
    order = np.argsort(records.lengths, kind="stable")
    order = order[records.lengths[order] <= room]
    batches, start = [], 0
    for at in range(1, len(order) + 1):
        tokens = 0 if at == len(order) else len(codec.prompt) + 1 + int(records.lengths[order[at]])
        if at == len(order) or (at + 1 - start) * tokens * codec.vocabulary.size > LOGITS_PER_BATCH:
            batches.append(order[start:at])
            start = at
    return batches


def _padded(records: Records, rows: NDArray[np.intp], codec: Codec) -> dict[str, Any]:
    """Return each record as an example of its own, as in training: prompt, record, end; shape (rows, longest)."""
    import torch

    prompt, end = len(codec.prompt), codec.vocabulary.end
    ids = np.full((len(rows), prompt + int(records.lengths[rows].max()) + 1), end, dtype=np.int64)
    labels = np.full_like(ids, IGNORED)
    ids[:, :prompt] = codec.prompt
    for place, row in enumerate(rows.tolist()):
        stop = prompt + len(records[row])
        ids[place, prompt:stop] = records[row]
        labels[place, prompt : stop + 1] = ids[place, prompt : stop + 1]
    return {"input_ids": torch.from_numpy(ids), "labels": torch.from_numpy(labels)}
