"""A release recommendation in plain words, from scores alone. Knows no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from tabsynth.evaluator.copies import COPY_P, written_p
from tabsynth.evaluator.result import ColumnResult, Importance, Verdict
from tabsynth.evaluator.score import Score

COPY_EXCESS = 0.01
MAX_AUC, COPY_AUC = 0.9, 0.45
MIN_SKILL = 0.5
MIN_VALID = 0.5
NOT_CHECKED = (
    "Membership inference: whether someone can find out that a person was in the training table.",
    "Attribute inference: whether someone who knows a part of a row can learn the rest.",
    "Near copies, replayed names or numbers, memorised passages of text: only rows equal in every cell are counted.",
)


def recommend(
    scores: Mapping[str, Score], copy_p_value: float, columns: Sequence[ColumnResult], importances: Sequence[Importance]
) -> Verdict:
    """Recommend for or against release.

    Red: copied rows beyond chance (p < .01 and excess > .01). Amber: rows are told apart with AUC > .9 or look copied
    (all of the interval below .45), skill < .5, a column without usable values, mostly invalid records, or one of
    these could not be measured. Green: none of them.
    """
    red = _copy_reasons(scores["exact_copy_excess"], copy_p_value)
    amber = _quality_reasons(scores) + _column_reasons(columns) + _unmeasured(scores)
    light: Literal["green", "amber", "red"]
    if red:
        light, headline = "red", "Do not release: training rows were copied."
    elif amber:
        light, headline = "amber", "Look again before release: some checks did not pass."
    else:
        light, headline = "green", "The checks that were run found nothing against release."
    reasons = red + amber or [
        _no_copies(scores["exact_copy_excess"], copy_p_value),
        "Synthetic rows keep the distributions and associations of the real ones better than shuffled columns do.",
    ]
    return Verdict(
        light=light,
        headline=headline,
        reasons=tuple(reasons),
        look_at=tuple(_look_at(columns, importances, bool(red))),
        not_checked=NOT_CHECKED,
    )


def _copy_reasons(score: Score, p_value: float) -> list[str]:
    if score.value is None or score.value <= COPY_EXCESS or p_value >= COPY_P:
        return []
    return [
        f"{score.value:.1%} of synthetic rows are exact copies of training rows beyond chance (p {written_p(p_value)})."
    ]


def _no_copies(score: Score, p_value: float) -> str:
    """What was found about copies where that is no reason against release, and how strong the test was."""
    found = score.note or f"p {written_p(p_value)}"
    if p_value < COPY_P and score.value is not None:
        return (
            f"{score.value:.1%} of synthetic rows equal training rows beyond chance, within the limit of "
            f"{COPY_EXCESS:.0%}: {found}."
        )
    return f"The share of synthetic rows that equal a training row is not higher than chance allows: {found}."


def _quality_reasons(scores: Mapping[str, Score]) -> list[str]:
    reasons = []
    auc, skill = scores["c2st_auc"].value, scores["sqs_skill"].value
    valid = scores["valid_record_fraction"].value
    if auc is not None and auc > MAX_AUC:
        reasons.append(f"A classifier tells synthetic from real rows almost always (AUC {auc:.2f}; .50 is ideal).")
    highest = scores["c2st_auc"].high
    if auc is not None and highest is not None and highest < COPY_AUC:
        reasons.append(
            f"The classifier does worse than guessing (AUC {auc:.2f}), which happens when rows repeat real ones."
        )
    if skill is not None and skill < MIN_SKILL:
        reasons.append(f"The table goes {max(0.0, skill):.0%} of the way from shuffled columns to real rows.")
    if valid is not None and valid < MIN_VALID:
        reasons.append(f"Only {valid:.0%} of generated records were valid.")
    return reasons


def _column_reasons(columns: Sequence[ColumnResult]) -> list[str]:
    ruined = [column.name for column in columns if column.score is not None and column.score < 0.05]
    named = ", ".join(f"“{name}”" for name in ruined[:3]) + (" and more" if len(ruined) > 3 else "")
    return [f"Columns without usable values: {named}."] if ruined else []


def _unmeasured(scores: Mapping[str, Score]) -> list[str]:
    names = [name for name in ("sqs", "c2st_auc", "exact_copy_excess") if scores[name].value is None]
    return [f"Could not be measured: {', '.join(names)}."] if names else []


def _look_at(columns: Sequence[ColumnResult], importances: Sequence[Importance], copied: bool) -> list[str]:
    steps = []
    if copied:
        steps.append("Train for fewer epochs, or with differential privacy, and evaluate again.")
    if importances and not copied:
        names = ", ".join(f"“{found.feature}”" for found in importances[:3])
        steps.append(f"What gives synthetic rows away most: {names}.")
    weakest = [column.name for column in columns if column.score is not None][:3]
    if weakest:
        steps.append(f"The weakest columns: {', '.join(f'“{name}”' for name in weakest)}.")
    return steps
