"""A release recommendation in plain words, from scores alone. Knows no tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from tabsynth.evaluator.result import ColumnResult, Importance, PrivacyVerdict, Verdict
from tabsynth.evaluator.score import Score

MAX_AUC, COPY_AUC = 0.9, 0.45
MIN_SKILL = 0.5
MIN_VALID = 0.5
RUINED = 1.0
"""Points of ten up to which a column counts as unusable."""
WEAK = 9.0
"""Points of ten from which on a column is not worth a look."""
NOT_CHECKED = (
    "Whether rows can be linked to other tables that an attacker may hold.",
    "Attackers who know more than one row of the training table, or who see several tables of the same run.",
    "Whether the rows are true in ways that no column or pair of columns shows.",
)


def recommend(
    scores: Mapping[str, Score],
    columns: Sequence[ColumnResult],
    importances: Sequence[Importance],
    privacy: PrivacyVerdict,
) -> Verdict:
    """Recommend for or against release.

    Red: the privacy light is red. Amber: it is amber, rows are told apart with AUC > .9 or look copied (all of the
    interval below .45), skill < .5, a column without usable values, mostly invalid records, or one of the headline
    scores could not be measured. Green: none of them.
    """
    amber = _quality_reasons(scores) + _column_reasons(columns) + _unmeasured(scores)
    light: Literal["green", "amber", "red"]
    if privacy.light == "red":
        light, headline = "red", "Do not release: an attack on the training rows succeeds."
    elif privacy.light == "amber":
        light, headline = "amber", "Look again before release: the attacks leave a doubt."
    elif amber:
        light, headline = "amber", "No leak was found, but the table falls short of its purpose."
    else:
        light, headline = "green", "The checks that were run found nothing against release."
    reasons = [privacy.reason, *amber] if privacy.light != "green" else [*amber, privacy.reason]
    if light == "green":
        reasons.append("Synthetic rows keep the distributions and associations of the real ones.")
    return Verdict(
        light=light,
        headline=headline,
        reasons=tuple(reasons),
        look_at=tuple(_look_at(columns, importances, privacy)),
        not_checked=NOT_CHECKED,
    )


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
    ruined = [column.name for column in columns if column.score is not None and column.score <= RUINED]
    named = ", ".join(f"“{name}”" for name in ruined[:3]) + (" and more" if len(ruined) > 3 else "")
    return [f"Columns without usable values: {named}."] if ruined else []


def _unmeasured(scores: Mapping[str, Score]) -> list[str]:
    names = [name for name in ("sqs", "c2st_auc") if scores[name].value is None]
    return [f"Could not be measured: {', '.join(names)}."] if names else []


def _look_at(columns: Sequence[ColumnResult], importances: Sequence[Importance], privacy: PrivacyVerdict) -> list[str]:
    steps = []
    if privacy.light != "green":
        steps.append("The privacy table: which attack succeeds, and against which columns.")
        steps.append("Train for fewer epochs, or with differential privacy, and evaluate again.")
    elif importances:
        names = ", ".join(f"“{found.feature}”" for found in importances[:3])
        steps.append(f"What gives synthetic rows away most: {names}.")
    weakest = [column.name for column in columns if column.score is not None and column.score < WEAK][:3]
    if weakest:
        steps.append(f"The weakest columns: {', '.join(f'“{name}”' for name in weakest)}.")
    return steps
