"""What became of each attack, in a word. Judges no release: the privacy light does that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.holm import holm
from tabsynth.evaluator.privacy import AMBER_P, LIGHTS, severity
from tabsynth.evaluator.result import PrivacyVerdict
from tabsynth.report.figures.light import Light

RANK: dict[Light, int] = {"none": 0, "green": 0, "amber": 1, "red": 2}
WORDS: dict[Light, str] = {"green": "Not beyond chance", "amber": "Doubtful", "red": "Succeeds"}
SMALL = "Within its limit"
"""For a gain that is not chance, but too small to hold a release back."""


@dataclass(frozen=True)
class Outcome:
    """A word for the table of attacks.

    Attributes:
        word: The word.
        light: Its sign.
        p_value: The attack's p value corrected for all attacks, None where it decides nothing.
    """

    word: str
    light: Light
    p_value: float | None


def outcomes(attacks: Sequence[Attack], privacy: PrivacyVerdict | None) -> Mapping[str, Outcome]:
    """Say what became of every attack, by name.

    An evaluation keeps the light of the whole and not that of each attack, so the rule of the privacy light is put to
    each attack here. None is shown as worse than the light, which may be of an older rule.
    """
    judged = [attack for attack in attacks if attack.decides]
    corrected = dict(zip((attack.name for attack in judged), holm([one.p_value for one in judged]), strict=True))
    worst: Light = "red" if privacy is None else privacy.light
    return {attack.name: _outcome(attack, corrected.get(attack.name), worst) for attack in attacks}


def _outcome(attack: Attack, p_value: float | None, worst: Light) -> Outcome:
    if attack.effect is None:
        return Outcome("Not run", "none", None)
    if not attack.decides:
        return Outcome("Diagnostic", "none", None)
    found: Light = "green" if p_value is None else LIGHTS[severity(p_value, attack)]
    light = min(found, worst, key=RANK.__getitem__)
    small = light == "green" and p_value is not None and p_value < AMBER_P
    return Outcome(SMALL if small else WORDS[light], light, p_value)
