"""Numbers as slots: exact atoms where values repeat, quantile bins with a step inside elsewhere."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tabsynth.codec.holders import Holders
from tabsynth.codec.slot import Slot
from tabsynth.schema.column import Column
from tabsynth.schema.values import Values

MAX_ALONE = 1_024
"""Most tokens of a column that needs no second slot."""
ROWS_PER_TICK = 4
MIN_DENSE = 256
MIN_ATOM_ROWS = 5
MAX_ATOMS = 200
MIN_ATOM_SHARE = 0.002
BINS = 64
STEPS = 64
CONTINUOUS_TICKS = 2**40
MAX_TICK_BITS = 56

IntArray = NDArray[np.int64]


class NumericCodec(BaseModel):
    """A number as *atom or bin*, then the step inside the bin.

    All arithmetic is on integer ticks: ``value = (origin + tick * stride) / 10**decimals`` for numbers
    with a fixed number of decimals, ``value = low + tick * resolution`` for continuous ones.

    Attributes:
        decimals: Digits after the point, None for a continuous number.
        origin: The lowest value in units of ``10**-decimals``; 0 for a continuous number.
        stride: The grid on which all values lie, in the same unit.
        low: The lower bound of a continuous number.
        high: Its upper bound.
        resolution: The width of a tick of a continuous number.
        atoms: Exact values that have a token of their own, ascending.
        atom_ticks: Their ticks.
        edges: Bin edges in ticks, ascending; bin b holds edges[b] <= tick < edges[b + 1]. Empty if all are atoms.
        steps: Tokens of the second slot; a step spans (edges[b + 1] - edges[b]) / steps ticks. 1 when every bin
            is one tick wide: then there is no second slot.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["numeric"] = "numeric"
    nullable: bool
    decimals: int | None
    origin: int = 0
    stride: int = 1
    low: float = 0.0
    high: float = 0.0
    resolution: float = 1.0
    atoms: tuple[int | float, ...] = ()
    atom_ticks: tuple[int, ...] = ()
    edges: tuple[int, ...] = ()
    steps: int = STEPS

    @classmethod
    def fit(cls, values: Values, column: Column, holders: Holders | None = None) -> Self:
        """Learn atoms, bins and bounds.

        Args:
            values: int64 or float64 values, shape (rows,).
            column: The column; `decimals` settles the grid.
            holders: Of the rows, if no exact value that few of them hold may be learned.
        """
        present = values.data[~values.missing]
        base: dict[str, Any] = {"nullable": bool(values.missing.any()), "decimals": column.decimals}
        if len(present) == 0:
            return cls(**base)
        if column.decimals is None:
            low, high = float(present.min()), float(present.max())
            base |= {"low": low, "high": high, "resolution": (high - low) / CONTINUOUS_TICKS or 1.0}
        else:
            units = _units(present, column.decimals)
            origin = int(units.min())
            stride = int(np.gcd.reduce(_distances(units, origin))) or 1
            # A grid of more ticks than that is made coarser, so that ticks times steps fit into 64 bits.
            finer = ((int(units.max()) - origin) // stride).bit_length() - MAX_TICK_BITS
            base |= {"origin": origin, "stride": stride << max(0, finer)}
        ticks = cls(**base)._ticks(present)
        distinct, first, place, counts = np.unique(ticks, return_index=True, return_inverse=True, return_counts=True)
        span, rows = int(distinct[-1]) + 1, len(present)
        if span <= min(MAX_ALONE, max(MIN_DENSE, rows // ROWS_PER_TICK)) and 2 * len(distinct) >= span:
            # A short grid: a token for each tick, seen or not, says nothing about single rows.
            return cls(**base, edges=tuple(range(span + 1)), steps=1)
        if len(distinct) <= MAX_ALONE and rows >= MIN_ATOM_ROWS * len(distinct):
            keep = np.ones(len(distinct), dtype=bool)
        else:
            keep = counts >= max(MIN_ATOM_ROWS, MIN_ATOM_SHARE * rows)
            if keep.sum() > MAX_ATOMS:
                keep &= counts >= np.sort(counts[keep])[-MAX_ATOMS]
        if holders is None:
            edges = _bin_edges(np.repeat(distinct[~keep], counts[~keep]))
        else:
            own = holders.of(~values.missing)
            keep &= own.enough(place, len(distinct))
            rest = ~keep[place]
            edges = own.of(rest).bin_edges(ticks[rest], BINS)
            if not keep.any() and len(edges) == 0:  # too few to say more of them than where they lie
                edges = np.quantile(ticks, 0.5, method="inverted_cdf").astype(np.int64) + np.arange(2)
        atoms = distinct[keep]
        return cls(
            **base,
            atoms=tuple(present[first[keep]].tolist()),
            atom_ticks=tuple(atoms.tolist()),
            edges=tuple(edges.tolist()),
            steps=STEPS if np.any(np.diff(edges) > 1) else 1,
        )

    @property
    def num_bins(self) -> int:
        """Number of bins."""
        return max(0, len(self.edges) - 1)

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return the slots of the column called `name`."""
        terminal = int(self.nullable) + len(self.atoms)
        head = Slot(name, terminal + self.num_bins, terminal)
        if not self._has_steps:
            return (Slot(name, head.size, head.size),)
        return (head, Slot(f"{name}/step", self.steps, self.steps))

    @property
    def _has_steps(self) -> bool:
        return self.num_bins > 0 and self.steps > 1

    def encode(self, values: Values) -> IntArray:
        """Return the token of each slot, shape (rows, slots); -1 where a slot is skipped."""
        out = np.full((len(values.data), 2 if self._has_steps else 1), -1, dtype=np.int64)
        out[values.missing, 0] = 0
        present = ~values.missing
        if not present.any():
            return out
        ticks = self._ticks(values.data[present])
        atoms = np.array(self.atom_ticks, dtype=np.int64)
        place = np.searchsorted(atoms, ticks)
        is_atom = np.isin(ticks, atoms)
        head = np.where(is_atom, place, -1) + int(self.nullable)
        if self.num_bins:
            edges = np.array(self.edges, dtype=np.int64)
            ticks = np.clip(ticks, edges[0], edges[-1] - 1)
            bins = np.searchsorted(edges, ticks, side="right") - 1
            width = edges[bins + 1] - edges[bins]
            step = (ticks - edges[bins]) * self.steps // width
            head = np.where(is_atom, head, int(self.nullable) + len(atoms) + bins)
            if self._has_steps:
                out[present, 1] = np.where(is_atom, -1, step)
        else:
            # A value that training never saw takes the nearest atom.
            unseen = ticks[~is_atom]
            nearest = np.abs(atoms[:, None] - unseen[None, :]).argmin(axis=0) if len(atoms) else np.zeros(len(unseen))
            head[~is_atom] = nearest + int(self.nullable)
        out[present, 0] = head
        return out

    def decode(self, tokens: IntArray, rng: np.random.Generator) -> Values:
        """Return values drawn uniformly inside the step, on the grid and inside the bounds.

        Args:
            tokens: As `encode` returns them, shape (rows, slots).
            rng: Where the draw inside a step comes from.
        """
        head = tokens[:, 0] - int(self.nullable)
        missing = head < 0
        dtype = np.int64 if self.decimals == 0 else np.float64
        data = np.zeros(len(head), dtype=dtype)
        is_atom = ~missing & (head < len(self.atoms))
        if self.atoms:
            data[is_atom] = np.array(self.atoms)[head[is_atom]].astype(dtype)
        is_bin = ~missing & ~is_atom
        if is_bin.any():
            bins = head[is_bin] - len(self.atoms)
            edges = np.array(self.edges, dtype=np.int64)
            start, width = edges[bins], edges[bins + 1] - edges[bins]
            step = tokens[is_bin, 1] if self._has_steps else np.zeros(len(bins), dtype=np.int64)
            first = -(-step * width // self.steps)
            last = -(-(step + 1) * width // self.steps) - 1
            # A step narrower than a tick may hold none: it then stands for the tick that it lies in.
            first = np.where(last < first, step * width // self.steps, first)
            last = np.maximum(first, last)
            data[is_bin] = self._values(start + rng.integers(first, last + 1)).astype(dtype)
        return Values(data, missing)

    def positions(self) -> NDArray[np.float64]:
        """Return the value of each head token as a rank in 0..1; NaN for missing."""
        edges = np.array(self.edges, dtype=np.float64)
        ticks = np.concatenate([np.array(self.atom_ticks, dtype=np.float64), (edges[:-1] + edges[1:]) / 2])
        ranks = np.argsort(np.argsort(ticks)) / max(1, len(ticks) - 1)
        return np.concatenate([np.full(int(self.nullable), np.nan), ranks])

    def labels(self) -> list[str]:
        """Return what each head token says in words, for tokens added to a pretrained vocabulary."""
        middles = [(a + b) // 2 for a, b in zip(self.edges[:-1], self.edges[1:], strict=True)]
        numbers = [*self.atoms, *self._values(np.array(middles, dtype=np.int64)).tolist()]
        return ["missing"] * int(self.nullable) + [f"{number:g}" for number in numbers]

    def bounds(self) -> tuple[float, float]:
        """Return the lowest and the highest value that can be written."""
        ends = [*self.atom_ticks, *((self.edges[0], self.edges[-1] - 1) if self.edges else ())]
        if self.decimals is None or not ends:
            return self.low, self.high
        low, high = self._values(np.array([min(ends), max(ends)], dtype=np.int64)).tolist()
        return low, high

    def _ticks(self, values: NDArray[Any]) -> IntArray:
        if self.decimals is None:
            return np.rint(np.clip((values - self.low) / self.resolution, 0, CONTINUOUS_TICKS)).astype(np.int64)
        units = np.maximum(_units(values, self.decimals), self.origin)
        return (_distances(units, self.origin) // np.uint64(self.stride)).astype(np.int64)

    def _values(self, ticks: IntArray) -> NDArray[Any]:
        if self.decimals is None:
            exact: NDArray[Any] = np.clip(self.low + ticks * self.resolution, self.low, self.high)
            return exact
        units = self.origin + ticks * self.stride
        return units if self.decimals == 0 else units / 10**self.decimals


def _units(values: NDArray[Any], decimals: int) -> IntArray:
    if values.dtype.kind == "i":
        return values.astype(np.int64)
    return np.clip(np.rint(values * 10.0**decimals), -(2.0**62), 2.0**62).astype(np.int64)


def _distances(units: IntArray, origin: int) -> NDArray[np.uint64]:
    """How far `units` lie above `origin`, which may be more than a signed integer holds."""
    return units.astype(np.uint64) - np.uint64(origin % 2**64)


def _bin_edges(ticks: IntArray) -> IntArray:
    """Edges of at most BINS bins that hold equally many of the sorted `ticks`."""
    if len(ticks) == 0:
        return np.array([], dtype=np.int64)
    inner = np.quantile(ticks, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf")
    return np.unique(np.concatenate([[ticks[0]], inner, [ticks[-1] + 1]])).astype(np.int64)
