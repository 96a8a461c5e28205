from typing import Any

import pytest

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.privacy import privacy_verdict
from tabsynth.evaluator.result import PrivacyVerdict
from tabsynth.report.figures.light import Light
from tabsynth.report.outcome import outcomes


def attack(name: str = "copies", **more: Any) -> Attack:
    facts = {"title": name, "story": "", "unit": "share", "effect": 0.05, "limit": 0.01, "p_value": 1e-9}
    return Attack(name=name, **{**facts, **more})


def verdict(light: Light) -> PrivacyVerdict:
    return PrivacyVerdict.model_validate({"light": light, "decided_by": "other", "p_value": None, "reason": ""})


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "Succeeds"),
        ({"p_value": 0.005}, "Doubtful"),
        ({"effect": 0.008}, "Doubtful"),
        ({"p_value": 0.2}, "Not beyond chance"),
        ({"effect": 0.001}, "Within its limit"),
        ({"p_value": None}, "Not beyond chance"),
        ({"effect": None, "p_value": None}, "Not run"),
        ({"decides": False}, "Diagnostic"),
    ],
)
def test_chance_and_limit_decide_together(facts: dict[str, Any], word: str) -> None:
    assert outcomes([attack(**facts)], None)["copies"].word == word


def test_p_values_are_corrected_for_the_attacks_that_decide() -> None:
    found = outcomes(
        [attack("a", p_value=0.004), attack("b", p_value=0.5), attack("c", p_value=0.3, decides=False)], None
    )
    assert [found[name].p_value for name in "abc"] == [0.008, 0.5, None]


def test_no_attack_is_shown_as_worse_than_the_light() -> None:
    assert [outcomes([attack()], verdict(light))["copies"].light for light in ("green", "amber", "red")] == [
        "green",
        "amber",
        "red",
    ]


@pytest.mark.parametrize("effect", [0.0, 0.004, 0.006, 0.02])
@pytest.mark.parametrize("p_value", [1e-5, 2e-3, 0.02, 0.9])
def test_the_worst_attack_shows_the_light_that_the_evaluator_gave(effect: float, p_value: float) -> None:
    attacks = [
        attack("exact_copies", effect=effect, p_value=p_value),
        attack("near_copies", p_value=0.6),
        attack("membership", p_value=0.4),
    ]
    given = privacy_verdict(attacks, 500)
    shown = [found.light for found in outcomes(attacks, given).values()]
    assert max(shown, key=("green", "amber", "red").index) == given.light
