"""The ledger of a finished training: everything that was spent, composed, and held against the promise."""

from __future__ import annotations

from collections.abc import Sequence

from tabsynth.artifact.ledger import GaussianSteps, Ledger, PreprocessingSpend, PrivacyUnit, TotalSpend, TrainingSpend
from tabsynth.errors import PrivacyError
from tabsynth.privacy.dp.accountant import epsilon_of

ROUNDING = 1e-9


def write_ledger(
    history: Sequence[GaussianSteps],
    preprocessing: PreprocessingSpend | None,
    *,
    target_epsilon: float,
    delta: float,
    subjects: int,
    group: str | None,
    clipping_norm: float,
    expected_batch: float,
) -> Ledger:
    """Compose what was spent.

    Preprocessing and training are Gaussian steps of one history. What is no Gaussian step, the threshold below which
    unforeseen values are not shown, fails with a probability that is taken off delta beforehand.

    Args:
        history: The training's steps.
        preprocessing: What was learned before training; None if nothing was.
        target_epsilon: What was promised.
        delta: The same for delta.
        subjects: Subjects in the training table.
        group: Column that names the subject; None if each row is one.
        clipping_norm: Bound of a subject's gradient.
        expected_batch: Subjects in a batch in the mean.

    Raises:
        PrivacyError: More was spent than promised.
    """
    first = () if preprocessing is None else (preprocessing.steps,)
    threshold, earlier = (0.0, 0.0) if preprocessing is None else (preprocessing.threshold_delta, preprocessing.delta)
    joint = epsilon_of([*first, *history], delta - threshold)
    training = epsilon_of(history, delta - earlier).value
    basic = training + (0.0 if preprocessing is None else preprocessing.epsilon)
    spent = min(joint.value, basic)
    if spent > target_epsilon * (1 + ROUNDING):
        raise PrivacyError(
            f"epsilon {spent:.4g} was spent where {target_epsilon:g} were promised, at delta {delta:.3g}",
            where="accountant",
            do="nothing of this run may be released: train again",
        )
    return Ledger(
        target_epsilon=target_epsilon,
        delta=delta,
        subjects=subjects,
        unit=PrivacyUnit(kind="row" if group is None else "group", column=group),
        preprocessing=preprocessing,
        training=TrainingSpend(
            history=tuple(history),
            clipping_norm=clipping_norm,
            expected_batch=expected_batch,
            epsilon=training,
            delta=delta - earlier,
        ),
        total=TotalSpend(epsilon=spent, prv=joint.prv, rdp=joint.rdp, basic=basic),
    )
