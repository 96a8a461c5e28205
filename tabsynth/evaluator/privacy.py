"""The privacy light: what all attacks together say about release. Runs none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.holm import holm
from tabsynth.evaluator.result import PrivacyVerdict

RED_P, AMBER_P = 0.001, 0.01
NEEDED = ("exact_copies", "near_copies", "membership")
"""Attacks that every table can be put to; without one of them the light is not green."""

Light = Literal["green", "amber", "red"]
LIGHTS: tuple[Light, ...] = ("green", "amber", "red")


MIN_UNITS = 10
"""Rows or groups a side below which nothing can be told from chance, not even a copy of the whole table."""


def privacy_verdict(attacks: Sequence[Attack], num_units: int) -> PrivacyVerdict:
    """Judge the attacks that decide, corrected for their number (Holm 1979).

    Red: one succeeds beyond its limit with a corrected p < .001. Amber: beyond half its limit with p < .01, or one
    that every table can be put to could not be run, or there are too few rows or groups to tell anything. So of
    harmless tables about one in a hundred is amber, one in a thousand red.

    Args:
        attacks: Every attack that was run or could not be.
        num_units: Rows, or groups where there are groups, of the smaller real table.
    """
    judged = [attack for attack in attacks if attack.decides]
    corrected = holm([attack.p_value for attack in judged])
    known = [(p, attack) for p, attack in zip(corrected, judged, strict=True) if p is not None]
    if not known:
        return PrivacyVerdict(light="amber", decided_by="none", p_value=None, reason="No attack could be run.")
    ranked = sorted(known, key=lambda pair: (-severity(*pair), pair[0], pair[1].name))
    p_value, worst = ranked[0]
    level = severity(p_value, worst)
    ran = {attack.name for _, attack in known}
    absent = [attack.title for attack in judged if attack.name in NEEDED and attack.name not in ran]
    light: Light = LIGHTS[level]
    reason = f"{worst.title}: {_found(worst)} beyond chance, p {written_p(p_value)} corrected for {len(known)} attacks."
    if level == 0:
        reason = f"None of {len(known)} attacks succeeds beyond chance; the lowest p is that of “{worst.title}”."
        if absent:
            light, reason = "amber", f"Could not be run: {', '.join(absent)}. {reason}"
        if num_units < MIN_UNITS:
            light = "amber"
            reason = (
                f"With {num_units} rows or groups a side not even a copy of the whole table could be told from chance."
            )
    return PrivacyVerdict(light=light, decided_by=worst.name, p_value=p_value, reason=reason)


def severity(p_value: float, attack: Attack) -> int:
    """Return how bad one attack is: 0 green, 1 amber, 2 red.

    Args:
        p_value: Its p value, corrected for all attacks.
        attack: What it found.
    """
    effect = attack.effect or 0.0
    if p_value < RED_P and effect > attack.limit:
        return 2
    return 1 if p_value < AMBER_P and effect > attack.limit / 2 else 0


def _found(attack: Attack) -> str:
    return f"{attack.effect or 0.0:.1%} ({attack.unit})"


def written_p(p_value: float) -> str:
    """Write a p value with its relation, such as "= 0.03"."""
    return "< 1e-99" if p_value < 1e-99 else f"= {p_value:.1g}"
