from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.privacy.pii import Entity, PiiReport, PrivacyError, Replacer, find_pii
from tabsynth.privacy.pii.entities import Action

KEY = b"sixteen bytes at least"
REPLACED = ("full_name", "email", "phone", "born", "city")


@pytest.fixture(scope="module")
def fresh(persons: pd.DataFrame) -> pd.DataFrame:
    return Replacer(find_pii(persons), KEY).apply(persons)


def test_no_value_stays_and_none_becomes_another_real_one(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    for name in REPLACED:
        assert not set(persons[name]) & set(fresh[name])


def test_two_values_stay_two_and_one_stays_one(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    for name in REPLACED:
        assert (
            pd.DataFrame({"old": persons[name], "new": fresh[name]}).drop_duplicates().shape[0]
            == persons[name].nunique()
        )
        assert name == "born" or fresh[name].nunique() == persons[name].nunique()  # days may be shared


def test_the_rest_of_the_table_stays_as_it_is(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    rest = ["customer", "joined", "age", "plan"]
    pd.testing.assert_frame_equal(fresh[rest], persons[rest])
    assert (fresh.dtypes == persons.dtypes).all()
    assert fresh.columns.equals(persons.columns)
    assert fresh.index.equals(persons.index)


def test_the_table_given_is_not_changed(persons: pd.DataFrame) -> None:
    before = persons.copy(deep=True)
    Replacer(find_pii(persons)).apply(persons)
    pd.testing.assert_frame_equal(persons, before)


def test_a_text_names_the_stand_in_of_its_columns(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    assert fresh["note"][3] == f"please call {fresh['phone'][3]} and ask for {fresh['full_name'][3]}, it was late"
    own_first, other_mail = fresh["full_name"][5].split()[0], fresh["email"][9]
    assert fresh["note"][5].startswith(f"{own_first} wrote to {other_mail} about K")
    assert persons["customer"][7] not in fresh["note"][5]
    assert pd.isna(fresh["note"][8])
    assert fresh["note"][0] == persons["note"][0]


def test_no_personal_value_is_left_in_any_cell(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    cells = "\n".join(fresh[name].astype(str).str.cat(sep="\n") for name in fresh).lower()
    assert not [value for name in REPLACED if name != "born" for value in persons[name] if value.lower() in cells]


def test_e_mail_follows_the_name(fresh: pd.DataFrame) -> None:
    for name, mail in zip(fresh["full_name"], fresh["email"], strict=True):
        first, last = name.lower().split()
        assert mail.startswith(f"{first}.{last}")


def test_the_same_key_gives_the_same_and_each_run_its_own(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    report = find_pii(persons)
    pd.testing.assert_frame_equal(Replacer(report, KEY).apply(persons), fresh)
    assert (Replacer(report).apply(persons)["full_name"] != Replacer(report).apply(persons)["full_name"]).mean() > 0.9


def test_the_order_of_rows_does_not_matter(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    turned = persons.drop(columns="note").iloc[::-1]
    new = Replacer(find_pii(turned), KEY).apply(turned).sort_index()
    straight = Replacer(find_pii(persons.drop(columns="note")), KEY).apply(persons.drop(columns="note"))
    pd.testing.assert_frame_equal(new, straight)


def test_a_birthday_moves_by_half_a_year_at_most(persons: pd.DataFrame, fresh: pd.DataFrame) -> None:
    days = (fresh["born"] - persons["born"]).dt.days.abs()
    assert days.between(1, 182).all()


def test_a_question_stops_the_run_with_the_choices(persons: pd.DataFrame) -> None:
    half = [f"AB{n:06d}" if n % 2 else f"none given {chr(97 + n % 26)}{n}" for n in range(len(persons))]
    frame = persons.assign(passport=half)
    with pytest.raises(PrivacyError, match="'passport' may hold passport") as caught:
        Replacer(find_pii(frame)).apply(frame)
    assert all(word in str(caught.value) for word in ("'text'", "'keep'", "'none'", "drop the column"))
    assert not any(cell in str(caught.value) for cell in half)
    told = find_pii(frame, overrides={"passport": "passport"})
    assert not set(Replacer(told).apply(frame)["passport"]) & set(half)


def test_a_full_space_stops_the_run_with_the_choices(persons: pd.DataFrame) -> None:
    frame = persons.assign(pin=[f"{row % 10}" for row in range(len(persons))])
    with pytest.raises(PrivacyError, match="no free stand-in is left"):
        Replacer(find_pii(frame, overrides={"pin": "national_id"})).apply(frame)


def test_a_report_on_another_table_is_refused(persons: pd.DataFrame) -> None:
    with pytest.raises(PrivacyError, match="Find the personal data of this very table"):
        Replacer(find_pii(persons)).apply(persons.drop(columns="age"))


def test_what_the_user_keeps_stays_in_columns_and_goes_from_texts_by_its_form_only(persons: pd.DataFrame) -> None:
    report = find_pii(persons, overrides={"city": "keep", "full_name": "none"})
    new = Replacer(report, KEY).apply(persons)
    pd.testing.assert_series_equal(new["city"], persons["city"])
    pd.testing.assert_series_equal(new["full_name"], persons["full_name"])
    assert persons["phone"][3] not in new["note"][3]


def test_a_table_without_personal_data_comes_back_equal(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(Replacer(find_pii(table)).apply(table), table)


def test_numbers_dates_and_categories_keep_their_dtypes() -> None:
    rows = 60
    frame = pd.DataFrame(
        {
            "phone": [3055550100 + row for row in range(rows)],
            "ssn": [123450000.0 + row if row % 7 else np.nan for row in range(rows)],
            "last_name": pd.Categorical(
                np.resize(["Avila", "Gill", "Evans"], rows), categories=["Gill", "Avila", "Evans", "Unseen"]
            ),
            "dob": pd.Series([f"{1 + row % 12}/{1 + row % 28}/{1940 + row}" for row in range(rows)]),
        }
    )  # fmt: skip
    report = find_pii(frame)
    assert report.of(Entity.PHONE, Entity.SSN, Entity.LAST_NAME, Entity.DATE_OF_BIRTH) == list(frame.columns)
    new = Replacer(report, KEY).apply(frame)
    assert new["phone"].dtype == frame["phone"].dtype
    assert new["ssn"].isna().equals(frame["ssn"].isna())
    assert "Unseen" not in new["last_name"].cat.categories
    assert new["last_name"].cat.categories.size == 3
    assert all(pd.to_datetime(new["dob"], format="%m/%d/%Y").notna())
    for name in frame:
        assert not set(frame[name].dropna()) & set(new[name].dropna())


CELLS = st.one_of(st.none(), st.text(alphabet="abcdeABCDE 0123456789-@.,", min_size=1, max_size=12))
KINDS = [
    entity.value for entity in Entity if entity not in (Entity.STATE, Entity.COUNTRY, Entity.DATE, Entity.IDENTIFIER)
]


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=20, max_size=30), st.sampled_from(KINDS))
def test_whatever_a_column_is_called_its_values_go_or_the_run_stops(cells: list[str | None], kind: str) -> None:
    frame = pd.DataFrame({"a": pd.Series(cells, dtype="object"), "n": range(len(cells))})
    finding = find_pii(pd.DataFrame({"a": ["x", "y"] * 15, "n": range(30)}), overrides={"a": kind})
    report = PiiReport(findings=finding.findings, texts=(), columns=("a", "n"), rows=len(cells))
    try:
        new = Replacer(report, KEY).apply(frame)
    except PrivacyError:
        return
    old = {cell for cell in cells if cell and any(char.isalnum() for char in cell)}
    assert not old & set(new["a"].dropna())
    assert new["a"].isna().tolist() == frame["a"].isna().tolist()


def test_zero_planted_values_are_left(planted: tuple[pd.DataFrame, list[dict[str, Any]]]) -> None:
    frame, truth = planted
    report = find_pii(frame)
    new = Replacer(report).apply(frame)
    replaced = [found.column for found in report.findings if found.action is Action.REPLACE]
    values = {value for name in replaced for value in frame[name]}
    values |= {span["value"] for entry in truth for span in entry["spans"]}
    cells = "\n".join(new[name].astype(str).str.cat(sep="\n") for name in new).lower()
    assert [len(value) for value in values if value.lower() in cells] == []
