from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.privacy.pii import Entity, PrivacyError, find_pii
from tabsynth.privacy.pii.entities import Action
from tabsynth.privacy.pii.patterns import Span
from tabsynth.schema.infer import infer_schema


def held(frame: pd.DataFrame, **options: Any) -> dict[str, tuple[Entity | None, Action]]:
    return {found.column: (found.entity, found.action) for found in find_pii(frame, **options).findings}


def test_a_table_of_persons_is_found_column_by_column(persons: pd.DataFrame) -> None:
    assert held(persons) == {
        "customer": (Entity.IDENTIFIER, Action.GENERATE),
        "full_name": (Entity.NAME, Action.REPLACE),
        "email": (Entity.EMAIL, Action.REPLACE),
        "phone": (Entity.PHONE, Action.REPLACE),
        "born": (Entity.DATE_OF_BIRTH, Action.REPLACE),
        "city": (Entity.CITY, Action.REPLACE),
        "joined": (Entity.DATE, Action.KEEP),
        "note": (None, Action.REPLACE_INSIDE),
    }


def test_what_stands_inside_texts_is_counted(persons: pd.DataFrame) -> None:
    note = find_pii(persons)["note"]
    assert note is not None
    counts = {find.entity: find.count for find in note.inside}
    assert counts[Entity.PHONE] == counts[Entity.EMAIL] == counts[Entity.NAME] == 1
    assert note.share == pytest.approx(2 / 119)


def test_a_report_holds_no_cell(persons: pd.DataFrame) -> None:
    report = find_pii(persons)
    shown = report.model_dump_json() + report._repr_html_() + repr(report) + report.to_frame().to_string()
    assert not any(str(cell) in shown for name in ("full_name", "email", "phone", "city") for cell in persons[name])


def test_places_and_dates_are_personal_only_beside_persons(persons: pd.DataFrame) -> None:
    weather = persons[["city", "joined", "age"]]
    assert held(weather) == {}
    assert held(weather.assign(ssn=[f"{n + 100}-45-6789" for n in range(len(weather))])) == {
        "city": (Entity.CITY, Action.REPLACE),
        "joined": (Entity.DATE, Action.KEEP),
        "ssn": (Entity.SSN, Action.REPLACE),
    }


def test_a_place_that_many_rows_share_is_kept(persons: pd.DataFrame) -> None:
    shared = persons.assign(city=np.resize(["Bern", "Oslo", "Rome"], len(persons)))
    assert held(shared)["city"] == (Entity.CITY, Action.KEEP)


def test_a_birthday_is_kept_where_no_day_is_free(persons: pd.DataFrame) -> None:
    dense = persons.assign(born=pd.Timestamp("1950-01-01") + pd.to_timedelta(np.arange(len(persons)), unit="D"))
    assert held(dense)["born"] == (Entity.DATE_OF_BIRTH, Action.KEEP)


def test_a_coarse_coordinate_is_no_address() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"latitude": rng.uniform(40, 41, 50).round(2), "lat": rng.uniform(40, 41, 50).round(5)})
    assert held(frame) == {"lat": (Entity.COORDINATES, Action.REPLACE)}


def test_a_table_without_persons_has_no_finding(table: pd.DataFrame) -> None:
    found = held(table)
    assert found == {"customer": (Entity.IDENTIFIER, Action.GENERATE)}


def test_the_user_corrects_what_was_found(persons: pd.DataFrame) -> None:
    found = held(persons, overrides={"plan": "username", "city": "keep", "note": "none"})
    assert found["plan"] == (Entity.USERNAME, Action.REPLACE)
    assert found["city"] == (Entity.CITY, Action.KEEP)
    assert "note" not in found


def test_a_correction_makes_what_is_beside_it_personal(persons: pd.DataFrame) -> None:
    weather = persons[["city", "joined", "plan"]]
    assert held(weather, overrides={"plan": "username"})["joined"] == (Entity.DATE, Action.KEEP)


def test_a_slip_in_a_correction_is_an_error(persons: pd.DataFrame) -> None:
    with pytest.raises(PrivacyError, match="Did you mean 'email'"):
        find_pii(persons, overrides={"emial": "none"})


def test_a_column_that_is_half_personal_asks_a_question(persons: pd.DataFrame) -> None:
    half = [f"AB{n:06d}" if n % 2 else f"none given {chr(97 + n % 26)}{n}" for n in range(len(persons))]
    report = find_pii(persons.assign(passport=half))
    assert [found.column for found in report.questions] == ["passport"]


def test_a_model_of_the_users_is_asked_too(persons: pd.DataFrame) -> None:
    class OrderModel:
        def find(self, texts: Any) -> list[list[Span]]:
            return [[Span(0, 3, Entity.USERNAME)] if text.startswith("all") else [] for text in texts]

    note = find_pii(persons, model=OrderModel())["note"]
    assert note is not None
    assert note.inside[0].entity is Entity.USERNAME
    with pytest.raises(PrivacyError, match="never downloaded"):
        find_pii(persons, model="no/such/folder")


def test_a_schema_can_be_handed_in(persons: pd.DataFrame) -> None:
    assert find_pii(persons, infer_schema(persons)) == find_pii(persons)


def test_the_order_of_rows_and_of_columns_does_not_matter_to_columns(persons: pd.DataFrame) -> None:
    turned = persons.iloc[::-1, ::-1].reset_index(drop=True)
    assert held(turned) == held(persons)


@pytest.mark.parametrize("values", [
    ["🎉" * 50] * 30, ["ا" * 20, "ب" * 20] * 15, ["x" * 10_000] * 30, [None] * 29 + ["a"],
    ["a b " * 2_000] * 30, [" "] * 30,
], ids=["emoji", "arabic", "long", "one value", "long text", "blank"])  # fmt: skip
def test_strange_cells_are_no_obstacle(values: list[Any]) -> None:
    frame = pd.DataFrame({"full_name": values, "x": range(len(values)), "email": values})
    find_pii(frame)


def test_the_bar_on_the_planted_table(planted: tuple[pd.DataFrame, list[dict[str, Any]]]) -> None:
    frame, truth = planted
    found = held(frame)
    expected = {
        "full_name": Entity.NAME,
        "email": Entity.EMAIL,
        "phone": Entity.PHONE,
        "birth_date": Entity.DATE_OF_BIRTH,
        "address": Entity.STREET_ADDRESS,
        "ssn": Entity.SSN,
        "ip_address": Entity.IP_ADDRESS,
    }
    assert {name: entity for name, (entity, action) in found.items() if action is Action.REPLACE} == expected
    message = find_pii(frame)["message"]
    assert message is not None
    assert sum(find.count for find in message.inside) >= 0.9 * sum(len(entry["spans"]) for entry in truth)
