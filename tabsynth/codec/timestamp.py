"""Dates and times as calendar slots, exact at the granularity of the column."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from tabsynth.codec.slot import Slot
from tabsynth.schema.column import Column
from tabsynth.schema.values import Values

MAX_DAY_TOKENS = 400
YEAR_RADIX = 256

Part = Literal["days", "century", "year", "month", "day", "hour", "minute", "second", "milli", "micro", "nano"]
_CLOCK: dict[Part, tuple[int, int]] = {  # part → (nanoseconds of one unit, units in the next larger part)
    "hour": (3_600_000_000_000, 24),
    "minute": (60_000_000_000, 60),
    "second": (1_000_000_000, 60),
    "milli": (1_000_000, 1_000),
    "micro": (1_000, 1_000),
    "nano": (1, 1_000),
}


class TimestampCodec(BaseModel):
    """A date as days since the first one when the span is short, else year, month and day; then the clock.

    Only parts that vary have a slot, and a part has a token only for its multiples that occur
    (a column on the quarter hour has four minute tokens).

    Attributes:
        unit: numpy unit of the values.
        low: The first date, in `unit` since 1970.
        high: The last date; below `low` when there is none.
        parts: The parts that have a slot, in order.
        starts: The lowest amount of each part.
        strides: The grid of each part: 15 for minutes on the quarter hour.
        sizes: Number of tokens of each part.
        constants: Parts that are the same in every date, and not 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    type: Literal["timestamp"] = "timestamp"
    nullable: bool
    unit: str = "us"
    low: int = 0
    high: int = 0
    parts: tuple[Part, ...] = ()
    starts: tuple[int, ...] = ()
    strides: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    constants: tuple[tuple[Part, int], ...] = ()

    @classmethod
    def fit(cls, values: Values, column: Column) -> Self:
        """Learn the bounds and the parts that vary.

        Args:
            values: datetime64 values, shape (rows,).
            column: The column.
        """
        present = values.data[~values.missing]
        nullable = bool(values.missing.any())
        if len(present) == 0:
            return cls(nullable=nullable, high=-1)
        unit = np.datetime_data(present.dtype)[0]
        low, high = int(present.min().astype(np.int64)), int(present.max().astype(np.int64))
        bare = cls(nullable=nullable, unit=unit, low=low, high=high)
        varying: list[tuple[Part, int, int, int]] = []
        constants: list[tuple[Part, int]] = []
        for part, amounts in bare._split(present).items():
            start, top = int(amounts.min()), int(amounts.max())
            stride = int(np.gcd.reduce(amounts - start))
            if stride:
                varying.append((part, start, stride, (top - start) // stride + 1))
            elif start:
                constants.append((part, start))
        parts, starts, strides, sizes = zip(*varying, strict=True) if varying else ((), (), (), ())
        learned = {"parts": parts, "starts": starts, "strides": strides, "sizes": sizes, "constants": constants}
        return cls(**(bare.model_dump() | learned))

    def slots(self, name: str) -> tuple[Slot, ...]:
        """Return the slots of the column called `name`."""
        made = []
        for place, (part, size) in enumerate(zip(self.parts, self.sizes, strict=True)):
            extra = int(self.nullable) if place == 0 else 0
            terminal = size + extra if place == len(self.parts) - 1 else extra
            made.append(Slot(f"{name}/{part}", size + extra, terminal))
        if not made and self.nullable and self.low <= self.high:
            made.append(Slot(name, 2, 2))
        return tuple(made)

    def encode(self, values: Values) -> NDArray[np.int64]:
        """Return the token of each slot, shape (rows, slots); -1 where a slot is skipped."""
        out = np.full((len(values.data), len(self.slots(""))), -1, dtype=np.int64)
        present = ~values.missing
        if out.shape[1] == 0:
            return out
        out[values.missing, 0] = 0
        dates = values.data[present].astype(f"datetime64[{self.unit}]")
        dates = np.clip(dates.astype(np.int64), self.low, self.high).astype(dates.dtype)
        split = self._split(dates)
        grids = zip(self.parts, self.starts, self.strides, self.sizes, strict=True)
        for place, (part, start, stride, size) in enumerate(grids):
            out[present, place] = np.clip((split[part] - start) // stride, 0, size - 1)
        if not self.parts:
            out[present, 0] = 0
        out[present, 0] += int(self.nullable)
        return out

    def decode(self, tokens: NDArray[np.int64], rng: np.random.Generator) -> Values:
        """Return the dates, shape (rows,); a day beyond its month's end is the month's last day."""
        rows = len(tokens)
        missing = tokens[:, 0] < int(self.nullable) if tokens.shape[1] else np.zeros(rows, dtype=bool)
        missing = missing | (not self.parts and not tokens.shape[1] and self.nullable)
        amounts: dict[str, NDArray[np.int64]] = {part: np.full(rows, amount) for part, amount in self.constants}
        for place, (part, start, stride) in enumerate(zip(self.parts, self.starts, self.strides, strict=True)):
            token = tokens[:, place] - (int(self.nullable) if place == 0 else 0)
            amounts[part] = np.where(missing, 0, start + token * stride)
        joined = np.clip(self._join(amounts, rows), self.low, self.high)
        return Values(joined.astype(f"datetime64[{self.unit}]"), missing)

    def positions(self) -> NDArray[np.float64]:
        """Return the rank of each token of the first slot in 0..1; NaN for missing."""
        size = self.sizes[0] if self.sizes else 1
        return np.concatenate([np.full(int(self.nullable), np.nan), np.arange(size) / max(1, size - 1)])

    def labels(self) -> list[str]:
        """Return what each token of the first slot says in words."""
        first = np.arange(self.sizes[0] if self.sizes else 1)
        return ["missing"] * int(self.nullable) + [str(number) for number in first.tolist()]

    def _long(self) -> bool:
        """Whether the span is too long for one token a day."""
        days = (
            np.array([self.low, self.high]).astype(f"datetime64[{self.unit}]").astype("datetime64[D]").astype(np.int64)
        )
        return bool(days[1] - days[0] >= MAX_DAY_TOKENS)

    def _first(self, unit: str) -> int:
        return int(np.array(self.low).astype(f"datetime64[{self.unit}]").astype(f"datetime64[{unit}]").astype(np.int64))

    def _split(self, dates: NDArray[np.datetime64]) -> dict[Part, NDArray[np.int64]]:
        day = dates.astype("datetime64[D]")
        split: dict[Part, NDArray[np.int64]] = {}
        if self._long():
            month = dates.astype("datetime64[M]")
            years = dates.astype("datetime64[Y]").astype(np.int64) - self._first("Y")
            split["century"], split["year"] = years // YEAR_RADIX, years % YEAR_RADIX
            split["month"] = (month - dates.astype("datetime64[Y]").astype("datetime64[M]")).astype(np.int64)
            split["day"] = (day - month.astype("datetime64[D]")).astype(np.int64)
        else:
            split["days"] = day.astype(np.int64) - self._first("D")
        rest = (dates - day.astype(dates.dtype)).astype(f"timedelta64[{self.unit}]").astype("timedelta64[ns]")
        clock = rest.astype(np.int64)
        for part, (nanoseconds, radix) in _CLOCK.items():
            split[part] = clock // nanoseconds % radix
        return split

    def _join(self, amounts: dict[str, NDArray[np.int64]], rows: int) -> NDArray[np.int64]:
        zero = np.zeros(rows, dtype=np.int64)
        if self._long():
            years = self._first("Y") + amounts.get("century", zero) * YEAR_RADIX + amounts.get("year", zero)
            month = years.astype("datetime64[Y]").astype("datetime64[M]") + amounts.get("month", zero)
            last = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64) - 1
            day = month.astype("datetime64[D]") + np.minimum(amounts.get("day", zero), last)
        else:
            day = (self._first("D") + amounts.get("days", zero)).astype("datetime64[D]")
        clock = zero
        for part, (nanoseconds, _) in _CLOCK.items():
            clock = clock + amounts.get(part, zero) * nanoseconds
        joined = day.astype(f"datetime64[{self.unit}]") + clock.astype("timedelta64[ns]").astype(
            f"timedelta64[{self.unit}]"
        )
        whole: NDArray[np.int64] = joined.astype(np.int64)
        return whole
