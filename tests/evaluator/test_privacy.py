import pytest

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.privacy import NEEDED, privacy_verdict, written_p


def attack(name: str, p_value: float | None, effect: float | None = 0.0, *, decides: bool = True) -> Attack:
    return Attack(
        name=name, title=name, story="", unit="of rows", effect=effect, limit=0.02, p_value=p_value, decides=decides
    )


QUIET = [attack(name, 0.4) for name in NEEDED]


@pytest.mark.parametrize(
    ("p_value", "effect", "light"),
    [
        (0.5, 0.0, "green"),
        (1e-9, 0.05, "red"),
        (1e-9, 0.015, "amber"),  # beyond half of the limit
        (1e-9, 0.005, "green"),  # certain, and too little to matter
        (1e-3, 0.05, "amber"),  # 4e-3 of four attacks
        (4e-3, 0.05, "green"),  # 16e-3 of four attacks
        (None, None, "green"),  # not applicable, such as text where there is none
    ],
)
def test_the_light_needs_an_effect_that_matters_and_no_chance(
    p_value: float | None, effect: float | None, light: str
) -> None:
    found = privacy_verdict([*QUIET, attack("ngrams", p_value, effect)], 500)
    assert found.light == light
    if light != "green":
        assert found.decided_by == "ngrams" and "ngrams" in found.reason and "4 attacks" in found.reason
        assert p_value is not None and found.p_value == pytest.approx(4 * p_value)


def test_a_diagnostic_decides_nothing() -> None:
    assert privacy_verdict([*QUIET, attack("closest_record", 0.0, 0.9, decides=False)], 500).light == "green"


def test_without_an_attack_that_every_table_allows_the_light_is_not_green() -> None:
    found = privacy_verdict(
        [attack("exact_copies", 0.5), attack("near_copies", 0.5), attack("membership", None, None)], 500
    )
    assert found.light == "amber" and "Could not be run: membership." in found.reason
    assert privacy_verdict([], 500).light == "amber"
    assert privacy_verdict([attack("membership", None, None)], 500).p_value is None


def test_the_worst_attack_decides_not_the_one_with_the_lowest_p() -> None:
    found = privacy_verdict([attack("near_copies", 1e-30, 0.001), attack("exact_copies", 1e-9, 0.5), *QUIET], 500)
    assert found.light == "red" and found.decided_by == "exact_copies"


def test_p_values_are_written_with_their_relation() -> None:
    assert written_p(0.0312) == "= 0.03" and written_p(0.0) == "< 1e-99"


def test_with_a_handful_of_groups_the_light_is_not_green() -> None:
    found = privacy_verdict(QUIET, 2)
    assert found.light == "amber" and "With 2 rows or groups a side" in found.reason
    assert privacy_verdict([*QUIET, attack("ngrams", 1e-9, 0.5)], 2).light == "red"
