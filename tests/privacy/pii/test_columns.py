import pandas as pd
import pytest

from tabsynth.privacy.pii.cells import Cells
from tabsynth.privacy.pii.columns import ASKED, FOUND, Judgement, judge
from tabsynth.privacy.pii.entities import Entity
from tabsynth.schema.infer import infer_column


def judged(name: str, values: list[object]) -> Judgement | None:
    series = pd.Series(values * (1 + 20 // len(values)), name=name)
    return judge(Cells.of(series, infer_column(series)))


def test_heading_and_values_are_two_witnesses() -> None:
    both = judged("ssn", [f"{n + 100}-45-6789" for n in range(30)])
    assert both is not None
    assert both.confidence == pytest.approx(1 - (1 - 0.9) * (1 - 0.9))
    assert (both.entity, both.source) == (Entity.SSN, "name and values")


def test_values_are_enough_without_a_heading() -> None:
    found = judged("x7", [f"p{n}@example.com" for n in range(30)])
    assert found == Judgement(Entity.EMAIL, 1.0, 1.0, "values")


def test_values_win_over_a_heading_that_they_contradict() -> None:
    found = judged("phone", [f"p{n}@example.com" for n in range(30)])
    assert found is not None
    assert found.entity is Entity.EMAIL


@pytest.mark.parametrize(("name", "values"), [
    ("email", [True, False]), ("passport", ["yes", "no"]), ("name", ["General", "Petite", "Tall"]), ("x",
    list(range(30))),
    ("colour", ["Black", "White", "Brown", "Gray"]), ("note", ["mail p1@example.com now", "fine", "good", "so so"]),
    ("phone", [None]),
])  # fmt: skip
def test_other_columns_are_nothing_personal(name: str, values: list[object]) -> None:
    assert judged(name, values) is None


def test_a_weak_heading_over_names_tells_which_names() -> None:
    first = judged("name", ["Mary", "Linda", "James", "Robert", "Karen", "Steven", "Brian", "Susan", "Kevin", "Laura"])
    assert first is not None
    assert first.entity is Entity.FIRST_NAME


def test_a_column_that_is_half_so_is_asked_about() -> None:
    values = [f"AB{n:06d}" for n in range(15)] + [f"none given {'abcdefghijklmno'[n]}" for n in range(15)]
    found = judged("passport", values)
    assert found is not None
    assert ASKED <= found.confidence < FOUND


def test_what_is_also_found_inside_texts_is_not_asked_about() -> None:
    assert judged("contact info", [f"p{n}@example.com" if n % 2 else f"room {n}" for n in range(30)]) is None
