"""Padded batches of examples as a torch dataset, assembled anew for each epoch. Knows no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tabsynth.assembler.assembler import Assembler
from tabsynth.seeds import Seeds
from tabsynth.trainer.smoothing import Smoothing

if TYPE_CHECKING:
    import torch

IGNORED = -100
"""The label of tokens that are not learned: prompt and padding."""
BUCKET_BATCHES = 32
MOST_TOKENS = 2.0
"""Tokens of a batch at most, as a multiple of a full batch of mean examples."""


class BatchDataset:
    """Item i is batch i of the epoch: `input_ids` and `labels`, both (batch, longest example).

    Batches hold examples of similar length, so that little is padding.

    Args:
        assembler: Makes the examples.
        batch_size: Examples in a batch.
        seeds: Settle the order.
        smoothing: Moves numbers to neighbouring bins, anew each time; None leaves records as they are.
    """

    def __init__(self, assembler: Assembler, batch_size: int, seeds: Seeds, smoothing: Smoothing | None = None) -> None:
        self._assembler = assembler
        self._smoothing = smoothing
        self._batch_size = batch_size
        self._seeds = seeds
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Assemble the examples of `epoch`."""
        groups = self._assembler.groups(epoch, self._seeds)
        tokens = self._assembler.tokens(groups)
        rng = self._seeds.stream(f"batches/{epoch}")
        bucket = self._batch_size * BUCKET_BATCHES
        batches = []
        for start in range(0, len(groups), bucket):
            order = start + np.argsort(tokens[start : start + bucket], kind="stable")
            batches += self._cut(order, tokens)
        self._jitter = self._seeds.stream(f"smoothing/{epoch}")
        self._groups = groups
        self._batches = [batches[at] for at in rng.permutation(len(batches))]

    def _cut(self, order: NDArray[np.int64], tokens: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Cut groups, shortest first, into batches; long examples go into smaller ones, so that steps take alike."""
        most = MOST_TOKENS * self._batch_size * float(tokens.mean())
        batches, start = [], 0
        for at in range(1, len(order) + 1):
            size = at - start
            if at == len(order) or size == self._batch_size or (size + 1) * tokens[order[at]] > most:
                batches.append(order[start:at])
                start = at
        return batches

    def __len__(self) -> int:
        """Number of batches in the epoch."""
        return len(self._batches)

    def __getitem__(self, at: int) -> dict[str, torch.Tensor]:
        """Return one batch."""
        import torch

        examples = [self._assembler.example(self._groups[group]) for group in self._batches[at]]
        longest = max(len(example.ids) for example in examples)
        ids = np.full((len(examples), longest), int(self._assembler.end[0]), dtype=np.int64)
        labels = np.full_like(ids, IGNORED)
        for row, example in enumerate(examples):
            ids[row, : len(example.ids)] = example.ids
            labels[row, example.prompt_tokens : len(example.ids)] = example.ids[example.prompt_tokens :]
        if self._smoothing is not None:
            ids = self._smoothing.apply(ids, self._jitter)
            labels = np.where(labels == IGNORED, IGNORED, ids)
        return {"input_ids": torch.from_numpy(ids), "labels": torch.from_numpy(labels)}

    @property
    def num_records(self) -> int:
        """Number of records in an epoch."""
        return len(self._assembler.records)

    def num_records_of(self, batch: dict[str, torch.Tensor]) -> int:
        """Number of records in a batch, as its share of the epoch's examples."""
        return round(len(batch["input_ids"]) * self.num_records / len(self._groups))
