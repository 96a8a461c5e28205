"""Physical batches of a private step."""

from collections.abc import Callable

import numpy as np

from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.records import Records
from tabsynth.trainer.dataset import IGNORED
from tabsynth.trainer.private.batches import physical_batches


def assembler(lengths: list[int]) -> Assembler:
    records = Records.of([[10 + at] * length for at, length in enumerate(lengths)])
    return Assembler([0], 1, records, records_per_example=1, context_tokens=32)


def test_every_record_stands_in_one_batch_with_its_labels() -> None:
    found = {}
    for batch in physical_batches(assembler([3, 1, 2, 5]), np.array([3, 0, 1]), 2, "cpu"):
        assert len(batch["input_ids"]) <= 2
        for ids, labels in zip(batch["input_ids"].tolist(), batch["labels"].tolist(), strict=True):
            found[ids[1]] = (ids, labels)
    assert found == {
        11: ([0, 11, 1, 1, 1], [IGNORED, 11, 1, IGNORED, IGNORED]),
        10: ([0, 10, 10, 10, 1], [IGNORED, 10, 10, 10, 1]),
        13: ([0, 13, 13, 13, 13, 13, 1], [IGNORED, 13, 13, 13, 13, 13, 1]),
    }


def test_a_step_without_records_has_no_batch(assembled: Callable[[int, int], Assembler]) -> None:
    assert list(physical_batches(assembled(10, 0), np.array([], dtype=np.int64), 4, "cpu")) == []
