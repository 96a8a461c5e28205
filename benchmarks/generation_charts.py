"""The two charts of the generation study as SVG, written by hand: no drawing library is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

COLOURS = {"full": "#b0413e", "batch": "#e08e45", "stream": "#2a6f97", "mini": "#2f9e75"}
INK, GREY = "#222", "#ddd"
LEFT, TOP, BOTTOM, HEIGHT = 64, 48, 120, 300


def write_charts(summary: dict[str, Any], folder: Path) -> None:
    """Write generation_seconds.svg and generation_speedup.svg.

    Args:
        summary: What `generation_table.summary_of` returns.
        folder: Where they go.
    """
    tables = {name: found for name, found in summary["tables"].items() if any(_seconds(found).values())}
    if tables:
        (folder / "generation_seconds.svg").write_text(_seconds_chart(tables), encoding="utf-8")
    known = {name: found for name, found in tables.items() if found["ratios"]["wall_batch_stream"]}
    if known:
        ordered = dict(sorted(known.items(), key=lambda item: item[1]["arms"]["batch"]["cap_tokens"]))
        (folder / "generation_speedup.svg").write_text(_speedup_chart(ordered), encoding="utf-8")


def _seconds(found: dict[str, Any]) -> dict[str, float | None]:
    return {arm: found["arms"][arm]["seconds"] for arm in COLOURS}


def _seconds_chart(tables: dict[str, Any]) -> str:
    values = [value for found in tables.values() for value in _seconds(found).values() if value]
    axis = _LogAxis(values)
    group, bar = 58, 12
    parts = [axis.drawn(LEFT + group * len(tables), "seconds"), _legend(COLOURS)]
    for at, (name, found) in enumerate(tables.items()):
        left = LEFT + group * at + 5
        for place, (arm, value) in enumerate(_seconds(found).items()):
            if value:
                stopped = found["arms"][arm]["finished"] < found["arms"][arm]["repetitions"]
                parts.append(_bar(left + bar * place, bar - 2, axis, value, COLOURS[arm], stopped=stopped))
        parts.append(_label(left + 2 * bar, name))
    return _page(LEFT + group * len(tables) + 20, "Seconds per run and arm (hatched: stopped or gave up)", parts)


def _speedup_chart(tables: dict[str, Any]) -> str:
    values = [found["ratios"]["wall_batch_stream"] for found in tables.values()]
    axis = _LogAxis([1.0, *values])
    group, bar = 46, 28
    parts = [axis.drawn(LEFT + group * len(tables), "times faster")]
    for at, (name, found) in enumerate(tables.items()):
        left, value = LEFT + group * at + 8, found["ratios"]["wall_batch_stream"]
        stopped = found["arms"]["batch"]["finished"] < found["arms"]["batch"]["repetitions"]
        parts.append(_bar(left, bar, axis, value, COLOURS["stream"], stopped=stopped))
        parts.append(_text(left + bar / 2, axis.y(value) - 5, f"{value:.1f}", size=10, anchor="middle"))
        parts.append(_label(left + bar / 2, f"{name}, {found['arms']['batch']['cap_tokens']:.0f}"))
    title = "Speedup of stream over batch, by the cap of the batch arm in tokens"
    return _page(LEFT + group * len(tables) + 20, title, parts)


class _LogAxis:
    """A logarithmic axis over whole powers of ten."""

    def __init__(self, values: Iterable[float]) -> None:
        known = list(values)
        self.low = math.floor(math.log10(min(known)))
        self.high = max(self.low + 1, math.ceil(math.log10(max(known))))

    def y(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return TOP + HEIGHT * (1 - share)

    def drawn(self, right: float, unit: str) -> str:
        parts = []
        for power in range(self.low, self.high + 1):
            y = self.y(10.0**power)
            parts.append(f'<line x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GREY}"/>')
            parts.append(_text(LEFT - 6, y + 4, f"{10.0**power:g}", anchor="end"))
        return "".join(parts) + _text(LEFT, TOP - 8, unit, size=11)


def _bar(x: float, width: float, axis: _LogAxis, value: float, colour: str, *, stopped: bool) -> str:
    top, bottom = axis.y(value), TOP + HEIGHT
    box = f'x="{x:.1f}" y="{top:.1f}" width="{width}" height="{max(1.0, bottom - top):.1f}"'
    solid = f'<rect {box} fill="{colour}"/>'
    return solid + (f'<rect {box} fill="url(#stopped)"/>' if stopped else "")


def _legend(colours: dict[str, str]) -> str:
    parts = []
    for at, (name, colour) in enumerate(colours.items()):
        x = LEFT + 80 + 70 * at
        parts.append(f'<rect x="{x}" y="{TOP - 18}" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 14, TOP - 9, name, size=11))
    return "".join(parts)


def _label(x: float, name: str) -> str:
    y = TOP + HEIGHT + 12
    return f'<g transform="rotate(-45 {x:.1f} {y})">{_text(x, y, name, size=11, anchor="end")}</g>'


def _text(x: float, y: float, text: str, *, size: int = 11, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{INK}">{escape(text)}</text>'


def _page(width: float, title: str, parts: list[str]) -> str:
    height = TOP + HEIGHT + BOTTOM
    width = max(width, 440)
    hatch = (
        '<defs><pattern id="stopped" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="2" height="6" fill="#fff" fill-opacity="0.6"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}" font-family="sans-serif"><title>{escape(title)}</title>{hatch}'
        f'<rect width="100%" height="100%" fill="#fff"/>{_text(16, 20, title, size=14)}{"".join(parts)}</svg>\n'
    )
