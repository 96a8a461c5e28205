import pytest

from tabsynth.evaluator.score import Score
from tabsynth.evaluator.verdict import recommend

GOOD = {
    "sqs": Score(value=9.0),
    "sqs_skill": Score(value=0.9),
    "c2st_auc": Score(value=0.55, low=0.5, high=0.6),
    "exact_copy_excess": Score(value=0.0),
    "valid_record_fraction": Score(value=None),
}


@pytest.mark.parametrize(
    ("change", "p_value", "light"),
    [
        ({}, 1.0, "green"),
        ({"exact_copy_excess": Score(value=0.02)}, 0.001, "red"),
        ({"exact_copy_excess": Score(value=0.02)}, 0.2, "green"),
        ({"exact_copy_excess": Score(value=0.005)}, 0.001, "green"),
        ({"c2st_auc": Score(value=0.95, low=0.9, high=1.0)}, 1.0, "amber"),
        ({"c2st_auc": Score(value=0.3, low=0.2, high=0.4)}, 1.0, "amber"),
        ({"c2st_auc": Score(value=0.44, low=0.4, high=0.49)}, 1.0, "green"),
        ({"sqs_skill": Score(value=0.4)}, 1.0, "amber"),
        ({"sqs": Score(value=None)}, 1.0, "amber"),
        ({"valid_record_fraction": Score(value=0.3)}, 1.0, "amber"),
    ],
)
def test_the_light_follows_the_worst_finding(change: dict[str, Score], p_value: float, light: str) -> None:
    verdict = recommend(GOOD | change, p_value, (), ())
    assert verdict.light == light
    assert verdict.reasons and any("Membership" in gap for gap in verdict.not_checked)


def test_a_green_light_says_what_was_found_about_copies_and_how_strong_the_test_was() -> None:
    score = Score(value=0.005, note="5 of 1,000 synthetic rows equal a training row; fewer than 44 go unnoticed")
    assert recommend(GOOD | {"exact_copy_excess": score}, 0.6, (), ()).reasons[0] == (
        "The share of synthetic rows that equal a training row is not higher than chance allows: "
        "5 of 1,000 synthetic rows equal a training row; fewer than 44 go unnoticed."
    )


def test_a_green_light_does_not_deny_a_few_copies_beyond_chance() -> None:
    score = Score(value=0.005, note="500 of 100,000")
    assert recommend(GOOD | {"exact_copy_excess": score}, 0.001, (), ()).reasons[0] == (
        "0.5% of synthetic rows equal training rows beyond chance, within the limit of 1%: 500 of 100,000."
    )
