"""The frame that every figure shares: an SVG with a name. Knows no figure."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

MAX_TITLE = 160
"""Characters of a name that a figure carries; longer ones are cut, as a name can be a whole page."""


def svg(
    title: str, width: float, height: float, parts: Iterable[Markup], kind: str = "", *, stretch: bool = False
) -> Markup:
    """Return a figure that screen readers read as one image.

    Args:
        title: What it shows; read aloud, never drawn. An empty one hides the figure: its numbers stand beside it.
        width: Of the drawing, in the units of `parts`.
        height: Likewise.
        parts: What is drawn.
        kind: CSS class.
        stretch: Whether it may be drawn wider or narrower without growing or shrinking in height.
    """
    head = Markup('<svg class="{}" {}{} viewBox="0 0 {} {}" width="{}" height="{}">')
    name = (
        Markup('role="img" aria-label="{}"').format(short(title, MAX_TITLE)) if title else Markup('aria-hidden="true"')
    )
    size = (plain(width), plain(height))
    free = Markup(' preserveAspectRatio="none"') if stretch else ""
    return head.format(kind, name, free, *size, *size) + Markup("").join(parts) + Markup("</svg>")


def plain(number: float) -> str:
    """Write a coordinate with at most one decimal and no needless zero."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def short(text: str, length: int) -> str:
    """Cut a text to at most `length` characters, on one line."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
