"""A bar inside a row of a table, with interval and reference. Knows no table."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from tabsynth.report.figures.canvas import plain, svg

Kind = Literal["fake", "real", "floor", "plain"]


def bar(
    value: float | None,
    top: float,
    kind: Kind,
    *,
    interval: tuple[float | None, float | None] = (None, None),
    reference: float | None = None,
    width: float = 120.0,
) -> Markup:
    """Draw a value as a bar that begins at 0 and would fill the width at `top`.

    Negative values draw no bar. Hidden from screen readers: the number is written beside it.
    """

    def place(number: float) -> float:
        return width * min(1.0, max(0.0, number / top)) if top > 0 else 0.0

    parts = [Markup('<path class="track" d="M0 7.5H{}"/>').format(plain(width))]
    if value is not None:
        length = max(place(value), 1.0 if value > 0 else 0.0)
        parts.append(Markup('<rect class="bar-{}" x="0" y="3.5" width="{}" height="8"/>').format(kind, plain(length)))
    low, high = interval
    if low is not None and high is not None:
        left, right = plain(place(low)), plain(place(high))
        whisker = '<path class="halo" d="{0}"/><path class="whisker" d="{0}"/>'
        parts.append(Markup(whisker).format(f"M{left} 7.5H{right}M{left} 4.5v6M{right} 4.5v6"))
    if reference is not None:
        parts.append(Markup('<path class="ceiling" d="M{} 0v15"/>').format(plain(place(reference))))
    return svg("", width, 15, parts, "bar", stretch=True)
