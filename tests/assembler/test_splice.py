"""New texts from the pieces of many."""

import numpy as np
import pytest

from tabsynth.assembler.splice import MIN_TEXTS_OF_A_WORD, spliced


def made(texts: list[str], *, prose: bool, seed: int = 0) -> list[str]:
    return spliced(texts, 300, np.random.default_rng(seed), prose=prose)


def test_characters_keep_their_place_so_codes_keep_their_form() -> None:
    codes = made(["A1-x", "B2-y", "C3-z"], prose=False)
    assert all(code[0] in "ABC" and code[1] in "123" and code[2] == "-" and code[3] in "xyz" for code in codes)
    assert len(set(codes)) == 27


def test_lengths_are_those_of_the_texts() -> None:
    assert {len(text) for text in made(["a", "bbb", ""], prose=False)} == {0, 1, 3}
    assert {text.count(" ") for text in made(["go on", "stop"], prose=True)} == {0, 1}


def test_a_word_of_few_texts_is_not_used() -> None:
    texts = ["we met at noon"] * MIN_TEXTS_OF_A_WORD + ["we met jane at noon"] * (MIN_TEXTS_OF_A_WORD - 1)
    assert set(" ".join(made(texts, prose=True)).split()) == {"we", "met", "at", "noon"}


def test_a_word_that_is_often_in_one_text_is_still_rare() -> None:
    texts = ["so it is"] * MIN_TEXTS_OF_A_WORD + ["jane " * 50]
    assert "jane" not in " ".join(made(texts, prose=True))


def test_where_all_words_are_rare_they_are_used() -> None:
    assert set(" ".join(made(["one two", "three four"], prose=True)).split()) == {"one", "two", "three", "four"}


@pytest.mark.parametrize("prose", [True, False])
def test_the_same_seed_gives_the_same_texts(prose: bool) -> None:
    texts = [f"word{number} and more" for number in range(9)]
    assert made(texts, prose=prose) == made(texts, prose=prose)
    assert made(texts, prose=prose) != made(texts, prose=prose, seed=1)


@pytest.mark.parametrize("prose", [True, False])
@pytest.mark.parametrize("texts", [[""], ["👩‍🚀 x", "שלום"], ["a" * 10_000]])
def test_odd_texts_are_pieces_as_well(texts: list[str], prose: bool) -> None:
    made_up = spliced(texts, 3, np.random.default_rng(0), prose=prose)
    assert len(made_up) == 3
    assert set("".join(made_up)) <= set("".join(texts)) | {" "}
