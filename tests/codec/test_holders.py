"""Numbers are learned so that no few subjects can be read from atoms or bin edges."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.holders import Holders
from tabsynth.codec.numeric import NumericCodec
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.values import Values

COLUMN = Column(name="amount", kind=Kind.INTEGER, dtype=ColumnDtype(name="int64"), nullable=False, decimals=0)


def whole(values: np.ndarray) -> Values:
    return Values(np.asarray(values, dtype=np.int64), np.zeros(len(values), dtype=bool))


def test_a_value_of_one_subject_is_an_atom_without_holders_and_none_with_them() -> None:
    cells = np.array([0] * 40 + [10_000] * 40 + [5_001] * 9 + [7_777])
    assert 7_777 in NumericCodec.fit(whole(cells), COLUMN).atoms
    assert NumericCodec.fit(whole(cells), COLUMN, Holders(5)).atoms == (0, 5_001, 10_000)


def test_many_rows_of_one_subject_are_one_holder() -> None:
    cells, subjects = np.array([0] * 40 + [10_000] * 40 + [5_001] * 9), np.arange(89)
    subjects[80:] = 80
    assert 5_001 in NumericCodec.fit(whole(cells), COLUMN, Holders(5)).atoms
    assert 5_001 not in NumericCodec.fit(whole(cells), COLUMN, Holders(5, subjects)).atoms


def test_outer_edges_are_those_of_the_fifth_subject_and_inner_ones_lie_halfway() -> None:
    ticks = np.arange(0, 200, 10)
    edges = Holders(5).bin_edges(ticks, 64)
    assert edges[0] == 40
    assert edges[-1] == 151
    assert not set(edges[1:-1].tolist()) & set(ticks.tolist())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 30)), min_size=5, max_size=200),
    st.integers(1, 64),
)
def test_every_bin_holds_five_subjects(cells: list[tuple[int, int]], most: int) -> None:
    ticks, subjects = (np.array(some, dtype=np.int64) for some in zip(*cells, strict=True))
    edges = Holders(5, subjects).bin_edges(ticks, most)
    if len(np.unique(subjects)) < 5:
        assert len(edges) == 0
        return
    bins = np.searchsorted(edges, np.clip(ticks, edges[0], edges[-1] - 1), side="right")
    assert len(edges) <= most + 1
    assert min(len(np.unique(subjects[bins == place])) for place in range(1, len(edges))) >= 5
