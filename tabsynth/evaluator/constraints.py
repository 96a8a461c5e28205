"""Rules that all real rows obey, and how many synthetic rows do. Knows no generator and no user's rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.discovery import discovered_rules
from tabsynth.evaluator.resamples import FEW_UNITS, percentile_interval, resample_counts, units_of
from tabsynth.evaluator.rules import Ordered, Rule, Settled
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides
from tabsynth.evaluator.table import Table

MIN_HOLDOUT_ROWS = 20
MIN_HELD = 0.99  # share of holdout rows that must obey: what training obeyed by chance, the holdout does not
MIN_BROKEN = 0.02  # share of shuffled rows that must break a rule, or it says nothing about rows
MAX_RULES = 200
NUM_NAMED = 3


def constraint_score(sides: Sides) -> Score:
    """Score `constraint_validity`: the mean share of rows that obey a rule, over rules that every training row obeys.

    Only rows to which a rule applies count; a rule that applies to no row counts as broken. Rules are found in training
    and kept if at least 99% of holdout rows obey them and shuffled columns break them, so that the ranges of columns
    alone do not make them true.
    """
    training, holdout = sides.training.table, sides.holdout.table
    shuffled = training.shuffled(sides.seeds.stream("evaluator/floor/constraints"))
    rules = [rule for rule in discovered_rules(training, sides.seeds) if _is_confirmed(rule, holdout)]
    floors = np.array([_rate(rule, shuffled) for rule in rules])
    chosen = [k for k in np.argsort(floors, kind="stable")[:MAX_RULES].tolist() if floors[k] <= 1 - MIN_BROKEN]
    if not chosen:
        return Score(value=None, note="no rule was found that all training rows and the holdout obey")
    rules = [rules[k] for k in sorted(chosen)]
    synthetic, units = sides.synthetic.table, units_of(sides.synthetic.groups, sides.synthetic.table.num_rows)
    checks = [rule.check(synthetic) for rule in rules]
    rates = _rates(checks, np.ones((1, synthetic.num_rows)))[0]
    weights = resample_counts(int(units.max()) + 1, sides.seeds.stream("evaluator/constraints/bootstrap"))
    low, high = percentile_interval(_rates(checks, weights[:, units]).mean(axis=1))
    if units.max() + 1 < FEW_UNITS:
        low = high = None
    return Score(
        value=float(rates.mean()),
        low=low,
        high=high,
        reference=float(np.mean([_rate(rule, holdout) for rule in rules])),
        floor=float(floors[sorted(chosen)].mean()),
        n=synthetic.num_rows,
        note=_note(rules, rates),
    )


def _is_confirmed(rule: Rule, holdout: Table) -> bool:
    applies, obeys = rule.check(holdout)
    return bool(applies.sum() >= MIN_HOLDOUT_ROWS and obeys.sum() >= MIN_HELD * applies.sum())


def _rate(rule: Rule, table: Table) -> float:
    return float(_rates([rule.check(table)], np.ones((1, table.num_rows)))[0, 0])


def _rates(
    checks: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of rows that obey each rule, for each weighting of the rows. Shape (weightings, rules)."""
    applies, obeys = (weights @ np.column_stack(kind).astype("float64") for kind in zip(*checks, strict=True))
    return np.asarray(np.divide(obeys, applies, out=np.zeros_like(obeys), where=applies > 0))


def _note(rules: Sequence[Rule], rates: NDArray[np.float64]) -> str:
    kinds = [type(rule) for rule in rules]
    settled, ordered = kinds.count(Settled), kinds.count(Ordered)
    counts = (
        (settled, "where one column settles another"),
        (ordered, "where one column is at most another"),
        (len(rules) - settled - ordered, "where columns add up to another"),
    )
    listed = ", ".join(f"{count} {what}" for count, what in counts if count)
    worst = [k for k in np.argsort(rates, kind="stable")[:NUM_NAMED].tolist() if rates[k] < 1]
    broken = "; ".join(f"{rules[k].text} ({rates[k]:.1%})" for k in worst)
    return (
        f"mean share of rows that obey, over {len(rules)} rules that all training rows and the holdout obey: {listed}"
        + (f"; obeyed least: {broken}" if worst else "")
    )
