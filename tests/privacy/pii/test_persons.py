from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.persons import persons_of


def test_a_full_name_tells_the_person() -> None:
    cells = {"who": ["Mrs. Norma Avila", None, "Unknown", "Avila, Kevin"]}
    assert persons_of({"who": Entity.NAME}, cells, 4) == [("Norma", "Avila"), ("", ""), ("", ""), ("Kevin", "Avila")]


def test_first_and_last_name_tell_the_person_together() -> None:
    cells = {"f": ["Norma Jean", "Kevin"], "l": ["Avila", None]}
    assert persons_of({"f": Entity.FIRST_NAME, "l": Entity.LAST_NAME}, cells, 2) == [("Norma", "Avila"), ("Kevin", "")]


def test_a_full_name_fills_what_the_parts_leave_open() -> None:
    targets = {"f": Entity.FIRST_NAME, "who": Entity.NAME}
    assert persons_of(targets, {"f": ["Nora"], "who": ["Norma Avila"]}, 1) == [("Norma", "Avila")]


def test_of_several_columns_of_names_the_first_tells() -> None:
    targets = {"patient": Entity.NAME, "doctor": Entity.NAME}
    assert persons_of(targets, {"patient": ["Norma Avila"], "doctor": ["Kevin Gill"]}, 1) == [("Norma", "Avila")]


def test_without_names_rows_are_nobody() -> None:
    assert persons_of({}, {}, 2) == [("", ""), ("", "")]
