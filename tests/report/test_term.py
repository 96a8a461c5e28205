from typing import Any

import pytest

from tabsynth.report.term import GROUPS, ScoreWording


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        ("points", 8.25, "8.2"),
        ("points", 10.0, "10.0"),
        ("share", 0.0125, "1.2%"),
        ("share", 1.0, "100.0%"),
        ("ratio", 0.5, "0.50"),
        ("ratio", -0.125, "-0.12"),
    ],
)
def test_a_value_is_written_in_the_form_of_its_score(form: Any, value: float, written: str) -> None:
    assert ScoreWording("x", "X", 1.0, form, "", "").written(value) == written


def test_a_value_that_is_missing_is_a_dash() -> None:
    assert ScoreWording("x", "X", 1.0, "ratio", "", "").written(None) == "–"


def test_a_score_belongs_to_a_group_of_the_table() -> None:
    assert ScoreWording("x", "X", 1.0, "ratio", "", "").group == GROUPS[-1]
