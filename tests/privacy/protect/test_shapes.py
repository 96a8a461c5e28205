"""A shape of codes is one that many have."""

import numpy as np

from tabsynth.privacy.protect.shapes import PLAIN, common_shapes
from tabsynth.privacy.protect.subjects import Subjects

ROWS = Subjects.of(None, 40)


def common(codes: list[str], subjects: Subjects = ROWS) -> tuple[list[str], int]:
    return common_shapes(codes, np.arange(len(codes)), subjects, 5)


def test_codes_of_a_common_shape_stay() -> None:
    codes = [f"C{number}" for number in range(100, 140)]
    assert common(codes) == (codes, 0)


def test_a_code_of_its_own_shape_takes_the_common_one() -> None:
    codes = [f"C{number}" for number in range(100, 139)]
    assert common([*codes, "SMITH-1"]) == ([*codes, "C000"], 1)


def test_letters_of_hexadecimal_codes_are_no_part_of_a_shape() -> None:
    rng = np.random.default_rng(0)
    codes = ["".join(rng.choice(list("abcdef0123456789"), 8)) + "-a" for _ in range(40)]
    made, num_rare = common(codes)
    assert set(made) == {"00000000-0"}
    assert num_rare == 40


def test_words_of_many_lengths_leave_nothing() -> None:
    assert common(["x" * length for length in range(1, 41)]) == ([PLAIN] * 40, 40)


def test_one_subject_makes_no_shape() -> None:
    subjects = Subjects.of(np.array([*range(30), *[30] * 10]), 40)
    codes = [f"C{number}" for number in range(100, 130)] + [f"Q-{number}" for number in range(10)]
    assert common(codes, subjects) == ([*codes[:30], *["C000"] * 10], 1)
