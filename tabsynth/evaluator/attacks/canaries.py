"""Planted canaries: made-up rows that were learned are sought in the synthetic table and in the model's memory.

The auditor planted rows among the training rows, some once, some again and again, and kept rows of the same making
aside. Nothing but the planting tells both apart. Whoever reads the table looks for rows that are a canary in all
columns or in all but one; whoever holds the model ranks canaries among the others by their loss (exposure, Carlini et
al. 2019). What was planted once stands for the row of one person and decides. What was planted more often is no
secret of a single row, in a small table not even rare: it shows how memory grows with repetition, and informs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import fisher_exact, mannwhitneyu

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.intervals import wilson
from tabsynth.evaluator.resamples import percentile_interval, resample_counts
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

LIMIT = 0.01
MAX_CHANCE_FINDS = 0.05
"""Share of rows up to which one column may differ in what is found. Of narrow tables it would find nearly all rows."""
MAX_VALUES, RANGES = 100, 50
"""Numbers of more different values than this are compared by range, so many to a column and equally full."""


@dataclass(frozen=True)
class PlantedCanaries:
    """Made-up rows, some of which were learned.

    Attributes:
        frame: The planted rows, then those of the same making that were not planted, the controls. Without
            identifiers.
        repetitions: How often each planted row was planted. Shape (planted rows,).
        losses: Mean loss of each row's tokens under the model in nats, NaN where it is not known. Shape (rows,).
    """

    frame: pd.DataFrame
    repetitions: NDArray[np.int64]
    losses: NDArray[np.float64]


def attack(canaries: PlantedCanaries | None, synthetic: pd.DataFrame, schema: Schema, seeds: Seeds) -> Attack:
    """Look for canaries.

    Args:
        canaries: What was planted; None if nothing was or it is not at hand.
        synthetic: The whole synthetic table, whatever its dtypes; columns it lacks count as missing.
        schema: The schema of the training table.
        seeds: Source of resamples.
    """
    if canaries is None:
        return _result((), note="not run: no canaries were planted (setting `canaries`)")
    found = _found(canaries, synthetic, schema)
    times = np.unique(canaries.repetitions).tolist()
    parts = [_sought(found, canaries.repetitions, repeated) for repeated in times]
    exposures = _exposures(canaries)
    parts += [_remembered(canaries, exposures, repeated, seeds) for repeated in times]
    planted, others = len(canaries.repetitions), len(canaries.frame) - len(canaries.repetitions)
    note = (
        f"{planted:,} canaries against {others:,} rows of the same making that were not planted, sought in "
        f"{len(synthetic):,} synthetic rows. The verdict rests on those that were planted once."
    )
    return _result(tuple(parts), note=note)


def _result(parts: tuple[AttackPart, ...], *, note: str) -> Attack:
    once = parts[0] if parts else None
    effect = None if once is None or once.value is None or once.control is None else once.value - once.control
    return Attack(
        name="canaries",
        title="Planted canaries",
        story="Made-up rows were planted among the training rows. The attacker looks for them in the synthetic table; "
        "one who holds the model asks it whether it knows them better than rows of the same making.",
        unit="share of the canaries planted once that stand in the table",
        effect=effect,
        limit=LIMIT,
        p_value=None if once is None else once.p_value,
        parts=parts,
        note=note,
    )


def _sought(found: NDArray[np.bool_], repetitions: NDArray[np.int64], repeated: int) -> AttackPart:
    """How many canaries stand in the table (Fisher's test against the controls)."""
    planted, others = found[: len(repetitions)][repetitions == repeated], found[len(repetitions) :]
    counts = [[int(side.sum()), int((~side).sum())] for side in (planted, others)]
    low, high = wilson(counts[0][0], len(planted))
    return AttackPart(
        name=f"in the table, planted {_times(repeated)}",
        value=float(planted.mean()),
        control=float(others.mean()) if len(others) else None,
        low=low,
        high=high,
        p_value=float(fisher_exact(counts, alternative="greater").pvalue),
        n=len(planted),
        note="share of canaries that a synthetic row equals in all columns or in all but one",
    )


def _remembered(canaries: PlantedCanaries, exposures: NDArray[np.float64], repeated: int, seeds: Seeds) -> AttackPart:
    """How well the model knows canaries: mean exposure, tested by the ranks of their losses."""
    name, planted = f"exposure, planted {_times(repeated)}", canaries.repetitions == repeated
    known = planted & np.isfinite(exposures)
    others = canaries.losses[len(planted) :]
    others = others[np.isfinite(others)]
    if not known.any() or not len(others):
        return AttackPart(name=name, value=None, note="not run: the model is not at hand")
    bits, places = exposures[known], np.arange(1, len(others) + 2)
    rng = seeds.stream(f"evaluator/attacks/canaries/{repeated}")
    low, high = percentile_interval(resample_counts(len(bits), rng) @ bits / len(bits))
    losses = canaries.losses[: len(planted)][known]
    return AttackPart(
        name=name,
        value=float(bits.mean()),
        control=float(np.log2(len(places)) - np.log2(places).mean()),
        low=low,
        high=high,
        p_value=float(mannwhitneyu(losses, others, alternative="less").pvalue),
        n=len(bits),
        note=f"mean bits; {np.log2(len(places)):.1f} where the model prefers each canary to all {len(others):,} others",
    )


def _times(repeated: int) -> str:
    return "once" if repeated == 1 else f"{repeated} times"


def _exposures(canaries: PlantedCanaries) -> NDArray[np.float64]:
    """Return log2 of the number of candidates less log2 of the canary's rank among them (Carlini et al. 2019).

    The candidates are the canary and all controls; ties share the middle rank. Shape (planted rows,), in bits.
    """
    planted, others = np.split(canaries.losses, [len(canaries.repetitions)])
    others = np.sort(others[np.isfinite(others)])
    lower, upto = (np.searchsorted(others, planted, side) for side in ("left", "right"))
    bits = np.log2(len(others) + 1) - np.log2(1 + (lower + upto) / 2)
    return np.where(np.isfinite(planted), bits, np.nan)


def _found(canaries: PlantedCanaries, synthetic: pd.DataFrame, schema: Schema) -> NDArray[np.bool_]:
    """Say of each row of `frame` whether a synthetic row equals it in all columns or, if that is rare, in all but one.

    What counts as found is settled by all rows alike, planted or not, so the test of their difference stays exact.
    A row's hash is the sum of those of its cells, so that it can be compared without any one column as well. Two
    different rows share a hash with probability about 2**-64.
    """
    frame, num_planted = canaries.frame, len(canaries.repetitions)
    columns = [c for c in schema.columns if c.kind is not Kind.IDENTIFIER and c.name in frame.columns]
    aligned = synthetic.set_axis([str(name) for name in synthetic.columns], axis=1).reindex(
        columns=[column.name for column in columns]
    )
    ours = np.zeros(len(frame), dtype=np.uint64)
    theirs = np.zeros(len(aligned), dtype=np.uint64)
    for cell, other in _hashes(frame, aligned, columns):
        ours += cell
        theirs += other
    found = np.isin(ours, theirs)
    nearly = found.copy()
    # Hashed anew: those of all columns at once would need as much memory as the table.
    for cell, other in _hashes(frame, aligned, columns):
        nearly |= np.isin(ours - cell, theirs - other)
    return nearly if nearly.sum() <= MAX_CHANCE_FINDS * len(nearly) + num_planted else found


def _hashes(
    frame: pd.DataFrame, synthetic: pd.DataFrame, columns: list[Column]
) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.uint64]]]:
    """Hash the cells of one column after the other in both tables."""
    for place, column in enumerate(columns):
        codes = _codes(read_cells(frame[column.name], column), read_cells(synthetic[column.name], column))
        ours, theirs = (pd.util.hash_array(side + (place << 40)) for side in codes)
        yield ours, theirs


def _codes(ours: Cells, theirs: Cells) -> list[NDArray[np.int64]]:
    """Number the cells of a column in both tables so that like cells are equal; unreadable ones are like no other."""
    sides: list[NDArray[Any]]
    if ours.numbers is not None and theirs.numbers is not None:
        known = ours.numbers[ours.readable]
        sides = [ours.numbers, theirs.numbers]
        if len(np.unique(known)) > MAX_VALUES:
            edges = np.unique(np.quantile(known, np.arange(1, RANGES) / RANGES))
            sides = [np.searchsorted(edges, numbers, "right") for numbers in sides]
    else:
        assert ours.labels is not None and theirs.labels is not None
        sides = [ours.labels, theirs.labels]
    codes = np.split(pd.factorize(np.concatenate(sides))[0].astype(np.int64), [len(ours.missing)])
    return [
        np.where(side.missing, -1, np.where(side.unreadable, unlike, code))
        for side, code, unlike in zip((ours, theirs), codes, (-2, -3), strict=True)
    ]
