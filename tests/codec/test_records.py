"""Records as one flat array."""

import numpy as np

from tabsynth.codec.records import Records


def test_records_are_gathered_one_after_the_other() -> None:
    records = Records.of([[1, 2, 3], [], np.array([4], dtype=np.int32)])
    assert records.ids.tolist() == [1, 2, 3, 4]
    assert records.offsets.tolist() == [0, 3, 3, 4]
    assert records.ids.dtype == np.int32 and records.offsets.dtype == np.int64


def test_a_record_is_found_by_its_place() -> None:
    records = Records.of([[1, 2, 3], [], [4]])
    assert [record.tolist() for record in records] == [[1, 2, 3], [], [4]]
    assert records[2].tolist() == [4]
    assert records.lengths.tolist() == [3, 0, 1]
    assert len(records) == 3


def test_there_can_be_no_records() -> None:
    records = Records.of([])
    assert (len(records), list(records), records.lengths.tolist()) == (0, [], [])
