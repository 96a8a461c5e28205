"""Rows that are copied in some of their columns, where that cannot be explained otherwise. Knows exact equality only.

Three things make parts of rows recur without copying, and each is taken out: combinations that more than one real row
has; combinations that also come about when the columns of the synthetic table are shuffled independently; and values
that one of the real sides does not hold, for no synthesizer can make up a city, and one that repeats single numbers is
the subject of another attack.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import AttackPart
from tabsynth.evaluator.attacks.lots import hits_p_value
from tabsynth.evaluator.attacks.targets import Targets, read_targets
from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.sides import MAX_ROWS, Sides
from tabsynth.schema.column import Kind
from tabsynth.seeds import Seeds

MIN_COLUMNS = 3
NUM_IDENTIFYING = 4
NUM_SHUFFLES = 5
MIN_KNOWN = 0.5  # share of real cells whose value both real sides hold
MIN_TARGETS = 10
MISSING, UNREADABLE = -1, -2
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class CodedCells:
    """One column of the three tables.

    Attributes:
        name: Name of the column.
        is_label: Whether it holds labels.
        real: Equal codes for equal cells, training targets first. Shape (target rows,).
        synthetic: Likewise. Shape (synthetic rows,).
        known: Whether both real sides hold the value of a real cell. Shape (target rows,).
    """

    name: str
    is_label: bool
    real: NDArray[np.int64]
    synthetic: NDArray[np.int64]
    known: NDArray[np.bool_]

    @property
    def num_distinct(self) -> int:
        """Distinct values that both real sides hold."""
        return len(np.unique(self.real[self.known]))


def subset_copies(sides: Sides) -> list[tuple[AttackPart, float | None]]:
    """Search for parts of rows, on sampled rows.

    Returns:
        Each part with its effect: the share of synthetic rows that copy any training row, sampled or not.
    """
    every = read_targets(sides, MAX_ROWS)
    targets = _matched(every)
    if min(targets.num_members, targets.num_others) < MIN_TARGETS:
        return []
    coded = [
        _code(columns, targets)
        for columns in zip(
            *(side.table.columns for side in (sides.training, sides.holdout, sides.synthetic)), strict=True
        )
        if columns[0].column.kind is not Kind.TEXT
    ]
    coded = sorted((column for column in coded if column.known.mean() >= MIN_KNOWN), key=lambda column: column.name)
    # Training rows for each that is sought, of those that occur once.
    scale = len(every.training) / len(targets.training) * sides.training.num_rows / sides.training.table.num_rows
    found: list[tuple[AttackPart, float | None]] = []
    for name, subset in _subsets(coded, len(sides.training.table.columns)):
        part = _search(name, subset, targets, sides)
        if part.value is None or part.control is None:
            found.append((part, None))
        else:
            found.append((part, max(-1.0, min(1.0, (part.value - part.control) * scale))))
    return found


def _matched(targets: Targets) -> Targets:
    """Equally many units of both sides, so that labels of one side only are as frequent on either."""
    size = min(targets.num_members, targets.num_others)
    rank = np.where(targets.is_member, np.cumsum(targets.is_member), np.cumsum(~targets.is_member))
    kept = rank <= size
    rows = kept[targets.unit]
    first = len(targets.training)
    unit = (np.cumsum(kept) - 1)[targets.unit[rows]]
    return Targets(
        targets.training[rows[:first]], targets.holdout[rows[first:]], unit.astype(np.intp), targets.is_member[kept]
    )


def _code(columns: tuple[Cells, Cells, Cells], targets: Targets) -> CodedCells:
    cells = (columns[0].take(targets.training), columns[1].take(targets.holdout), columns[2])
    values = np.concatenate([part.labels if part.numbers is None else part.numbers for part in cells])
    codes = pd.factorize(values)[0].astype(np.int64)
    codes[np.concatenate([part.unreadable for part in cells])] = UNREADABLE
    codes[np.concatenate([part.missing for part in cells])] = MISSING
    real, synthetic = codes[: len(targets.unit)], codes[len(targets.unit) :]
    first = len(targets.training)
    known = np.isin(real, np.intersect1d(real[:first], real[first:]))
    return CodedCells(columns[0].column.name, columns[0].numbers is None, real, synthetic, known)


def _subsets(coded: list[CodedCells], num_columns: int) -> list[tuple[str, list[CodedCells]]]:
    """The subsets worth searching: at least three columns, and not all that there are."""
    most = sorted(coded, key=lambda column: (-column.num_distinct, column.name))[:NUM_IDENTIFYING]
    subsets = [
        ("all numbers and dates", [column for column in coded if not column.is_label]),
        ("all categories", [column for column in coded if column.is_label]),
        (f"the {NUM_IDENTIFYING} columns with most values", sorted(most, key=lambda column: column.name)),
    ]
    kept: dict[tuple[str, ...], tuple[str, list[CodedCells]]] = {}
    for name, subset in subsets:
        if MIN_COLUMNS <= len(subset) < num_columns:
            kept.setdefault(tuple(column.name for column in subset), (name, subset))
    return list(kept.values())


def _search(name: str, subset: list[CodedCells], targets: Targets, sides: Sides) -> AttackPart:
    real = _combined([column.real for column in subset])
    synthetic = _combined([column.synthetic for column in subset])
    kept = _in_one_unit(real, targets.unit) & np.logical_and.reduce([column.known for column in subset])
    kept &= ~np.isin(real, _shuffled(subset, sides.seeds))
    member_row = targets.is_member[targets.unit]
    units = np.unique(targets.unit[kept])
    is_member = targets.is_member[units]
    if min(int(is_member.sum()), int((~is_member).sum())) < MIN_TARGETS:
        note = f"not run: fewer than {MIN_TARGETS} rows a side have a combination of their own"
        return AttackPart(name=name, value=None, note=note)
    hit = targets.any_of(np.isin(real, synthetic) & kept)[units]
    weight = float((kept & member_row).sum() / max(1, (kept & ~member_row).sum()))
    value = float(np.isin(synthetic, real[kept & member_row]).mean())
    control = min(1.0, weight * float(np.isin(synthetic, real[kept & ~member_row]).mean()))
    return AttackPart(
        name=name,
        value=value,
        control=control,
        p_value=hits_p_value(hit, is_member),
        n=len(units),
        note=f"columns: {len(subset)}; {hit[is_member].sum():,} of {is_member.sum():,} training and "
        f"{hit[~is_member].sum():,} of {(~is_member).sum():,} holdout targets hit",
    )


def _combined(columns: list[NDArray[np.int64]]) -> NDArray[np.uint64]:
    """One code for each combination; two combinations share one with probability about 2**-64."""
    total = np.zeros(len(columns[0]), dtype=np.uint64)
    for codes in columns:
        total = (total ^ pd.util.hash_array(codes)) * _MULTIPLIER
        total ^= total >> np.uint64(29)
    return total


def _in_one_unit(real: NDArray[np.uint64], unit: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether no other unit has the combination of a row."""
    _, place = np.unique(real, return_inverse=True)
    pairs = np.unique(np.column_stack([place, unit]), axis=0)
    return np.asarray((np.bincount(pairs[:, 0], minlength=1) == 1)[place])


def _shuffled(subset: list[CodedCells], seeds: Seeds) -> NDArray[np.uint64]:
    """Combinations that come about when synthetic columns are shuffled independently."""
    rounds = []
    for number in range(NUM_SHUFFLES):
        columns = []
        for column in subset:
            rng = seeds.stream(f"evaluator/attacks/column_subsets/{number}/{column.name}")
            columns.append(rng.permutation(column.synthetic))
        rounds.append(_combined(columns))
    return np.concatenate(rounds)
