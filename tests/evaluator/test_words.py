import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.evaluator.words import MAX_WORDS, read_words, split_words


def test_words_are_lower_case_without_marks() -> None:
    assert split_words("It's GREAT, really-great!") == ["it", "s", "great", "really", "great"]


def test_where_words_have_no_blanks_between_them_characters_count() -> None:
    assert split_words("漢字 and かな") == ["漢", "字", "and", "か", "な"]


def test_the_beginning_of_a_long_text_is_read() -> None:
    assert len(split_words("a " * 100_000)) == MAX_WORDS


def test_words_of_all_sides_are_numbered_alike() -> None:
    first, second = read_words([np.array(["a b", None, ""], dtype=object), np.array(["b a"], dtype=object)])
    assert first.ids.tolist() == [0, 1] and second.ids.tolist() == [1, 0]
    assert first.lengths.tolist() == [2, 0, 0] and first.num_texts == 3


texts = st.lists(st.text("abc ", max_size=12), max_size=6)


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(1, 4))
def test_ngrams_are_those_inside_the_texts(sides: list[str], size: int) -> None:
    (words,) = read_words([np.array([*sides, ""], dtype=object)[:-1]])
    hashes, places = words.ngrams(size)
    expected = []
    for text in sides:
        split = text.split()
        expected += [tuple(split[k : k + size]) for k in range(len(split) - size + 1)]
    assert len(hashes) == len(expected)
    assert len(set(hashes.tolist())) == len(set(expected))
    # Equal hashes where and only where the n-grams are equal.
    assert len(set(zip(hashes.tolist(), expected, strict=True))) == len(set(expected))
    assert (np.diff(places) > 0).all()
