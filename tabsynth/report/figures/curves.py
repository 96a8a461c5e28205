"""Cumulative curves in one frame. Knows no distance."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from tabsynth.evaluator.drawing import DistanceCurve
from tabsynth.report.figures.canvas import plain, svg

WIDTH, HEIGHT = 440.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 10.0, 10.0, 28.0

STROKES = {
    "training to holdout": "line-real",
    "synthetic to training": "line-fake",
    "synthetic to holdout": "line-control",
}
"""CSS classes: a wide band, a line on it and dashes on top, so that all three show where they coincide."""
ORDER = tuple(STROKES)


def curves(lines: Sequence[DistanceCurve], title: str) -> Markup:
    """Draw the share of rows whose distance is at most x."""
    top = ceiling(max((line.distances[-1] for line in lines if line.distances), default=1.0))
    parts = _frame(top)
    for line in sorted(lines, key=lambda line: ORDER.index(line.pair)):
        points = [(0.0, 0.0), *((x, (k + 1) / (len(line.distances) + 1)) for k, x in enumerate(line.distances))]
        path = "L".join(f"{plain(_x(x, top))} {plain(_y(y))}" for x, y in points)
        parts.append(Markup('<path class="{}" d="M{}"/>').format(STROKES[line.pair], path))
    return svg(title, WIDTH, HEIGHT, parts, "curves")


def stroke(pair: str) -> Markup:
    """Draw a short piece of a line for the legend."""
    return svg("", 28, 8, [Markup('<path class="{}" d="M0 4h28"/>').format(STROKES[pair])], "stroke")


def ceiling(value: float) -> float:
    """Return the next round number, the end of an axis."""
    if not math.isfinite(value) or value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * (1 - 1e-9))


def _frame(top: float) -> list[Markup]:
    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = plain(_y(share))
        parts.append(Markup('<path class="grid-line" d="M{} {}H{}"/>').format(plain(LEFT), y, plain(WIDTH - RIGHT)))
        text = '<text x="{}" y="{}" text-anchor="end">{:.0%}</text>'
        parts.append(Markup(text).format(plain(LEFT - 6), plain(_y(share) + 4), share))
    for step in range(6):
        x = top * step / 5
        text = '<text x="{}" y="{}" text-anchor="middle">{:.3g}</text>'
        parts.append(Markup(text).format(plain(_x(x, top)), plain(HEIGHT - BOTTOM + 18), x))
    return parts


def _x(value: float, top: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, value / top))


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
