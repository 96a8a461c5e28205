"""Personal data is gone before anything else sees the table."""

from __future__ import annotations

import pandas as pd
import pytest
from faker import Faker

from tabsynth import Config, ConfigError, PrivacyError
from tabsynth.personal import clear, replaced_columns
from tabsynth.progress import Silent
from tabsynth.schema.column import Kind

KEY = b"a key for tests, thirty-two byte"


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    fake = Faker("en_US")
    fake.seed_instance(3)
    mails = [fake.unique.email() for _ in range(120)]
    return pd.DataFrame({"email": mails, "score": [number % 17 for number in range(120)]})


def cleared(frame: pd.DataFrame, key: bytes | None = KEY, **options: object) -> object:
    return clear(frame, Config.from_options(**options), key, Silent())


def test_every_address_gets_a_stand_in_and_other_columns_stay(people: pd.DataFrame) -> None:
    made = cleared(people)
    assert replaced_columns(made.pii) == ["email"]
    assert not set(made.frame["email"]) & set(people["email"])
    assert made.frame["email"].str.contains("@").all()
    pd.testing.assert_series_equal(made.frame["score"], people["score"])


def test_the_same_key_gives_the_same_stand_ins_and_no_key_others(people: pd.DataFrame) -> None:
    first, again = (cleared(people).frame for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert not cleared(people, None).frame["email"].equals(first["email"])


def test_off_looks_for_nothing(people: pd.DataFrame) -> None:
    made = cleared(people, pii="off")
    assert made.pii is None
    pd.testing.assert_frame_equal(made.frame, people)


def test_what_the_user_keeps_is_learned_as_it_is(people: pd.DataFrame) -> None:
    made = cleared(people, pii={"email": "keep"})
    pd.testing.assert_frame_equal(made.frame, people)
    assert replaced_columns(made.pii) == []


def test_a_table_without_personal_data_is_left_alone(table: pd.DataFrame) -> None:
    made = cleared(table)
    assert made.frame is table


def test_what_is_called_an_identifier_is_generated_not_learned(people: pd.DataFrame) -> None:
    frame = people.assign(code=[f"ZQ-{7919 * number % 100_000:05d}" for number in range(120)])
    assert cleared(frame, pii={"code": "identifier"}).schema["code"].kind is Kind.IDENTIFIER


def test_a_key_that_can_be_guessed_is_refused(people: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="pii_key: a key needs at least 16 bytes"):
        cleared(people, b"short")


def test_a_correction_of_no_column_is_refused(people: pd.DataFrame) -> None:
    with pytest.raises(PrivacyError, match="Did you mean 'email'"):
        cleared(people, pii={"emial": "email"})
