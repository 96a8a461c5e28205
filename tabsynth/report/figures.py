"""Small inline SVG figures, coloured by CSS classes so that light, dark and print all work. Knows no metric."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from tabsynth.evaluator.drawing import Overlay
from tabsynth.evaluator.score import Score

MAX_LABELLED = 24
LEVELS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5)  # associations that differ by less than the first stay blank


def overlay_figure(overlay: Overlay, name: str) -> Markup:
    """Draw two histograms over each other: training filled, synthetic as an outline."""
    width, height, base = 240.0, 96.0, 90.0
    top = max((*overlay.training, *overlay.synthetic, 1e-9))
    step = width / max(1, len(overlay.labels))
    parts = []
    for place, (label, real, fake) in enumerate(zip(overlay.labels, overlay.training, overlay.synthetic, strict=True)):
        left, tall, other = place * step, real / top * 84, fake / top * 84
        parts.append(
            Markup(
                '<g><title>{}: training {:.1%}, synthetic {:.1%}</title>'
                '<rect class="hit" x="{:.1f}" y="0" width="{:.1f}" height="{:.0f}"/>'
                '<rect class="real" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
                '<path class="fake" d="M{:.1f} {:.1f}h{:.1f}"/></g>'
            ).format(
                label, real, fake, left, step, base,
                left + step * 0.1, base - tall, step * 0.8, tall,
                left + step * 0.02, base - other, step * 0.96,
            )
        )  # fmt: skip
    parts.append(Markup('<path class="axis" d="M0 {:.1f}H{:.0f}"/>').format(base + 0.5, width))
    return _svg(f"Histogram of {name}, training and synthetic", width, height, parts)


def scale_figure(score: Score, top: float, title: str) -> Markup:
    """Draw a score on its scale with interval, floor and reference."""
    width = 240.0
    parts = [Markup('<rect class="track" x="0" y="11" width="240" height="4" rx="2"/>')]

    def place(value: float) -> float:
        return 6 + (width - 12) * min(1.0, max(0.0, value / top))

    if score.low is not None and score.high is not None:
        left, right = place(score.low), place(score.high)
        parts.append(
            Markup('<rect class="interval" x="{:.1f}" y="9" width="{:.1f}" height="8" rx="2"/>').format(
                left, max(1.5, right - left)
            )
        )
    for value, name in ((score.floor, "floor"), (score.reference, "reference")):
        if value is not None:
            mark = '<path class="{}" d="M{:.1f} 5v16"><title>{}</title></path>'
            parts.append(
                Markup(mark).format(name, place(value), "shuffled columns" if name == "floor" else "real holdout")
            )
    if score.value is not None:
        parts.append(Markup('<circle class="value" cx="{:.1f}" cy="13" r="5"/>').format(place(score.value)))
    return _svg(f"{title} on its scale from 0 to {top:g}", width, 26, parts)


def bars_figure(rows: Sequence[tuple[str, float, str]], title: str) -> Markup:
    """Draw horizontal bars.

    Args:
        rows: Label, value (negative ones draw nothing) and CSS class of each bar.
        title: What the bars show.
    """
    top = max((value for _, value, _ in rows), default=1.0) or 1.0
    parts = []
    for number, (label, value, kind) in enumerate(rows):
        y = number * 30
        length = max(0.0, value / top) * 250
        parts.append(
            Markup(
                '<text class="label" x="210" y="{:.0f}" text-anchor="end">{}</text>'
                '<rect class="{}" x="220" y="{:.0f}" width="{:.1f}" height="16" rx="2"/>'
                '<text class="number" x="{:.1f}" y="{:.0f}">{:.3f}</text>'
            ).format(y + 18, _short(label, 30), kind, y + 6, max(1.0, length), 228 + length, y + 18, value)
        )
    return _svg(title, 540, 30 * len(rows) + 4, parts)


def heatmap_figure(names: Sequence[str], matrix: Sequence[Sequence[float | None]], title: str) -> Markup:
    """Draw a square matrix of values from 0 to 1 (or -1 to 1) in steps of darkness; labels up to 24 columns."""
    size = len(names)
    cell = 18 if size <= MAX_LABELLED else max(3, 460 // size)
    margin = 110 if size <= MAX_LABELLED else 0
    paths: dict[str, list[str]] = {}
    for row, values in enumerate(matrix):
        for column, value in enumerate(values):
            kind = _level(value, row == column)
            if kind:
                square = f"M{margin + column * cell} {row * cell}h{cell - 1}v{cell - 1}h-{cell - 1}z"
                paths.setdefault(kind, []).append(square)
    side = size * cell
    parts = [Markup('<rect class="ground" x="{}" y="0" width="{}" height="{}"/>').format(margin, side, side)]
    # One path a level instead of one rectangle a cell keeps a hundred columns small.
    parts += [
        Markup('<path class="{}" d="{}"/>').format(kind, "".join(squares)) for kind, squares in sorted(paths.items())
    ]
    if margin:
        for place, name in enumerate(names):
            y = place * cell + 13
            parts.append(
                Markup('<text class="label" x="{}" y="{}" text-anchor="end">{}</text>').format(
                    margin - 6, y, _short(name, 16)
                )
            )
            x = margin + place * cell + 12
            turned = '<text class="label" text-anchor="end" transform="translate({} {}) rotate(-60)">{}</text>'
            parts.append(Markup(turned).format(x, side + 10, _short(name, 16)))
    return _svg(title, margin + side, side + (96 if margin else 0), parts)


def _level(value: float | None, diagonal: bool) -> str:
    if diagonal:
        return "self"
    if value is None:
        return "lost"
    step = sum(abs(value) >= level for level in LEVELS)
    return "" if step == 0 else f"{'minus' if value < 0 else 'plus'}{step}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _svg(title: str, width: float, height: float, parts: Sequence[Markup]) -> Markup:
    head = Markup(
        '<svg role="img" aria-label="{0}" viewBox="0 0 {1:g} {2:g}" width="{1:g}" height="{2:g}"><title>{0}</title>'
    )
    return head.format(escape(title), width, height) + Markup("").join(parts) + Markup("</svg>")
