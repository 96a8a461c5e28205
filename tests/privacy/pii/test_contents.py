import pandas as pd
import pytest

from tabsynth.privacy.pii.contents import Contents
from tabsynth.privacy.pii.detect import find_pii
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.text import TextScanner

ROWS = 30


@pytest.fixture(scope="module")
def contents() -> Contents:
    frame = pd.DataFrame(
        {
            "code": [f"K{100_000 + 7 * row}" for row in range(ROWS)],
            "first_name": ["Norma", "Kevin", "Laura"] * 10,
            "last_name": ["Avila", "Gill", "Evans"] * 10,
            "city": [f"Town{chr(97 + row % 26)}{chr(97 + row // 26)}" for row in range(ROWS)],
            "note": [f"my words, number {row}" for row in range(ROWS)],
        }
    )
    frame.loc[0, "note"] = "Norma says hello, and so does Kevin; avila too"
    frame.loc[1, "note"] = "i asked norma avila about K100007"
    frame.loc[2, "note"] = "in Townca and in Townaa it rains"
    return Contents.of(find_pii(frame, overrides={"note": "text"}), frame)


def mentioned(contents: Contents, row: int) -> list[tuple[str, Entity]]:
    texts = contents.cells["note"]
    spans = contents.spans("note", TextScanner.of(texts))[row]
    return [((texts[row] or "")[span.start : span.end], span.entity) for span in spans]


def test_the_columns_are_laid_out_by_what_is_done_to_them(contents: Contents) -> None:
    assert contents.targets == {"first_name": Entity.FIRST_NAME, "last_name": Entity.LAST_NAME, "city": Entity.CITY}
    assert contents.generated == ("code",)
    assert contents.persons[:2] == [("Norma", "Avila"), ("Kevin", "Gill")]


def test_a_rows_own_person_is_found_by_one_name_with_a_capital(contents: Contents) -> None:
    assert mentioned(contents, 0) == [("Norma", Entity.FIRST_NAME)]


def test_full_names_and_identifiers_are_found_in_the_texts_of_all_rows(contents: Contents) -> None:
    assert mentioned(contents, 1) == [("norma avila", Entity.NAME), ("K100007", Entity.IDENTIFIER)]


def test_a_city_is_found_in_the_text_of_its_row(contents: Contents) -> None:
    assert mentioned(contents, 2) == [("Townca", Entity.CITY)]


def test_real_values_are_those_of_replaced_and_of_generated_columns(contents: Contents) -> None:
    values = list(contents.values())
    assert (Entity.IDENTIFIER, "K100007") in values
    assert (Entity.FIRST_NAME, "Norma") in values
    assert len(values) == 3 + 3 + 2 * ROWS
