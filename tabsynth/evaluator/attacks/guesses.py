"""Secrets of known rows, guessed from the nearest synthetic row. Knows no tests and no scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.attacks.aspects import MAX_ASPECTS, distance_blocks, read_aspect
from tabsynth.evaluator.cells import Cells
from tabsynth.schema.column import Column, Kind
from tabsynth.seeds import Seeds

MAX_SECRETS = 12
MIN_PRESENT = 20
CLOSE = 0.05  # of the secret's size (Giomi et al. 2023)
DAY = 86_400.0
_FAR = np.uint16(65_535)
MOST, HALF = "all other columns", "half of the columns"


@dataclass(frozen=True)
class Guesses:
    """What an attacker made of one secret.

    Attributes:
        column: The column that is secret.
        known: Which other columns the attacker knows.
        asked: Targets that hold a secret. Shape (targets,).
        right: Targets whose secret was guessed; False where not asked. Shape (targets,).
        void: Whether no synthetic row holds a value of the column.
    """

    column: Column
    known: str
    asked: NDArray[np.bool_]
    right: NDArray[np.bool_]
    void: bool


def guess_secrets(
    targets: Sequence[Cells], synthetic: Sequence[Cells], seeds: Seeds, target_name: str | None
) -> list[Guesses]:
    """Guess every secret twice: knowing all other columns, and knowing half of the columns.

    Args:
        targets: Columns of the rows to attack, learned and unseen ones together.
        synthetic: The same columns of the synthetic table.
        seeds: Source of the halves, and of the columns where there are more than the attack reads.
        target_name: A column that users care about; it is a secret in any case.
    """
    secrets, read = _chosen(targets, seeds, target_name)
    if not secrets or len(read) < 2:
        return []
    rng = seeds.stream("evaluator/attribute_inference/halves")
    halves = rng.permutation(len(read)) % 2 == 1
    nearest = _nearest([targets[k] for k in read], [synthetic[k] for k in read], halves, len(secrets))
    found = []
    for place, column in enumerate(secrets):
        void = not synthetic[column].readable.any()
        for rows, known in zip(nearest[place], (MOST, HALF), strict=True):
            asked = targets[column].readable
            right = np.zeros_like(asked) if void else asked & _right(targets[column], synthetic[column].take(rows))
            found.append(Guesses(targets[column].column, known, asked, right, void))
    return found


def _chosen(targets: Sequence[Cells], seeds: Seeds, target_name: str | None) -> tuple[list[int], list[int]]:
    """Positions of the secrets, and of all columns to read, secrets first; both by what the targets hold alone.

    The secrets are those that are guessed worst by drawing from the column, for they tell most about a row.
    """
    by_name = sorted(range(len(targets)), key=lambda k: targets[k].column.name)
    chances = {k: _chance(targets[k]) for k in by_name if not targets[k].column.prose}
    ranked = sorted((chance, place, k) for place, (k, chance) in enumerate(chances.items()) if chance < 1)
    wanted = [k for _, _, k in ranked if targets[k].column.name == target_name]
    secrets = (wanted + [k for _, _, k in ranked if k not in wanted])[:MAX_SECRETS]
    others = [k for k in by_name if k not in secrets]
    if len(secrets) + len(others) > MAX_ASPECTS:
        drawn = seeds.stream("evaluator/attribute_inference/columns").permutation(len(others))
        others = [others[k] for k in sorted(drawn[: MAX_ASPECTS - len(secrets)])]
    return secrets, secrets + others


def _chance(cells: Cells) -> float:
    """Chance that the value of one target is right for another; 1 for a column that makes no secret."""
    present = cells.take(np.flatnonzero(cells.readable))
    count = len(present.missing)
    if count < MIN_PRESENT:
        return 1.0
    if present.numbers is None:
        assert present.labels is not None
        _, counts = np.unique(present.labels.astype(str), return_counts=True)
        return float((counts / count) @ (counts / count))
    values = np.sort(present.numbers)
    reach = _tolerance(values, cells.column)
    hits = np.searchsorted(values, values + reach, "right") - np.searchsorted(values, values - reach, "left")
    return float(hits.mean() / count)


def _tolerance(secrets: NDArray[np.float64], column: Column) -> NDArray[np.float64]:
    """How far a guess may be off: 5% of the secret's size, and never less than half a step of the column's grid.

    A date has no size: a guess must be right to the day.
    """
    if column.kind is Kind.DATETIME:
        return np.full(len(secrets), DAY)
    step = 0.0 if column.decimals is None else float(10.0**-column.decimals)
    return np.maximum(CLOSE * np.abs(secrets), step / 2)


def _right(targets: Cells, guesses: Cells) -> NDArray[np.bool_]:
    if targets.numbers is None or guesses.numbers is None:
        return np.asarray(targets.labels == guesses.labels, dtype=bool)
    off = np.abs(np.nan_to_num(guesses.numbers, nan=np.inf) - np.nan_to_num(targets.numbers))
    return off <= _tolerance(np.nan_to_num(targets.numbers), targets.column)


def _nearest(
    targets: Sequence[Cells], synthetic: Sequence[Cells], halves: NDArray[np.bool_], num_secrets: int
) -> NDArray[np.intp]:
    """Return the nearest synthetic row of each target, for each of the first columns as the secret.

    Rows that hold no secret are never the nearest.

    Returns:
        Positions by all other columns, and by the half that the secret is not in. Shape (secrets, 2, targets).
    """
    aspects = [read_aspect(*pair) for pair in zip(targets, synthetic, strict=True)]
    nearest = np.zeros((num_secrets, 2, len(targets[0].missing)), dtype=np.intp)
    empty = [np.flatnonzero(~synthetic[place].readable) for place in range(num_secrets)]
    for block, first, second, own in distance_blocks(aspects, halves, range(num_secrets)):
        whole = first + second
        for place in range(num_secrets):
            half = first if halves[place] else second
            for which, sums in enumerate((whole - own[place], half)):
                if len(empty[place]):
                    sums = sums.copy()
                    sums[:, empty[place]] = _FAR
                nearest[place, which, block] = sums.argmin(axis=1)
    return nearest
