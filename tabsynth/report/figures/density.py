"""Where rows lie on two axes, as steps of darkness on a grid. Knows no component."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from tabsynth.report.figures.canvas import plain, svg

SIDE = 280.0
STEPS = 6


def density(shares: Sequence[float], size: int, top: float, kind: Literal["more", "plus"], title: str) -> Markup:
    """Draw a grid whose cells are the darker the more rows they hold.

    Args:
        shares: Share of rows per cell, row by row from the bottom, length size * size.
        size: Cells a side.
        top: Share that is drawn darkest, the same in maps that are compared.
        kind: Colours: `more` for real rows, `plus` for synthetic ones.
        title: What it shows.
    """
    cell = SIDE / max(1, size)
    paths: dict[int, list[str]] = {}
    for row in range(size):
        steps = [_step(share, top) for share in shares[row * size : (row + 1) * size]]
        start = 0
        for column in range(1, len(steps) + 1):
            if column < len(steps) and steps[column] == steps[start]:
                continue
            if steps[start]:
                # Cells overlap by a hair, or seams would show between them.
                wide, tall = plain((column - start) * cell + 0.2), plain(cell + 0.2)
                box = f"M{plain(start * cell)} {plain((size - 1 - row) * cell)}h{wide}v{tall}h-{wide}z"
                paths.setdefault(steps[start], []).append(box)
            start = column
    parts = [Markup('<rect class="ground" x="0" y="0" width="{0}" height="{0}"/>').format(plain(SIDE))]
    parts += [
        Markup('<path class="{}{}" d="{}"/>').format(kind, step, "".join(boxes))
        for step, boxes in sorted(paths.items())
    ]
    return svg(title, SIDE, SIDE, parts, "density")


def _step(share: float, top: float) -> int:
    """Steps of equal width in the square root of the share: thin outskirts matter as much as the crowded middle."""
    if share <= 0 or top <= 0:
        return 0
    return min(STEPS, max(1, math.ceil(STEPS * math.sqrt(share / top))))
