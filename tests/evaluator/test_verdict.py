import pytest

from tabsynth.evaluator.result import ColumnResult, Importance, PrivacyVerdict
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.verdict import recommend

GOOD = {
    "sqs": Score(value=9.0),
    "sqs_skill": Score(value=0.9),
    "c2st_auc": Score(value=0.55, low=0.5, high=0.6),
    "valid_record_fraction": Score(value=None),
}


def privacy(light: str = "green") -> PrivacyVerdict:
    return PrivacyVerdict.model_validate(
        {"light": light, "decided_by": "membership", "p_value": 0.4, "reason": f"All is {light}."}
    )


def column(name: str, score: float | None) -> ColumnResult:
    return ColumnResult(
        name=name,
        kind="integer",
        measure="",
        score=score,
        score_training=score,
        reference=9.5,
        missing_training=0,
        missing_synthetic=0,
        unreadable_synthetic=0,
        overlay=None,
    )


@pytest.mark.parametrize(
    ("change", "private", "light"),
    [
        ({}, "green", "green"),
        ({}, "red", "red"),
        ({}, "amber", "amber"),
        ({"sqs_skill": Score(value=0.4)}, "red", "red"),
        ({"c2st_auc": Score(value=0.95, low=0.9, high=1.0)}, "green", "amber"),
        ({"c2st_auc": Score(value=0.3, low=0.2, high=0.4)}, "green", "amber"),
        ({"c2st_auc": Score(value=0.44, low=0.4, high=0.49)}, "green", "green"),
        ({"sqs_skill": Score(value=0.4)}, "green", "amber"),
        ({"sqs": Score(value=None)}, "green", "amber"),
        ({"valid_record_fraction": Score(value=0.3)}, "green", "amber"),
    ],
)
def test_the_light_follows_the_worst_finding(change: dict[str, Score], private: str, light: str) -> None:
    verdict = recommend(GOOD | change, (), (), privacy(private))
    assert verdict.light == light
    assert f"All is {private}." in verdict.reasons
    assert verdict.not_checked


def test_a_breach_is_the_first_reason_and_a_quality_problem_comes_before_harmless_attacks() -> None:
    weak = GOOD | {"sqs_skill": Score(value=0.4)}
    assert recommend(weak, (), (), privacy("red")).reasons[0] == "All is red."
    assert recommend(weak, (), (), privacy()).reasons[0].startswith("The table goes 40%")


def test_columns_without_usable_values_are_named() -> None:
    columns = (column("age", 0.5), column("city", 8.9), column("sex", 9.0), column("note", None))
    verdict = recommend(GOOD, columns, (), privacy())
    assert verdict.light == "amber" and verdict.reasons[0] == "Columns without usable values: “age”."
    assert verdict.look_at == ("The weakest columns: “age”, “city”.",)


def test_one_looks_first_at_the_breach_and_else_at_what_gives_rows_away() -> None:
    importances = (Importance(feature="age", drop=0.2),)
    assert recommend(GOOD, (), importances, privacy()).look_at[0] == "What gives synthetic rows away most: “age”."
    assert recommend(GOOD, (), importances, privacy("red")).look_at[0].startswith("The privacy table")
