"""Padded batches of single records for one private step. Knows no model, and nothing of who was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tabsynth.assembler.assembler import Assembler
from tabsynth.trainer.dataset import IGNORED

if TYPE_CHECKING:
    import torch


def physical_batches(
    assembler: Assembler, records: NDArray[np.int64], size: int, device: str
) -> Iterator[dict[str, torch.Tensor]]:
    """Cut the records of a step into batches of at most `size`, shortest records first.

    Padding stands behind a record, where causal attention does not see it, and is not learned; so neither the batch
    nor its other records change what an example's gradient is.

    Args:
        assembler: Makes the examples.
        records: Positions of the records.
        size: Records in a batch.
        device: Where the batches go.

    Yields:
        `input_ids` and `labels`, both (records, longest example).
    """
    import torch

    ordered = records[np.argsort(assembler.records.lengths[records], kind="stable")]
    for start in range(0, len(ordered), size):
        examples = [assembler.example(np.array([record])) for record in ordered[start : start + size]]
        longest = max(len(example.ids) for example in examples)
        ids = np.full((len(examples), longest), int(assembler.end[0]), dtype=np.int64)
        labels = np.full_like(ids, IGNORED)
        for row, example in enumerate(examples):
            ids[row, : len(example.ids)] = example.ids
            labels[row, example.prompt_tokens : len(example.ids)] = example.ids[example.prompt_tokens :]
        yield {"input_ids": torch.from_numpy(ids).to(device), "labels": torch.from_numpy(labels).to(device)}
