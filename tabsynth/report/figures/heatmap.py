"""Square maps of associations in steps of darkness. Knows no association."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from tabsynth.report.figures.canvas import plain, short, svg

Scale = Literal["difference", "association"]

STEPS: dict[Scale, tuple[float, ...]] = {
    "difference": (0.02, 0.05, 0.1, 0.2, 0.35, 0.5),
    "association": (0.1, 0.2, 0.35, 0.5, 0.7, 0.9),
}
"""Where each step of darkness begins; what is less than the first stays blank."""
MAX_NUMBERED = 14  # columns up to which the value is written into each cell
MAX_NAMED = 24  # columns up to which rows carry their names
MAX_SPACED = 48  # columns up to which cells stand apart; beyond, neighbours of a step are drawn as one
MAX_COLUMNS = 150
SIDE = 420.0
NAMES = 124.0
MAX_CELL, EDGE = 48.0, 10.0
TEXT_ON_DARK = 5


def heatmap(names: Sequence[str], matrix: Sequence[Sequence[float | None]], scale: Scale, title: str) -> Markup:
    """Draw a square matrix; rows carry names and numbers, columns the same numbers.

    Args:
        names: Of rows and columns.
        matrix: Values from -1 to 1, None where a column holds nothing to associate.
        scale: Which steps and colours.
        title: What it shows.
    """
    size = len(names)
    cell = min(MAX_CELL, SIDE / max(size, 1))
    left = NAMES if size <= MAX_NAMED else 22.0
    parts = [
        Markup('<rect class="ground" x="{}" y="16" width="{}" height="{}"/>').format(
            plain(left), plain(size * cell), plain(size * cell)
        )
    ]
    draw = _cells if size <= MAX_NAMED else _runs
    parts += draw(matrix, scale, cell, left, names)
    parts += _labels(names, cell, left)
    return svg(title, left + size * cell + EDGE, 16 + size * cell + EDGE, parts, "heatmap")


def legend(scale: Scale) -> Markup:
    """Draw the steps with the values at which they begin."""
    steps = [
        (f"plus{k + 1}" if scale == "association" else f"more{k + 1}", step) for k, step in enumerate(STEPS[scale])
    ]
    if scale == "association":
        steps = [(f"minus{k + 1}", -step) for k, step in reversed(list(enumerate(STEPS[scale])))] + [
            ("ground", 0.0),
            *steps,
        ]
    parts = []
    for place, (kind, step) in enumerate(steps):
        x = place * 34
        text = "0" if step == 0 else f"{step:g}".replace("0.", ".").replace("-", "−")
        box = '<rect class="{}" x="{}" y="0" width="32" height="10"/><text x="{}" y="23" text-anchor="middle">{}</text>'
        parts.append(Markup(box).format(kind, x, x + 16, text))
    return svg("Steps of darkness from weak to strong", 34 * len(steps), 27, parts, "legend")


def _cells(
    matrix: Sequence[Sequence[float | None]], scale: Scale, cell: float, left: float, names: Sequence[str]
) -> list[Markup]:
    """Cells with a hint each and, where there is room, with their value."""
    parts = []
    for row, values in enumerate(matrix):
        for column, value in enumerate(values):
            kind, number = step(value, row == column, scale), None
            x, y = left + column * cell, 16 + row * cell
            hint = f"{short(names[row], 40)} × {short(names[column], 40)}: {_written(value)}"
            box = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'
            wide = plain(cell - 1)
            parts.append(Markup(box).format(kind or "ground", plain(x), plain(y), wide, wide, hint))
            if len(names) <= MAX_NUMBERED and row != column:
                number = _in_cell(value)
            if number:
                bright = " bright" if kind[-1:] in {"5", "6"} else ""
                text = '<text class="cell{}" x="{}" y="{}" text-anchor="middle">{}</text>'
                parts.append(Markup(text).format(bright, plain(x + cell / 2), plain(y + cell / 2 + 3.5), number))
            elif kind.startswith("minus"):
                dash = '<path class="sign" d="M{} {}h{}"/>'
                parts.append(Markup(dash).format(plain(x + cell * 0.3), plain(y + cell / 2), plain(cell * 0.4)))
    return parts


def _runs(
    matrix: Sequence[Sequence[float | None]], scale: Scale, cell: float, left: float, names: Sequence[str]
) -> list[Markup]:
    """One path a step, neighbours in a row joined: a hundred columns stay small."""
    gap = 0.6 if len(names) <= MAX_SPACED else 0.0
    paths: dict[str, list[str]] = {}
    for row, values in enumerate(matrix):
        kinds = [step(value, row == column, scale) for column, value in enumerate(values)]
        start = 0
        for column in range(1, len(kinds) + 1):
            if column < len(kinds) and kinds[column] == kinds[start] and not gap:
                continue
            if kinds[start]:
                wide, tall = plain((column - start) * cell - gap), plain(cell - gap)
                box = f"M{plain(left + start * cell)} {plain(16 + row * cell)}h{wide}v{tall}h-{wide}z"
                paths.setdefault(kinds[start], []).append(box)
            start = column
    return [Markup('<path class="{}" d="{}"/>').format(kind, "".join(boxes)) for kind, boxes in sorted(paths.items())]


def _labels(names: Sequence[str], cell: float, left: float) -> list[Markup]:
    named = len(names) <= MAX_NAMED
    every = 1 if named else 5 if len(names) <= MAX_SPACED else 10
    parts = []
    for place, name in enumerate(names):
        if (place + 1) % every:
            continue
        y, x = 16 + (place + 0.5) * cell + 4, left + (place + 0.5) * cell
        label = f"{short(name, 16) or '(unnamed)'} {place + 1}" if named else str(place + 1)
        row = '<text x="{}" y="{}" text-anchor="end"><title>{}</title>{}</text>'
        parts.append(Markup(row).format(plain(left - 5), plain(y), short(name, 120), label))
        parts.append(Markup('<text x="{}" y="11" text-anchor="middle">{}</text>').format(plain(x), place + 1))
    return parts


def step(value: float | None, diagonal: bool, scale: Scale) -> str:
    """Return the CSS class of a cell, empty where it stays blank."""
    if diagonal:
        return "self"
    if value is None:
        return "lost"
    reached = sum(abs(value) >= start for start in STEPS[scale])
    if reached == 0:
        return ""
    if scale == "difference":
        return f"more{reached}"
    return f"{'minus' if value < 0 else 'plus'}{reached}"


def _written(value: float | None) -> str:
    return "cannot be measured" if value is None else f"{value:.2f}".replace("-", "−")


def _in_cell(value: float | None) -> str:
    if value is None:
        return "×"
    text = f"{value:.2f}"
    return "" if abs(value) < 0.005 else text.replace("0.", ".", 1).replace("-", "−")
