"""States and transitions of a three-column table, worked out by hand.

The columns: a number (one atom, two bins, two steps), a nullable text, and a category of two values.

    slot 0  n        ids 12 (atom) 13 14 (bins)     an atom skips slot 1
    slot 1  n/step   ids 15 16
    slot 2  t        ids 17 (missing) 18 (open)     missing skips the text
    slot 3  c        ids 19 20
    close of t       id  21

over a base of 10 ids of which 8 can stand inside text; begin is 10, end is 11.
"""

import numpy as np
import pytest

from tabsynth.codec.slot import Slot
from tabsynth.codec.vocabulary import Place, Vocabulary

PLACES = (
    Place(Slot("n", 3, 1), column=0, part=0, follows=2, is_text=False),
    Place(Slot("n/step", 2, 2), column=0, part=1, follows=2, is_text=False),
    Place(Slot("t", 2, 1), column=1, part=0, follows=3, is_text=True),
    Place(Slot("c", 2, 2), column=2, part=0, follows=4, is_text=False),
)
TEXT = 4


@pytest.fixture
def single() -> Vocabulary:
    return Vocabulary(10, 8, PLACES, single=True)


@pytest.fixture
def many() -> Vocabulary:
    return Vocabulary(10, 8, PLACES)


def test_table_tokens_come_after_the_base(many: Vocabulary) -> None:
    assert (many.begin, many.end, many.size, many.num_table_tokens) == (10, 11, 22, 12)
    assert many.first.tolist() == [12, 15, 17, 19, 21]
    assert many.close(2) == 21
    assert (many.num_slots, many.text_state) == (4, TEXT)


def test_with_many_records_an_example_the_next_may_begin_after_a_record(many: Vocabulary) -> None:
    assert (many.num_states, many.boundary, many.stop_tokens) == (5, 0, (11,))
    assert many.next_state[10:].tolist() == [0, 0, 2, 1, 1, 2, 2, 3, TEXT, 0, 0, 3]
    assert many.legal_state[10:].tolist() == [-1, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, TEXT]


def test_with_one_record_an_example_only_end_is_legal_after_it(single: Vocabulary) -> None:
    assert (single.num_states, single.boundary) == (6, 5)
    assert single.next_state[10:].tolist() == [0, 5, 2, 1, 1, 2, 2, 3, TEXT, 5, 5, 3]
    assert single.legal_state[10:].tolist() == [-1, 5, 0, 0, 0, 1, 1, 2, 2, 3, 3, TEXT]
    # End, and the categories that close the record.
    assert single.stop_tokens == (11, 19, 20)


@pytest.mark.parametrize("name", ["single", "many"])
def test_the_base_tokens_of_text_are_legal_inside_text_and_stay_there(
    name: str, request: pytest.FixtureRequest
) -> None:
    vocabulary: Vocabulary = request.getfixturevalue(name)
    assert vocabulary.legal_state[:10].tolist() == [TEXT] * 8 + [-1] * 2
    assert vocabulary.next_state[:10].tolist() == [TEXT] * 10


def test_every_token_but_begin_is_legal_in_exactly_one_state_and_every_state_has_one(single: Vocabulary) -> None:
    legal = single.legal_state
    assert np.flatnonzero(legal < 0).tolist() == [8, 9, 10]
    assert set(legal[legal >= 0].tolist()) == set(range(single.num_states))


def test_without_text_no_base_token_is_legal() -> None:
    vocabulary = Vocabulary(3, 3, (PLACES[3],), single=True)
    assert vocabulary.legal_state.tolist() == [-1, -1, -1, -1, vocabulary.boundary, 0, 0]


def test_a_missing_text_at_the_end_ends_the_record() -> None:
    text = Place(Slot("t", 2, 1), column=0, part=0, follows=1, is_text=True)
    vocabulary = Vocabulary(1, 1, (text,), single=True)
    # ids: 0 text, 1 begin, 2 end, 3 missing, 4 open, 5 close
    assert vocabulary.stop_tokens == (2, 3, 5)
    assert vocabulary.next_state.tolist() == [1, 0, 2, 2, 1, 2]


def test_text_formats_have_one_state_in_which_all_is_legal() -> None:
    vocabulary = Vocabulary(5, 4, ())
    assert (vocabulary.num_states, vocabulary.boundary, vocabulary.size) == (1, 0, 7)
    assert vocabulary.legal_state.tolist() == [0, 0, 0, 0, -1, -1, 0]
    assert vocabulary.next_state.tolist() == [0] * 7
    assert vocabulary.stop_tokens == (6,)
