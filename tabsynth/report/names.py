"""Names and sentences that come from a user's table, cut so that none can break the page. Escapes everything."""

from __future__ import annotations

import re

from markupsafe import Markup

from tabsynth.report.figures.canvas import short
from tabsynth.report.numbers import powers

MAX_NAME, MAX_HINT = 48, 400
MAX_SENTENCE = 700
QUOTED = re.compile(r"“([^”]*)”")
"""How sentences of an evaluation quote a name."""
UNNAMED = "(unnamed)"


def name(text: str, length: int = MAX_NAME) -> Markup:
    """Return a name set apart from the direction of the text around it, cut, with more of it as a hint."""
    shown = short(text, length) or UNNAMED
    if shown == text:
        return Markup("<bdi>{}</bdi>").format(shown)
    return Markup('<bdi title="{}">{}</bdi>').format(short(text, MAX_HINT), shown)


def sentence(text: str) -> Markup:
    """Return a sentence whose quoted names are cut and set apart, cut itself where no sentence of ours ends."""
    line = QUOTED.sub(lambda found: f"“{short(found[1], MAX_NAME) or UNNAMED}”", text)
    pieces = QUOTED.split(short(line, MAX_SENTENCE))
    return Markup("").join(
        Markup("“{}”").format(name(piece)) if place % 2 else Markup("<bdi>{}</bdi>").format(powers(piece))
        for place, piece in enumerate(pieces)
        if piece
    )


def note(text: str) -> Markup:
    """Return a note as a sentence: with a capital and a full stop."""
    line = text.strip()
    return sentence(f"{line[:1].upper()}{line[1:]}{'' if line.endswith(('.', '!', '?', '…')) else '.'}" if line else "")
