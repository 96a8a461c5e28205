"""A model of one target: trees that learn from any table and guess for the holdout. Knows no score but recall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tabsynth.evaluator.metric import class_recalls
from tabsynth.evaluator.target import Target
from tabsynth.evaluator.trees import Plan, classifier, regressor

NUM_ROUNDS = 100
MAX_TREES = 150  # of a model of three classes or more, which has a tree a round for each
MIN_ROUNDS = 2
RARE_SHARE = 0.1  # of holdout rows, below which a class is rare


@dataclass(frozen=True)
class Guess:
    """Predictions of one model for some rows.

    Attributes:
        values: Scores of the second of two classes, class codes, or numbers. Shape (rows,).
        classes: Class codes; all 0 for numbers. Shape (rows,).
    """

    values: NDArray[np.float64]
    classes: NDArray[np.intp]


def guess(
    target: Target,
    encoder: Plan,
    matrix: NDArray[np.float64],
    truth: NDArray[np.float64],
    held: NDArray[np.float64],
) -> Guess:
    """Learn from a matrix and guess for another.

    Args:
        target: What to predict.
        encoder: What made both matrices.
        matrix: Shape (rows, features).
        truth: Class codes or numbers, two rows or more. Shape (rows,).
        held: Shape (rows to guess for, features).
    """
    if len(np.unique(truth)) == 1:
        code = int(truth[0]) if target.classes else 0
        return Guess(np.full(len(held), truth[0]), np.full(len(held), code, dtype=np.intp))
    if not target.classes:
        values = np.asarray(regressor(matrix, truth, encoder, NUM_ROUNDS).predict(held), dtype="float64")
        return Guess(values, np.zeros(len(held), dtype=np.intp))
    rounds = (
        NUM_ROUNDS if target.num_classes == 2 else max(MIN_ROUNDS, min(NUM_ROUNDS, MAX_TREES // target.num_classes))
    )
    model = classifier(matrix, truth, encoder, rounds)
    shares = model.predict_proba(held)
    classes = model.classes_[shares.argmax(axis=1)].astype(np.intp)
    if target.num_classes > 2:
        return Guess(classes.astype("float64"), classes)
    return Guess(shares[:, model.classes_ == 1.0].sum(axis=1), classes)


def recall_note(target: Target, truth: NDArray[np.intp], synthetic: Sequence[Guess], training: Sequence[Guess]) -> str:
    """Say how well classes, and rare ones, are recognised; the classes themselves are cells of the table.

    Args:
        target: What is predicted.
        truth: Class codes. Shape (rows,).
        synthetic: Guesses of models that learned from synthetic rows.
        training: Likewise from training rows.

    Returns:
        Clauses that begin with "; ", empty for numbers or without guesses.
    """
    if not target.classes or not synthetic:
        return ""
    shares = np.bincount(truth, minlength=target.num_classes)[: target.num_classes] / len(truth)
    rare = np.flatnonzero((shares > 0) & (shares < RARE_SHARE))
    named = [("balanced accuracy", np.flatnonzero(shares > 0))] if target.num_classes > 2 else []
    if len(rare):
        what = "class" if len(rare) == 1 else "classes"
        named.append((f"recall of {len(rare)} rare {what} (below {RARE_SHARE:.0%} of rows)", rare))
    parts = []
    for name, codes in named:
        fake, real = (
            float(np.mean([class_recalls(truth, found.classes, codes).mean() for found in guesses]))
            for guesses in (synthetic, training)
        )
        parts.append(f"; {name} {fake:.2f} ({real:.2f} after training rows)")
    return "".join(parts)
