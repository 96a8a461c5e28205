import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.fullname import Role
from tabsynth.privacy.pii.gazetteer import folded, gazetteer
from tabsynth.privacy.pii.secret import Secret
from tabsynth.privacy.pii.standins.ledger import Ledger
from tabsynth.privacy.pii.standins.names import Names, blended, cased_like, home_locale, name_words

KEY = b"sixteen bytes at least"


@pytest.fixture
def names() -> Names:
    return Names(Ledger(Secret(KEY)))


def test_first_last_and_full_names_agree_wherever_they_occur(names: Names) -> None:
    first, last = names.rewrite("Norma", Role.FIRST), names.rewrite("Avila", Role.LAST)
    assert names.rewrite("Norma Avila") == f"{first} {last}"
    assert names.rewrite("Avila, Dr. Norma") == f"{last}, Dr. {first}"
    assert names.rewrite("NORMA AVILA IV") == f"{first.upper()} {last.upper()} IV"


def test_titles_particles_and_suffixes_stay(names: Names) -> None:
    new = names.rewrite("Mrs. Maria de la Cruz Jr.").split()
    assert (new[0], new[2:4], new[5]) == ("Mrs.", ["de", "la"], "Jr.")
    assert "Maria" not in new
    assert "Cruz" not in new


@pytest.mark.parametrize(("name", "gender"), [("Steven", "m"), ("Linda", "f"), ("Kevin", "m"), ("Donna", "f")])
def test_the_gender_is_kept(names: Names, name: str, gender: str) -> None:
    assert gazetteer().gender(names.first(name)) in (gender, "u")


def test_a_title_tells_the_gender_of_an_unknown_name(names: Names) -> None:
    assert gazetteer().gender(names.rewrite("Mrs. Xqztina Avila").split()[1]) in ("f", "u")


@pytest.mark.parametrize(
    ("name", "locale"), [("Jürgen Müller", "de_DE"), ("Иван Иванов", "ru_RU"), ("Matteo Ricci", "it_IT")]
)
def test_the_country_is_kept(name: str, locale: str) -> None:
    new = Names(Ledger(Secret(KEY)), locale).rewrite(name)
    pool = gazetteer().locales[locale]
    first, last = new.split()
    assert first in pool.male + pool.female
    assert last in pool.last


def test_no_word_of_a_real_name_is_drawn() -> None:
    lists = gazetteer().locales["ko_KR"]
    ledger = Ledger(Secret(KEY))
    ledger.forbid("name", [folded(name) for name in lists.male + lists.female])
    names = Names(ledger, "ko_KR")
    drawn = [names.first(name) for name in lists.male]
    assert not set(drawn) & set(lists.male + lists.female)
    assert len(set(drawn)) == len(set(lists.male))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüé -'.,()ABCDEF", min_size=1, max_size=40))
def test_every_word_of_any_name_changes(name: str) -> None:
    ledger = Ledger(Secret(KEY))
    words = set(name_words(name))
    ledger.forbid("name", words)
    assert not words & set(name_words(Names(ledger).rewrite(name)))


def test_initials_change_and_no_two_become_one(names: Names) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    new = [names.rewrite(f"Norma {letter}. Avila").split()[1][0] for letter in letters]
    assert sorted(new) == sorted(letters)
    assert all(one != other for one, other in zip(new, letters, strict=True))


def test_a_name_of_initials_alone_gets_a_name(names: Names) -> None:
    assert len(names.rewrite("J.", Role.FIRST)) > 2


def test_a_name_without_blanks_keeps_last_and_first(names: Names) -> None:
    new = Names(Ledger(Secret(KEY)), "ja_JP").rewrite("山田太郎")
    assert new != "山田太郎"
    assert not new.isascii()


def test_the_home_of_names_is_where_most_are_listed() -> None:
    assert home_locale(["Jürgen Müller", "Heike Schulze", "Detlef Krause"]) == "de_DE"
    assert home_locale([]) == "en_US"


@pytest.mark.parametrize(
    ("word", "model", "cased"),
    [("Ana", "NORMA", "ANA"), ("Ana", "norma", "ana"), ("McCoy", "Norma", "McCoy"), ("Ana", "N", "Ana")],
)
def test_case_is_that_of_the_model(word: str, model: str, cased: str) -> None:
    assert cased_like(word, model) == cased


def test_a_made_up_name_has_the_head_of_one_and_the_tail_of_another() -> None:
    made = blended("Marta", "Linda", Secret(KEY).draws("x"))
    assert made in {head + tail for head in ("M", "Mart") for tail in ("inda", "a")}
