"""Numbers as atoms, bins and steps, worked out by hand."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from tabsynth.codec.numeric import BINS, STEPS, NumericCodec
from tabsynth.codec.slot import Slot
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.values import Values

Make = Callable[..., Values]


@pytest.fixture
def fit(column: Callable[..., Column], values: Make) -> Callable[..., NumericCodec]:
    def make(cells: list, decimals: int | None = 0) -> NumericCodec:
        kind = Kind.INTEGER if decimals == 0 else Kind.DECIMAL
        dtype = np.int64 if decimals == 0 else np.float64
        return NumericCodec.fit(values(cells, dtype), column(kind, decimals=decimals))

    return make


def drawn(codec: NumericCodec, tokens: list[list[int]], times: int = 200) -> set[float]:
    return set(codec.decode(np.array(tokens * times), np.random.default_rng(0)).data.tolist())


def test_a_short_grid_has_a_token_for_each_tick_seen_or_not(fit: Callable[..., NumericCodec], values: Make) -> None:
    codec = fit([3, 4, 4, 6])
    assert (codec.origin, codec.stride, codec.edges, codec.atoms, codec.steps) == (3, 1, (0, 1, 2, 3, 4), (), 1)
    assert codec.slots("n") == (Slot("n", 4, 4),)
    assert codec.encode(values([6, 3, 5], np.int64)).tolist() == [[3], [0], [2]]
    assert codec.decode(np.array([[3], [0], [2]]), np.random.default_rng(0)).data.tolist() == [6, 3, 5]


def test_the_grid_is_the_greatest_common_divisor_of_the_distances(fit: Callable[..., NumericCodec]) -> None:
    codec = fit([5, 105, 355, 155, 205])  # 50 apart: ticks 0, 2, 7, 3 and 4
    assert (codec.origin, codec.stride, codec.edges) == (5, 50, (0, 1, 2, 3, 4, 5, 6, 7, 8))
    assert codec.bounds() == (5, 355)


def test_missing_is_the_first_token(fit: Callable[..., NumericCodec], values: Make) -> None:
    codec = fit([1, None, 2])
    assert codec.slots("n") == (Slot("n", 3, 3),)
    assert codec.encode(values([None, 1, 2], np.int64)).tolist() == [[0], [1], [2]]
    assert codec.decode(np.array([[0], [2]]), np.random.default_rng(0)).missing.tolist() == [True, False]


def test_a_column_that_is_all_missing_has_one_token(fit: Callable[..., NumericCodec]) -> None:
    codec = fit([None, None])
    assert codec.slots("n") == (Slot("n", 1, 1),)
    assert codec.bounds() == (0.0, 0.0)
    assert codec.decode(np.array([[0]]), np.random.default_rng(0)).missing.tolist() == [True]


def test_few_values_far_apart_are_all_atoms(fit: Callable[..., NumericCodec], values: Make) -> None:
    codec = fit([0, 7, 100_000] * 5)
    assert (codec.atoms, codec.atom_ticks, codec.edges) == ((0, 7, 100_000), (0, 7, 100_000), ())
    assert codec.slots("n") == (Slot("n", 3, 3),)
    assert codec.encode(values([100_000, 0, 7], np.int64)).tolist() == [[2], [0], [1]]


def test_a_value_never_seen_takes_the_nearest_atom(fit: Callable[..., NumericCodec], values: Make) -> None:
    codec = fit([0, 7, 100_000] * 5)
    assert codec.encode(values([-9, 4, 60_000, 10**12], np.int64)).tolist() == [[0], [1], [2], [2]]


def test_a_frequent_value_is_an_atom_among_bins(fit: Callable[..., NumericCodec], values: Make) -> None:
    # 0 five times, the others once each: 0 is an atom, 1,000 ... 99,000 fall into bins.
    codec = fit([0] * 5 + [1_000 * n + n % 7 for n in range(1, 100)])
    assert (codec.atoms, codec.atom_ticks) == ((0,), (0,))
    assert codec.num_bins == BINS and codec.steps == STEPS
    assert codec.slots("n") == (Slot("n", 1 + BINS, 1), Slot("n/step", STEPS, STEPS))
    assert codec.encode(values([0], np.int64)).tolist() == [[0, -1]]
    assert drawn(codec, [[0, -1]]) == {0}


def test_four_occurrences_make_no_atom(fit: Callable[..., NumericCodec]) -> None:
    assert fit([0] * 4 + [1_000 * n + n % 7 for n in range(1, 100)]).atoms == ()


def test_a_step_holds_the_ticks_that_map_to_it() -> None:
    # One bin of 6 ticks, four steps: ticks 0-5 go to steps 0 0 1 2 2 3.
    codec = NumericCodec(nullable=False, decimals=0, origin=10, edges=(0, 6), steps=4)
    ticks = Values(np.arange(10, 16), np.zeros(6, dtype=bool))
    assert codec.encode(ticks).tolist() == [[0, 0], [0, 0], [0, 1], [0, 2], [0, 2], [0, 3]]
    assert [drawn(codec, [[0, step]]) for step in range(4)] == [{10, 11}, {12}, {13, 14}, {15}]


def test_a_step_narrower_than_a_tick_stands_for_the_tick_that_it_lies_in() -> None:
    # One bin of 2 ticks, four steps: steps 0 and 2 hold a tick, 1 and 3 lie inside the same ticks.
    codec = NumericCodec(nullable=False, decimals=0, edges=(0, 2), steps=4)
    assert [drawn(codec, [[0, step]]) for step in range(4)] == [{0}, {0}, {1}, {1}]


def test_a_step_is_drawn_uniformly() -> None:
    codec = NumericCodec(nullable=False, decimals=0, edges=(0, 100), steps=2)
    data = codec.decode(np.array([[0, 1]] * 5_000), np.random.default_rng(0)).data
    assert (data.min(), data.max()) == (50, 99)
    assert np.bincount(data)[50:].min() > 60  # 100 expected of each


def test_bins_hold_equally_many_values(fit: Callable[..., NumericCodec], values: Make) -> None:
    cells = [n**3 for n in range(640)]
    codec = fit(cells)
    heads = codec.encode(values(cells, np.int64))[:, 0]
    assert set(np.bincount(heads).tolist()) <= {9, 10, 11}


def test_decimals_stay_on_their_grid(fit: Callable[..., NumericCodec], values: Make) -> None:
    codec = fit([0.25, 0.5, 1.0], 2)
    assert (codec.origin, codec.stride, codec.edges) == (25, 25, (0, 1, 2, 3, 4))
    assert codec.encode(values([0.75], np.float64)).tolist() == [[2]]
    assert codec.decode(np.array([[0], [1], [2], [3]]), np.random.default_rng(0)).data.tolist() == [
        0.25,
        0.5,
        0.75,
        1.0,
    ]


def test_a_continuous_column_stays_inside_its_bounds(fit: Callable[..., NumericCodec], values: Make) -> None:
    cells = np.random.default_rng(0).lognormal(size=500).tolist()
    codec = fit(cells, None)
    assert (codec.decimals, codec.low, codec.high) == (None, min(cells), max(cells))
    assert codec.bounds() == (min(cells), max(cells))
    data = codec.decode(codec.encode(values(cells, np.float64)), np.random.default_rng(0)).data
    assert min(cells) <= data.min() and data.max() <= max(cells)
    assert np.abs(np.sort(data) - np.sort(cells)).max() < (max(cells) - min(cells)) / 64


def test_a_value_far_beyond_the_bounds_is_written_as_the_nearest_end(
    fit: Callable[..., NumericCodec], values: Make
) -> None:
    codec = fit((np.random.default_rng(0).random(500) * 1e-9).tolist(), None)
    low, high = codec.encode(values([-1e30, 1e30], np.float64)).tolist()
    assert (low, high) == ([0, 0], [codec.num_bins - 1, STEPS - 1])
    exact = fit([n / 100 for n in range(0, 10_000, 7)], 2)
    low, high = exact.encode(values([-1e30, 1e30], np.float64)).tolist()
    assert (low[0], high[0]) == (0, exact.num_bins - 1)


def test_atoms_beyond_the_precision_of_a_float_are_exact(fit: Callable[..., NumericCodec], values: Make) -> None:
    cells = [0, 2**53 + 1, 2**55 + 1] * 5
    codec = NumericCodec.model_validate_json(fit(cells).model_dump_json())
    assert codec.decode(codec.encode(values(cells, np.int64)), np.random.default_rng(0)).data.tolist() == cells


def test_integers_over_the_whole_range_come_back_within_their_step(
    fit: Callable[..., NumericCodec], values: Make
) -> None:
    rng = np.random.default_rng(0)
    cells = [-(2**63), 2**63 - 1, *rng.integers(-(2**63), 2**63 - 1, 300).tolist()]
    codec = fit(cells)
    data = codec.decode(codec.encode(values(cells, np.int64)), rng).data.tolist()
    edges = [codec.origin + edge * codec.stride for edge in codec.edges]
    widest = max(b - a for a, b in itertools.pairwise(edges))
    assert min(data) >= min(cells) and max(data) <= max(cells)
    assert max(abs(a - b) for a, b in zip(data, cells, strict=True)) <= widest / STEPS + codec.stride


def test_the_positions_of_head_tokens_are_ranks_of_their_values() -> None:
    # Atoms 0 and 50 and bins 10-20 and 20-30: in the order of value 0, bin, bin, 50.
    codec = NumericCodec(nullable=True, decimals=0, atoms=(0, 50), atom_ticks=(0, 50), edges=(10, 20, 30))
    positions = codec.positions()
    assert np.isnan(positions[0])
    assert positions[1:].tolist() == [0, 1, 1 / 3, 2 / 3]
    assert codec.labels() == ["missing", "0", "50", "15", "25"]
