import numpy as np

from tabsynth.evaluator.attacks.passages import Passages, num_near_copies, own_passages, read_passages
from tabsynth.evaluator.words import read_words


def read(*sides: list[str], size: int = 3) -> list[Passages]:
    return read_passages(read_words([np.array(side, dtype=object) for side in sides]), size)


def test_the_longest_row_of_shared_words_is_counted_within_a_text() -> None:
    real, fake = read(["a b c d e", "f g h"], ["x a b c d y", "a b x c d e", "z"])
    assert fake.longest(real.held[fake.codes]).tolist() == [4, 3, 0]


def test_neighbouring_texts_are_never_one_row() -> None:
    real, fake = read(["a b c d e f"], ["a b c", "d e f"])
    assert fake.longest(real.held[fake.codes]).tolist() == [3, 3]


def test_the_source_of_a_passage_is_the_first_text_that_has_it() -> None:
    real, fake = read(["q a b c", "a b c d", "k l m"], ["x b c d", "k l m", "n", "a b c"])
    assert fake.sources(real).tolist() == [1, 2, -1, 0]


def test_passages_of_one_side_alone_belong_to_their_first_text() -> None:
    ours, theirs, outside = read(["a b c", "a b c", "d e f", "g h i", "j k l"], ["d e f"], ["g h i"])
    assert own_passages(ours, theirs, outside).tolist() == [True, False, False, False, True]


def test_near_copies_differ_in_at_most_a_fifth_of_their_characters() -> None:
    texts = ["abcdefghij", "abcdefghij", "abcdefghij", "abcdefghij", None]
    sources = ["abcdefghij", "abcdefghXX", "abcdefgXXX"]
    assert num_near_copies(texts, sources, np.array([0, 1, 2, -1, 0])) == 2
