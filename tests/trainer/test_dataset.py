"""Batches: padding, labels, and every record once an epoch."""

import numpy as np
import pytest

from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.records import Records
from tabsynth.seeds import Seeds
from tabsynth.trainer.dataset import BUCKET_BATCHES, IGNORED, BatchDataset
from tabsynth.trainer.smoothing import Smoothing

PROMPT, END = [100, 101], 102


def dataset(
    lengths: list[int], batch_size: int, per_example: int = 1, smoothing: Smoothing | None = None
) -> BatchDataset:
    """Records of these lengths; all tokens of record i are i."""
    records = Records.of([[at] * length for at, length in enumerate(lengths)])
    assembler = Assembler(PROMPT, END, records, records_per_example=per_example, context_tokens=512)
    return BatchDataset(assembler, batch_size, Seeds(0), smoothing)


def learned(data: BatchDataset) -> list[list[int]]:
    """The labels of each example without what is ignored, in the order of training."""
    return [[label for label in row if label != IGNORED] for batch in data_of(data) for row in batch["labels"].tolist()]


def data_of(data: BatchDataset) -> list:
    return [data[at] for at in range(len(data))]


def test_prompt_and_padding_are_not_learned() -> None:
    data = dataset([3, 1], batch_size=2)
    batch = data[0]
    # Sorted by length.
    assert batch["input_ids"].tolist() == [[100, 101, 1, 102, 102, 102], [100, 101, 0, 0, 0, 102]]
    assert batch["labels"].tolist() == [
        [IGNORED, IGNORED, 1, 102, IGNORED, IGNORED],
        [IGNORED, IGNORED, 0, 0, 0, 102],
    ]
    assert len(data) == 1


@pytest.mark.parametrize("per_example", [1, 4])
@pytest.mark.parametrize("epoch", [0, 1, 5])
def test_every_record_is_learned_once_an_epoch(per_example: int, epoch: int) -> None:
    lengths = np.random.default_rng(0).integers(1, 9, 97).tolist()
    data = dataset(lengths, batch_size=5, per_example=per_example)
    data.set_epoch(epoch)
    tokens = [token for example in learned(data) for token in example if token != END]
    assert sorted(tokens) == [at for at, length in enumerate(lengths) for _ in range(length)]
    assert data.num_records == 97


def test_every_example_ends_with_the_end() -> None:
    assert all(example[-1] == END and example.count(END) == 1 for example in learned(dataset([2] * 30, 4, 3)))


def test_another_epoch_is_another_order_and_the_same_epoch_the_same() -> None:
    data = dataset([2] * 60, batch_size=4)
    first = learned(data)
    data.set_epoch(1)
    second = learned(data)
    data.set_epoch(0)
    assert learned(data) == first != second
    assert sorted(first) == sorted(second)


def test_batches_have_the_size_that_was_asked_for() -> None:
    sizes = [len(batch["input_ids"]) for batch in data_of(dataset([2] * 23, batch_size=5))]
    assert sorted(sizes) == [3, 5, 5, 5, 5]


def test_batches_hold_examples_of_similar_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, 8 * BUCKET_BATCHES).tolist()
    padded = sum(batch["input_ids"].numel() for batch in data_of(dataset(lengths, batch_size=8)))
    tokens = sum(lengths) + 3 * len(lengths)
    assert tokens <= padded < 1.06 * tokens


def test_smoothing_moves_what_is_read_and_what_is_learned_alike_and_anew_each_time() -> None:
    smoothing = Smoothing.of([(0, 63)], np.ones(103, dtype=np.int64), 64, 0.5)
    data = dataset([1] * 64, batch_size=64, smoothing=smoothing)
    first, second = data[0], data[0]
    for batch in (first, second):
        learnt = batch["labels"] != IGNORED
        assert (batch["labels"][learnt] == batch["input_ids"][learnt]).all()
        assert (batch["input_ids"][:, :2].numpy() == PROMPT).all()
        assert (batch["input_ids"][:, -1] == END).all()
    assert first["input_ids"].tolist() != second["input_ids"].tolist()
    assert sorted(first["input_ids"][:, 2].tolist()) != list(range(64))
