"""The gate: whether an evaluation lets its table out. Fails closed; runs no attack and writes nothing."""

from __future__ import annotations

import re
from typing import Literal, get_args

from tabsynth.errors import ConfigError
from tabsynth.evaluator.privacy import MIN_UNITS, NEEDED, written_p
from tabsynth.evaluator.result import Evaluation, PrivacyVerdict
from tabsynth.release.refusal import ReleaseError

Allowed = Literal["amber", "green"]
"""The worst privacy light that still opens the gate."""

WHERE = "release"
WRITTEN_P = re.compile(r"\bp [=<]")
PROTECT = "protect values (protect=True), train with differential privacy (epsilon=8) or for fewer epochs"
LOOK = "look at the privacy section of the report"


def check_allowed(allow: str) -> None:
    """Check the worst light that is to open the gate, before any work is done.

    Raises:
        ConfigError: It is neither "amber" nor "green".
    """
    if allow not in get_args(Allowed):
        raise ConfigError(f"allow={allow!r} is no light that may open the gate", where=WHERE, do="use amber or green")


def check_coverage(evaluation: Evaluation, columns: int) -> None:
    """Check that an evaluation looked at a whole table: those who evaluate without a key leave stand-ins out.

    Args:
        evaluation: What was found of the table.
        columns: That the table has.

    Raises:
        ReleaseError: It did not.
    """
    unseen = columns - evaluation.coverage.columns
    if unseen > 0:
        raise ReleaseError(
            f"{unseen} of {columns} columns were left out of the evaluation",
            privacy=evaluation.privacy,
            where=WHERE,
            do="evaluate right after fit, or with the pii_key that was given to it",
        )


def open_gate(evaluation: Evaluation, allow: Allowed = "amber") -> PrivacyVerdict:
    """Return the privacy verdict of a table that may be released.

    Red keeps the gate shut whatever is allowed. So does an evaluation that could not tell a leak if there were one: its
    light would be amber, but for want of evidence, not of success.

    Args:
        evaluation: What was found of the table.
        allow: The worst light that opens the gate.

    Raises:
        ReleaseError: The gate stays shut; says which attack decided, its p value, and what to do.
        ConfigError: `allow` is no light that may open the gate.
    """
    check_allowed(allow)
    privacy = evaluation.privacy
    if privacy is None:
        raise ReleaseError(
            "the evaluation holds no attacks on the training rows",
            where=WHERE,
            do="evaluate the table again with this version of tabsynth",
        )
    if privacy.light == "red":
        raise ReleaseError(
            f"the privacy light is red. {_decided(evaluation, privacy)}",
            privacy=privacy,
            where=WHERE,
            do=f"{LOOK}, then {PROTECT}, and generate again",
        )
    missing = unmeasured(evaluation)
    if missing is not None:
        found, advice = missing
        raise ReleaseError(f"{found}, so a leak could have gone unseen", privacy=privacy, where=WHERE, do=advice)
    if privacy.light == "amber" and allow == "green":
        raise ReleaseError(
            f"the privacy light is amber and green is asked for. {_decided(evaluation, privacy)}",
            privacy=privacy,
            where=WHERE,
            do=f"{LOOK}, then {PROTECT}, or release with allow='amber' if you can answer for the doubt",
        )
    return privacy


def unmeasured(evaluation: Evaluation) -> tuple[str, str] | None:
    """Return why no attack could have told a leak, and what to do about it; None if they could.

    An attack that decides must have been run on every table (`NEEDED`), against enough rows or groups on all three
    sides for its p value to become small.
    """
    ran = {attack.name for attack in evaluation.attacks if attack.decides and attack.p_value is not None}
    absent = [name for name in NEEDED if name not in ran]
    if absent:
        titles = {attack.name: attack.title for attack in evaluation.attacks}
        named = ", ".join(f"“{titles.get(name, name)}”" for name in absent)
        return f"attacks that every table is put to could not be run: {named}", f"{LOOK}, where each says why"
    rows = evaluation.rows
    units = {"training": rows.training, "holdout": rows.holdout, "synthetic": rows.synthetic}
    noun = "rows"
    if evaluation.sequences is not None:
        units, noun = dict(zip(units, evaluation.sequences.groups, strict=True)), "groups"
    side = min(units, key=units.__getitem__)
    if units[side] >= MIN_UNITS:
        return None
    advice = "generate more" if side == "synthetic" else "keep more aside with holdout=, or learn a larger table"
    return f"the {side} table has {units[side]} {noun}, too few to tell a copy from chance", advice


def _decided(evaluation: Evaluation, privacy: PrivacyVerdict) -> str:
    """Which attack decided, by how much: the reason of the verdict, which most often says so itself."""
    reason = privacy.reason.rstrip(".")
    title = next((one.title for one in evaluation.attacks if one.name == privacy.decided_by), privacy.decided_by)
    if title in reason and WRITTEN_P.search(reason):
        return reason
    p_value = "unknown" if privacy.p_value is None else written_p(privacy.p_value)
    return f"{title} decided, p {p_value}: {reason}"
