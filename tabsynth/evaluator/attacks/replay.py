"""Replay: the attacker looks for what only one person has, and finds it in the synthetic table.

The attacker's story: someone searches the synthetic table for an e-mail address, an account number, or a rare job
together with a rare town. That such an item is there proves nothing by itself, for others may have it too. So items
that only training rows have are counted against items that only holdout rows have, in samples of the same size (the
phantoms of "Phantoms and Disclosures", Amin et al. 2026): what comes back more often was taken from training.

Three kinds decide: identifiers, personal strings, and pairs of rare values in one row. The others inform only, because
a synthesizer that draws values from those it has seen brings rare ones back by design, shuffled columns bring back
every single one, and neither says whose they are.

This module refuses to know how items are found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.excess import Excess, Tally, excess
from tabsynth.evaluator.attacks.items import Items, Rows, added, rows_of, string_items, value_items
from tabsynth.evaluator.attacks.matching import matched_samples
from tabsynth.evaluator.attacks.pairs import RareColumn, pair_items
from tabsynth.evaluator.attacks.personal import personal_cells
from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.holm import holm
from tabsynth.evaluator.intervals import wilson
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import MAX_ROWS, Sides
from tabsynth.schema.column import Kind

MAX_OWNERS = 4
MIN_DIGITS = 4
MIN_CHARACTERS = 5  # of an identifier; a shorter one is hit by whoever counts
NUM_EXTREMES = 2
MAX_COLUMNS = 200
LIMIT = 0.02
"""One item in fifty. Not 0: columns that depend on each other, without one settling the other, bring pairs back by
right; trees that draw each value from 20 training rows were measured at .006 to .02. Five percent of copied rows make
.05."""
NAME, TITLE = "replay", "Replay of rare values"
STORY = (
    "Someone searches the synthetic table for what only one person has: an identifier, an e-mail address, a long "
    "number, or two rare values in one row."
)
UNIT = "share of items that come back"

IDENTIFIERS, STRINGS, PAIRS = "identifiers", "e-mail addresses and long numbers in texts", "pairs of rare values"
LABELS, NUMBERS, DATES = "rare categories and names", "long numbers seen once", "dates seen once"
EXTREMES = "largest and smallest numbers"
DECIDING = (IDENTIFIERS, STRINGS, PAIRS)
_BY_DESIGN = "informs only: whoever draws values from those seen in training scores here"


@dataclass(frozen=True)
class _Columns:
    """One column of the rows that are compared."""

    training: Cells
    holdout: Cells
    synthetic: Cells


def attack(sides: Sides) -> Attack:
    """Run the attack on equally many training and holdout rows, or groups."""
    samples = matched_samples(sides, MAX_ROWS)
    rows = rows_of(sides.training, samples)
    found: dict[str, list[tuple[Tally, Tally]]] = {}
    rare: list[RareColumn] = []
    for columns in _columns(sides, rows):
        for kind, items in _items(columns, rows, rare):
            found.setdefault(kind, []).append(items.tallies(rows))
    for items in pair_items(rare, rows):
        found.setdefault(PAIRS, []).append(items.tallies(rows))
    results = {kind: excess(*added(tallies)) for kind, tallies in found.items()}
    held = {kind: result for kind, result in results.items() if result.trials > 0}
    return _summary(held, rows.size, sides)


def _columns(sides: Sides, rows: Rows) -> list[_Columns]:
    """Columns in the order of their names, of very wide tables a random choice."""
    by_name = sorted(sides.schema.columns, key=lambda column: column.name)
    if len(by_name) > MAX_COLUMNS:
        drawn = sides.seeds.stream("evaluator/replay/columns").permutation(len(by_name))[:MAX_COLUMNS]
        by_name = [by_name[k] for k in sorted(drawn)]
    read = {cells.column.name: k for k, cells in enumerate(sides.training.table.columns)}
    found = []
    for column in by_name:
        if column.name in read:
            place = read[column.name]
            cells = [side.table.columns[place] for side in (sides.training, sides.holdout, sides.synthetic)]
        else:
            frames = (sides.training.frame, sides.holdout.frame, sides.synthetic.frame)
            cells = [read_cells(frame[column.name], column) for frame in frames]
        found.append(_Columns(cells[0], cells[1].take(rows.holdout), cells[2]))
    return found


def _items(columns: _Columns, rows: Rows, rare: list[RareColumn]) -> list[tuple[str, Items]]:
    """Items of one column by kind; rare values are added to `rare` for the pairs."""
    column = columns.training.column
    found = []
    if columns.training.labels is not None:
        found.append((STRINGS, _strings(columns)))
    if column.prose or column.kind is Kind.BOOLEAN:
        return found
    values, numbers = value_items(columns.training, columns.holdout, columns.synthetic)
    owners = values.owners(rows)
    if column.kind is Kind.IDENTIFIER:
        return [*found, (IDENTIFIERS, values.kept(_long(values, columns)))]
    rare.append(_rare_column(values, owners <= MAX_OWNERS, columns))
    if column.kind is Kind.DATETIME:
        return [*found, (DATES, values.kept(owners == 1))]
    if columns.training.numbers is None:
        return [*found, (LABELS, values.kept(owners <= MAX_OWNERS))]
    real = owners > 0
    ranked = np.argsort(numbers[real], kind="stable")
    ends = np.zeros(len(owners), dtype=bool)
    ends[np.flatnonzero(real)[np.concatenate([ranked[:NUM_EXTREMES], ranked[-NUM_EXTREMES:]])]] = True
    long = _significant_digits(numbers) >= MIN_DIGITS
    return [*found, (NUMBERS, values.kept(long & (owners == 1))), (EXTREMES, values.kept(ends))]


def _long(values: Items, columns: _Columns) -> NDArray[np.bool_]:
    """Which identifiers are too long to be hit by counting. Shape (items,)."""
    long = np.zeros(values.num_items, dtype=bool)
    for cells, rows, codes in (
        (columns.training, values.training_rows, values.training),
        (columns.holdout, values.holdout_rows, values.holdout),
    ):
        assert cells.labels is not None
        long[codes] = [len(text) >= MIN_CHARACTERS for text in cells.labels[rows].tolist()]
    return long


def _significant_digits(
    numbers: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Digits from the first to the last that is not 0, of numbers as pandas would write them. Shape (numbers,)."""
    texts = (f"{number:.15g}".split("e")[0].replace(".", "").lstrip("-0") for number in numbers.tolist())
    return np.array([len(text.rstrip("0")) for text in texts], dtype=np.int64)


