import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.report.names import MAX_HINT, MAX_SENTENCE, name, note, sentence


def test_a_short_name_is_shown_as_it_is_and_set_apart() -> None:
    assert name("age") == "<bdi>age</bdi>"


def test_a_long_name_is_cut_with_more_of_it_as_a_hint() -> None:
    shown = name("x" * 10_000)
    assert shown.endswith("x…</bdi>") and "x" * (MAX_HINT - 1) + "…" in shown and len(shown) < 600


def test_an_empty_name_is_said_to_be_one() -> None:
    assert ">(unnamed)<" in name("") and ">(unnamed)<" in name(" \n ")


def test_names_inside_a_sentence_are_cut_and_set_apart() -> None:
    shown = sentence(f"The weakest columns: “{'y' * 900}”, “b”.")
    assert re.fullmatch(
        r"<bdi>The weakest columns: </bdi>“<bdi>y+…</bdi>”<bdi>, </bdi>“<bdi>b</bdi>”<bdi>.</bdi>", shown
    )


def test_a_sentence_that_no_one_meant_to_write_is_cut() -> None:
    assert len(sentence("long " * 100_000)) < MAX_SENTENCE + 30


@pytest.mark.parametrize(
    ("text", "shown"),
    [("no value", "No value."), ("All is well.", "All is well."), ("", ""), ("why?", "Why?"), ("1 - KS", "1 - KS.")],
)
def test_a_note_is_a_sentence(text: str, shown: str) -> None:
    assert re.sub("</?bdi>", "", note(text)) == shown


@given(st.text(st.sampled_from("<>&\"'“”\u202e\u0000 ab"), max_size=40))
def test_whatever_a_text_holds_no_tag_comes_of_it(text: str) -> None:
    for show in (name, sentence, note):
        assert set(re.findall(r"<[^>]*>", re.sub(r' title="[^"<>]*"', "", show(text)))) <= {"<bdi>", "</bdi>"}


def test_powers_are_set_in_what_is_said_and_not_in_names() -> None:
    assert sentence("p = 6e-10 of “6e-10”") == "<bdi>p = 6 × 10⁻¹⁰ of </bdi>“<bdi>6e-10</bdi>”"
