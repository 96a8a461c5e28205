"""Names stay names inside Markdown."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.release.markdown import MAX_LENGTH, UNNAMED, code, visible, words


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("age", "`age`"),
        ("capital_gain", "`capital_gain`"),
        ("hours per-week 2.0", "`hours per-week 2.0`"),
        ("naïve", "`naïve`"),
        ("a|b", "<code>a&#124;b</code>"),
        ("a\\|b", "<code>a&#92;&#124;b</code>"),
        ("`x`", "<code>&#96;x&#96;</code>"),
        ("<b>", "<code>&#60;b&#62;</code>"),
        (" a", "<code>&#32;a</code>"),
        ("a\nb", "<code>a&#92;u000ab</code>"),
        ("a\u202eb", "<code>a&#92;u202eb</code>"),
        ("", "<code>&#40;unnamed&#41;</code>"),
    ],
)
def test_a_name_as_code(name: str, written: str) -> None:
    assert code(name) == written


@given(st.text(st.characters(), max_size=130))
def test_a_name_holds_no_sign_that_markdown_html_or_a_table_reads(name: str) -> None:
    written = str(code(name))
    inside = re.fullmatch(r"`([\w .-]+)`|<code>((?:\w|&#\d+;)+)</code>", written)
    assert inside is not None
    if len(name) <= MAX_LENGTH:
        assert html.unescape(inside[1] or inside[2]) == (visible(name) or UNNAMED)


@given(st.text(st.characters(), max_size=60))
def test_a_sentence_keeps_its_text_and_loses_its_signs(text: str) -> None:
    written = str(words(text))
    assert html.unescape(written) == visible(text, None)
    assert not set(re.sub(r"&#\d+;", "", written)) & set("\\`*[]<>&|#~$!@{}\n\r")
    assert "://" not in written and "www." not in written


def test_a_sentence_of_ours_is_left_as_it_is() -> None:
    sentence = "None of 7 attacks succeeds beyond chance (p = 0.21); 5,000 rows of “capital_gain”, 95 % – fine."
    assert words(sentence) == sentence


def test_what_has_no_picture_is_spelled_out_and_long_names_are_cut() -> None:
    assert visible("a\u2028b\x00\ud800") == "a\\u2028b\\u0000\\ud800"
    assert visible("x" * 101) == "x" * 100 + "…"
    shown = visible("".join(map(chr, range(0x300))))
    assert not [character for character in shown if unicodedata.category(character).startswith("C")]
