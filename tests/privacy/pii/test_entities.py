from tabsynth.privacy.pii.entities import CODES, LEARNED_AS_THEY_ARE, NAMES, QUASI_IDENTIFIERS, Action, Entity


def test_what_is_learned_as_it_is_says_nothing_on_a_person_alone() -> None:
    assert LEARNED_AS_THEY_ARE < QUASI_IDENTIFIERS


def test_a_kind_of_data_is_in_one_group_only() -> None:
    assert not QUASI_IDENTIFIERS & NAMES
    assert not QUASI_IDENTIFIERS & CODES
    assert not NAMES & CODES


def test_entities_and_actions_are_plain_words() -> None:
    assert f"{Entity.DATE_OF_BIRTH}" == "date_of_birth"
    assert all(entity.value == entity.value.lower() and " " not in entity.value for entity in Entity)
    assert Action("replace inside") is Action.REPLACE_INSIDE
