"""The loss attack: whoever holds the model asks it how likely a row is; rows that it learned are likelier.

The attacker has the run directory, not only the synthetic table. Synthetic rows are drawn from the model and nothing
else, so no attack on them can do better than the best attack on the model; this one is the usual stand-in for it
(Yeom et al. 2018; Carlini et al. 2022). Every model that fits finds learned rows a little likelier, which says
nothing of what came out: releasing a table releases no model. So this attack informs and does not decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, nhypergeom

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.holm import holm
from tabsynth.evaluator.intervals import wilson
from tabsynth.evaluator.resamples import percentile_interval, resample_counts
from tabsynth.evaluator.roc import roc_auc, weighted_aucs
from tabsynth.seeds import Seeds

MAX_FALSE_ALARMS = 0.01
MIN_ROWS = 10
LEAST_P = 1e-12  # the tail of the distribution is a difference, exact to about that
LIMIT = 0.1
"""Excess of the AUC over guessing up to which a model counts as one that has learned the table and not its rows."""


@dataclass(frozen=True)
class RecordLosses:
    """How unlikely a model finds real rows.

    Attributes:
        training: Mean loss of each learned row's tokens in nats, NaN for rows that cannot be written. Shape (rows,).
        holdout: The same of rows that were not learned. Shape (rows,).
    """

    training: NDArray[np.float64]
    holdout: NDArray[np.float64]


def attack(losses: RecordLosses | None, seeds: Seeds) -> Attack:
    """Tell learned rows from others by their loss.

    Args:
        losses: What the model says of them; None if it is not at hand.
        seeds: Source of resamples.
    """
    if losses is None:
        return _result(None, note="not run: the model is not at hand")
    learned = losses.training[np.isfinite(losses.training)]
    fresh = losses.holdout[np.isfinite(losses.holdout)]
    if min(len(learned), len(fresh)) < MIN_ROWS:
        return _result(None, note=f"not run: fewer than {MIN_ROWS} rows of a side can be written by the model")
    unknown = len(losses.holdout) - len(fresh)
    note = f"{len(learned):,} learned rows against {len(fresh):,} others."
    if unknown:
        note += (
            f" {unknown:,} others hold values or lengths that training never saw, which by itself tells them apart; "
            "they are left out."
        )
    parts = (_area(learned, fresh, seeds), _low_alarms(learned, fresh))
    return _result(parts, note=note)


def _result(parts: tuple[AttackPart, ...] | None, *, note: str) -> Attack:
    found = parts or ()
    p_values = [p for p in holm([part.p_value for part in found]) if p is not None]
    area = found[0].value if found else None
    return Attack(
        name="loss",
        title="Asking the model",
        story="The attacker holds the model itself, not only the synthetic table, and takes the rows that it finds "
        "likeliest for rows that it learned. It bounds what the table can give away.",
        unit="chance beyond one half that the model finds a learned row likelier than another",
        effect=None if area is None else area - 0.5,
        limit=LIMIT,
        p_value=min(p_values, default=None),
        decides=False,
        parts=found,
        note=note,
    )


def _area(learned: NDArray[np.float64], fresh: NDArray[np.float64], seeds: Seeds) -> AttackPart:
    """The area under the ROC curve, tested by Mann and Whitney's ranks."""
    is_learned = np.arange(len(learned) + len(fresh)) < len(learned)
    scores = -np.concatenate([learned, fresh])
    rng = seeds.stream("evaluator/attacks/loss/resamples")
    # Each side by itself: how many rows were learned is no matter of chance.
    weights = np.hstack([resample_counts(len(learned), rng), resample_counts(len(fresh), rng)])
    low, high = percentile_interval(weighted_aucs(is_learned, scores, weights))
    return AttackPart(
        name="AUC",
        value=roc_auc(is_learned, scores),
        control=0.5,
        low=low,
        high=high,
        p_value=float(mannwhitneyu(learned, fresh, alternative="less").pvalue),
        n=len(learned),
        note="chance that a learned row is likelier than another; guessing reaches one half",
    )


def _low_alarms(learned: NDArray[np.float64], fresh: NDArray[np.float64]) -> AttackPart:
    """The share of learned rows that are likelier than all but 1% of the others.

    If learned rows were like others, every order of losses were as likely, so the number of learned rows before a
    given one of the others follows the negative hypergeometric distribution. Testing it as a binomial with p = .01
    would take the threshold for known, which is estimated from a few rows.
    """
    alarms = int(MAX_FALSE_ALARMS * len(fresh))
    threshold = np.sort(fresh)[alarms]
    found = int((learned < threshold).sum())
    total = len(learned) + len(fresh)
    low, high = wilson(found, len(learned))
    return AttackPart(
        name="TPR at 1% FPR",
        value=found / len(learned),
        control=float((fresh < threshold).mean()),
        low=low,
        high=high,
        p_value=max(LEAST_P, float(nhypergeom.sf(found - 1, total, len(learned), alarms + 1))),
        n=len(learned),
        note="share of learned rows that are likelier than all but 1% of the others",
    )