def _strings(columns: _Columns) -> Items:
    sides = []
    for cells in (columns.training, columns.holdout, columns.synthetic):
        assert cells.labels is not None
        sides.append(personal_cells(cells.labels, prose=cells.column.prose))
    return string_items(*sides)


def _rare_column(values: Items, few: NDArray[np.bool_], columns: _Columns) -> RareColumn:
    sides = []
    readable = np.flatnonzero(columns.synthetic.readable)
    for rows, codes, cells in (
        (values.training_rows, values.training, columns.training),
        (values.holdout_rows, values.holdout, columns.holdout),
        (readable, values.synthetic, columns.synthetic),
    ):
        rare = np.full(len(cells.missing), -1, dtype=np.int64)
        rare[rows[few[codes]]] = codes[few[codes]]
        sides.append(rare)
    numbers = None
    if columns.training.numbers is not None and columns.holdout.numbers is not None:
        numbers = np.concatenate([columns.training.numbers, columns.holdout.numbers])
    return RareColumn(sides[0], sides[1], sides[2], numbers, values.num_items)


def _summary(results: dict[str, Excess], size: int, sides: Sides) -> Attack:
    deciding = [kind for kind in DECIDING if kind in results]
    note = (
        f"items that only training rows hold, of {size:,} units, against items that only as many holdout units hold; "
        f"rare means at most {MAX_OWNERS} rows"
    )
    searched, total = sides.synthetic.table.num_rows, sides.synthetic.num_rows
    if searched < total:
        note += f"; {searched:,} of {total:,} synthetic rows were searched"
    parts = _parts(results)
    if not deciding:
        why = "there are no identifiers, personal strings or rows with two rare values; " + note
        return _record(None, None, parts, Score(value=None, note=why), why)
    corrected = [p if p is not None else 1.0 for p in holm([results[kind].p_value for kind in deciding])]
    worst = min(deciding, key=lambda kind: (results[kind].p_value, -results[kind].value))
    found = results[worst]
    score = Score(
        value=found.value, low=found.low, high=found.high, reference=0.0, n=found.trials, note=f"{worst}: {note}"
    )
    return _record(found.value, min(corrected), parts, score, note)


def _parts(results: dict[str, Excess]) -> tuple[AttackPart, ...]:
    ordered = sorted(results, key=lambda kind: (kind not in DECIDING, results[kind].p_value, -results[kind].value))
    parts = []
    for kind in ordered:
        found = results[kind]
        low, high = wilson(round(found.training * found.trials), found.trials)
        parts.append(
            AttackPart(
                name=kind,
                value=found.training,
                control=found.holdout,
                low=low,
                high=high,
                p_value=found.p_value,
                n=found.trials,
                note="" if kind in DECIDING else _BY_DESIGN,
            )
        )
    return tuple(parts)


def _record(
    effect: float | None, p_value: float | None, parts: Sequence[AttackPart], score: Score, note: str
) -> Attack:
    return Attack(
        name=NAME,
        title=TITLE,
        story=STORY,
        unit=UNIT,
        effect=effect,
        limit=LIMIT,
        p_value=p_value,
        parts=tuple(parts),
        scores={"replay_excess": score},
        note=note,
    )
