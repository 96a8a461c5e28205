"""Rare exact numbers take the nearest that is kept."""

import numpy as np

from tabsynth.privacy.protect.atoms import nearest_kept
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.values import Values

COLUMN = Column(name="amount", kind=Kind.INTEGER, dtype=ColumnDtype(name="int64"), nullable=True, decimals=0)
COMMON = [0] * 200 + [5_001] * 200 + [10_000] * 200


def moved(cells: list[int], threshold: int = 5, subjects: np.ndarray | None = None) -> tuple[list[int], int]:
    values = Values(np.array(cells, dtype=np.int64), np.zeros(len(cells), dtype=bool))
    donors, num_rare = nearest_kept(values, COLUMN, Subjects.of(subjects, len(cells)), threshold)
    return values.data[donors].tolist(), num_rare


def test_a_value_of_one_takes_the_nearest_kept_one() -> None:
    assert moved([*COMMON, 7_000, 8_000, -90]) == ([*COMMON, 5_001, 10_000, 0], 3)


def test_what_five_hold_stays() -> None:
    assert moved([*COMMON, *[7_000] * 5]) == ([*COMMON, *[7_000] * 5], 0)
    assert moved([*COMMON, *[7_000] * 5], threshold=6) == ([*COMMON, *[5_001] * 5], 1)


def test_five_rows_of_one_subject_are_rare() -> None:
    subjects = np.array([*range(600), *[600] * 5])
    assert moved([*COMMON, *[7_000] * 5], subjects=subjects) == ([*COMMON, *[5_001] * 5], 1)


def test_where_more_than_a_few_rows_are_rare_they_stay() -> None:
    cells = [*COMMON, *range(20_000, 20_060)]
    assert moved(cells) == (cells, 0)


def test_numbers_in_bins_stay() -> None:
    cells = np.random.default_rng(0).permutation(10**6)[:500].tolist()
    assert moved(cells) == (cells, 0)


def test_integers_at_both_ends_of_their_range_have_a_distance() -> None:
    far = [-(2**63)] * 300 + [2**63 - 1] * 300
    assert moved([*far, 2**62]) == ([*far, 2**63 - 1], 1)


def test_rows_without_a_value_keep_their_own() -> None:
    data = np.array([*COMMON, 7_000, 3], dtype=np.int64)
    missing = np.arange(602) == 601
    donors, num_rare = nearest_kept(Values(data, missing), COLUMN, Subjects.of(None, 602), 5)
    assert (donors[601], num_rare) == (601, 1)
