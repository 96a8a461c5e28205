"""Traffic lights that differ in shape as well as in colour. Knows no verdict."""

from __future__ import annotations

from typing import Literal

from markupsafe import Markup

from tabsynth.report.figures.canvas import svg

Light = Literal["green", "amber", "red", "none"]

SHAPES: dict[Light, str] = {
    "green": '<circle class="sign" cx="12" cy="12" r="11"/><path class="mark" d="M6.8 12.4l3.6 3.6 6.8-7.4"/>',
    "amber": '<path class="sign" d="M12 1.2 23.4 22H.6z"/><path class="mark" d="M12 8.6v6M12 17.6v1.4"/>',
    "red": '<path class="sign" d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z"/>'
    '<path class="mark" d="M8 8l8 8M16 8l-8 8"/>',
    "none": '<circle class="ring" cx="12" cy="12" r="9.5"/><path class="dash" d="M7.5 12h9"/>',
}


def light(colour: Light) -> Markup:
    """Draw a tick in a disc, a mark in a triangle, a cross in an octagon or a dash in a ring; words stand beside it."""
    return svg("", 24, 24, [Markup(SHAPES[colour])], f"light {colour}")
