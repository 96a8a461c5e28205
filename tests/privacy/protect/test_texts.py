"""Lengths and characters of texts are shared by enough subjects."""

import numpy as np

from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.texts import Texts

ROWS = Subjects.of(None, 40)


def texts(some: list[str]) -> Texts:
    return Texts(some, np.arange(len(some)))


def plainer(some: list[str], subjects: Subjects = ROWS) -> list[str]:
    return texts(some).plainer(subjects, 5, np.random.default_rng(0))[0].texts


def test_texts_are_cut_to_the_fifth_longest() -> None:
    cut, longest = texts(["a" * length for length in range(1, 41)]).cut(ROWS, 5)
    assert longest == 36
    assert [len(text) for text in cut.texts] == [*range(1, 37), 36, 36, 36, 36]


def test_many_long_texts_of_one_subject_count_once() -> None:
    subjects = Subjects.of(np.array([*range(20), *[20] * 20]), 40)
    some = ["a" * length for length in [*range(1, 21), *[99] * 20]]
    assert texts(some).cut(subjects, 5)[1] == 17


def test_a_rare_letter_loses_its_mark() -> None:
    assert plainer(["rene"] * 30 + ["rené"]) == ["rene"] * 31


def test_a_rare_character_becomes_one_of_its_class() -> None:
    made = plainer(["Ab1-"] * 30 + ["Xz7-"])
    assert made[30] == "Ab1-"


def test_a_rare_character_without_its_like_is_dropped() -> None:
    assert plainer(["abc"] * 30 + ["a☃c", "a😀c"]) == ["abc"] * 30 + ["ac", "ac"]


def test_what_five_subjects_use_stays() -> None:
    some = ["abc"] * 30 + ["a☃c"] * 5
    assert plainer(some) == some
    assert plainer(some, Subjects.of(np.array([*range(30), *[30] * 5]), 35)) == ["abc"] * 30 + ["ac"] * 5


def test_rare_characters_are_counted() -> None:
    assert texts(["abc"] * 30 + ["xyz"]).plainer(ROWS, 5, np.random.default_rng(0))[1] == 3


def test_empty_texts_are_no_error() -> None:
    assert texts([""] * 40).cut(ROWS, 5)[1] == 0
    assert plainer([""] * 40) == [""] * 40
