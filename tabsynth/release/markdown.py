"""Text of a user's inside Markdown, made harmless: names of columns may hold anything. Knows no card."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup

MAX_LENGTH = 100
"""Characters of a name that are shown."""
UNNAMED = "(unnamed)"
PLAIN_NAME = re.compile(r"\w(?:[\w .-]*\w)?")
"""Names that a code span shows as they are."""
HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
"""Unicode categories without a picture: controls, marks of direction, lone surrogates, ends of lines."""
WORDS = re.compile(r"[\\`*\[\]<>&|#~$!@{}]|(?<!\w)_|_(?!\w)|(?<=:)//|(?<=www)\.")
"""What Markdown, its dialects or their readers take for more than text inside a sentence."""


def code(name: str) -> Markup:
    """Return a name as inline code, for a sentence or a cell of a table.

    A name with anything but letters, digits, blanks, dots, hyphens and underscores is written in character references,
    which no dialect of Markdown takes for structure; the element around them keeps its reader from making links.
    """
    shown = visible(name) or UNNAMED
    if PLAIN_NAME.fullmatch(shown):
        return Markup(f"`{shown}`")
    return Markup("<code>" + "".join(c if c.isalnum() else _reference(c) for c in shown) + "</code>")


def words(text: str) -> Markup:
    """Return a sentence without anything that Markdown or HTML takes for structure, on one line."""
    return Markup(WORDS.sub(lambda found: "".join(map(_reference, found[0])), visible(text, None)))


def visible(text: str, length: int | None = MAX_LENGTH) -> str:
    """Return a text with what has no picture spelled out, such as the end of a line, as its code point, and cut."""
    spelled = "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in HIDDEN else c for c in text[:length])
    return spelled if length is None or len(text) <= length else f"{spelled}…"


def _reference(character: str) -> str:
    return f"&#{ord(character)};"
