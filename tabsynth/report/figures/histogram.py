"""Two distributions of one column over each other. Knows no column."""

from __future__ import annotations

from markupsafe import Markup

from tabsynth.evaluator.drawing import Overlay
from tabsynth.report.figures.canvas import plain, short, svg

WIDTH, BASE, TALL = 260.0, 92.0, 84.0
LABELS, PITCH = 116.0, 16.0
MAX_LABEL = 18


def histogram(overlay: Overlay, name: str) -> Markup:
    """Draw training as filled bars, synthetic as a line (numbers) or dots (categories): shapes differ, not only hues.

    Args:
        overlay: The shares.
        name: Of the column.
    """
    title = f"Histogram of {short(name, 60)}: training and synthetic, {len(overlay.labels)} bars"
    top = max((*overlay.training, *overlay.synthetic, 1e-9))
    draw = _rows if overlay.of == "categories" else _steps
    return draw(overlay, title, top)


def _steps(overlay: Overlay, title: str, top: float) -> Markup:
    """Bars side by side, and the synthetic outline in steps."""
    step = WIDTH / max(1, len(overlay.labels))
    real, fake, hits = [], [f"M0 {plain(BASE)}"], []
    for place, (label, one, other) in enumerate(zip(overlay.labels, overlay.training, overlay.synthetic, strict=True)):
        left, tall = plain(place * step), plain(one / top * TALL)
        if one > 0:
            real.append(f"M{left} {plain(BASE)}v-{tall}h{plain(step - 0.8)}v{tall}z")
        fake.append(f"V{plain(BASE - other / top * TALL)}H{plain((place + 1) * step)}")
        hit = '<rect class="hit" x="{}" y="4" width="{}" height="89"><title>{}</title></rect>'
        hits.append(Markup(hit).format(left, plain(step), _words(label, one, other)))
    line = "".join(fake) + f"V{plain(BASE)}"
    parts = [
        Markup('<path class="real" d="{}"/>').format("".join(real)),
        Markup('<path class="axis" d="M0 {0}H{1}"/>').format(plain(BASE + 0.5), plain(WIDTH)),
        Markup('<path class="halo" d="{0}"/><path class="fake" d="{0}"/>').format(line),
        *hits,
    ]
    return svg(title, WIDTH, BASE + 2, parts, "histogram")


def _rows(overlay: Overlay, title: str, top: float) -> Markup:
    """One line a category: its name, a bar for training, a dot for synthetic."""
    parts = []
    for place, (label, one, other) in enumerate(zip(overlay.labels, overlay.training, overlay.synthetic, strict=True)):
        y = place * PITCH
        length, dot = (WIDTH - LABELS - 6) * one / top, LABELS + (WIDTH - LABELS - 6) * other / top
        parts.append(
            Markup(
                '<g><title>{}</title><text x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="hit" x="0" y="{}" width="260" height="{}"/>'
                '<rect class="real" x="{}" y="{}" width="{}" height="9"/>'
                '<circle class="dot" cx="{}" cy="{}" r="4"/></g>'
            ).format(
                _words(label, one, other), plain(LABELS - 8), plain(y + 12), short(label, MAX_LABEL) or "(empty)",
                plain(y), plain(PITCH), plain(LABELS), plain(y + 3.5), plain(length), plain(dot), plain(y + 8),
            )
        )  # fmt: skip
    tall = PITCH * len(overlay.labels)
    parts.insert(0, Markup('<path class="axis" d="M{0} 0V{1}"/>').format(plain(LABELS - 0.5), plain(tall)))
    return svg(title, WIDTH, tall + 1, parts, "histogram")


def _words(label: str, real: float, fake: float) -> str:
    return f"{short(label, 60)}: training {real:.1%}, synthetic {fake:.1%}"
