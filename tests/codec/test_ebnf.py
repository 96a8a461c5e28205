"""Ranges of texts as EBNF, against all texts near them."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.ebnf import MAX_DEPTH, between, branches, choice, digits, literal, sequence, tails, trimmed, words


def pattern_of(ebnf: str) -> re.Pattern[str]:
    """The same expression as a regular one: strings lose their quotes, spaces go."""
    pieces = re.findall(r'"((?:[^"\\]|\\.)*)"|([^"\s]+)', ebnf)
    return re.compile("".join(rest or f"(?:{re.escape(text)})" for text, rest in pieces))


def held(ebnf: str, texts: list[str]) -> list[str]:
    pattern = pattern_of(ebnf)
    return [text for text in texts if pattern.fullmatch(text)]


def test_characters_are_escaped() -> None:
    assert literal('a"\\\n\x00é🎲') == '"a\\"\\\\\\u000a\\u0000\\u00e9\\U0001f3b2"'


def test_one_option_needs_no_choice_and_nothing_no_place() -> None:
    assert (choice(["a"]), choice(["a", "b"])) == ("a", "(a | b)")
    assert (sequence("a", '""', "b"), sequence('""')) == ("a b", '""')
    assert (digits("3", "3"), digits("3", "5")) == ('"3"', "[3-5]")


def test_branches_are_the_low_end_the_middle_and_the_high_end() -> None:
    assert branches("25", "61") == [("2", "2", "5", "9"), ("3", "5", "0", "9"), ("6", "6", "0", "1")]
    assert branches("20", "69") == [("2", "6", "0", "9")]
    assert branches("25", "27") == [("2", "2", "5", "7")]


def test_words_share_their_beginnings() -> None:
    assert words(["a"]) == '"a"'
    assert words(["ab", "abc", "b"]) == '("ab" ("" | "c") | "b")'


@given(texts=st.sets(st.text("ab|", max_size=5), min_size=1, max_size=20), other=st.text("ab|", max_size=5))
def test_words_are_just_the_given_ones(texts: set[str], other: str) -> None:
    assert sorted(held(words(sorted(texts)), sorted(texts | {other}))) == sorted(texts)


def test_words_that_begin_with_one_another_end_in_a_plain_list() -> None:
    texts = ["a" * length for length in range(1, 3 * MAX_DEPTH)]
    ebnf = words(texts)
    assert ebnf.count("(") <= MAX_DEPTH + 1
    assert held(ebnf, [*texts, "", "b", texts[-1] + "a"]) == texts


ALL = [f"{number:03d}" for number in range(1000)]


def test_every_range_of_three_digits_holds_just_itself() -> None:
    for low, high in product(range(0, 1000, 37), range(0, 1000, 41)):
        if low <= high:
            assert held(between(f"{low:03d}", f"{high:03d}"), ALL) == ALL[low : high + 1]


@pytest.mark.parametrize(("low", "high"), [(0, 0), (7, 7), (0, 99_999), (9, 10), (12_345, 54_321), (10_000, 19_999)])
def test_ends_of_ranges_of_five_digits(low: int, high: int) -> None:
    near = [n for end in (low, high) for n in range(end - 3, end + 4) if 0 <= n <= 99_999]
    expected = [f"{n:05d}" for n in near if low <= n <= high]
    assert held(between(f"{low:05d}", f"{high:05d}"), [f"{n:05d}" for n in near]) == expected


def test_what_is_no_digit_stays_in_place() -> None:
    texts = [f"-{whole}.{part:02d}" for whole in range(10) for part in range(100)]
    assert held(between("-1.95", "-3.02"), texts) == texts[195:303]


@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_trimmed_numbers_have_no_zeros_at_their_ends_but_one_after_the_point(decimals: int) -> None:
    scale = 10**decimals
    padded = [f"{units // scale}.{units % scale:0{decimals}d}" for units in range(10 * scale)]
    shortest = [repr(float(text)) for text in padded]
    near = sorted({*padded, *shortest, *(text[:-1] for text in padded)})
    step = {1: 1, 2: 31, 3: 401}[decimals]
    for low, high in product(range(0, 10 * scale, step), range(0, 10 * scale, step + 7)):
        if low <= high:
            ebnf = trimmed(padded[low], padded[high], len(padded[0]) - decimals + 1)
            assert sorted(held(ebnf, near)) == sorted(shortest[low : high + 1])


def test_tails_are_nothing_where_only_zeros_are_left() -> None:
    assert tails("00", "00") == ['""']
    assert tails("00", "05") == ['""', '"0" [1-5]']
    assert tails("10", "12") == ['"1"', '"1" [1-2]']
