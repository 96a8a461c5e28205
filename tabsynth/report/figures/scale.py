"""A value on its scale, with interval, ceiling and floor. Knows no score by name."""

from __future__ import annotations

from markupsafe import Markup

from tabsynth.report.figures.canvas import plain, svg

EDGE = 6.0


def scale(
    value: float | None,
    top: float,
    *,
    interval: tuple[float | None, float | None] = (None, None),
    reference: float | None = None,
    floor: float | None = None,
    width: float = 240.0,
) -> Markup:
    """Draw a value between 0 and `top`; what lies beyond is drawn at the end of the scale.

    Hidden from screen readers: every number of it is written beside it.
    """

    def place(number: float) -> float:
        return EDGE + (width - 2 * EDGE) * min(1.0, max(0.0, number / top))

    parts = [Markup('<path class="track" d="M6 13H{}"/>').format(plain(width - EDGE))]
    low, high = interval
    if low is not None and high is not None:
        left, right = place(low), place(high)
        bar = '<rect class="interval" x="{}" y="9" width="{}" height="8"/>'
        parts.append(Markup(bar).format(plain(left), plain(max(1.5, right - left))))
    if floor is not None:
        parts.append(Markup('<path class="floor" d="M{} 6v14"/>').format(plain(place(floor))))
    if reference is not None:
        parts.append(Markup('<path class="ceiling" d="M{} 4v18"/>').format(plain(place(reference))))
    if value is not None:
        parts.append(Markup('<circle class="value" cx="{}" cy="13" r="4.5"/>').format(plain(place(value))))
    return svg("", width, 26, parts, "scale")
