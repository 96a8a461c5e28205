"""The page: an evaluation laid into templates, with a policy that lets nothing run and nothing leave. No arithmetic."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from tabsynth.evaluator.result import Evaluation
from tabsynth.report import names, numbers
from tabsynth.report.attachments import attachments, embedded_json
from tabsynth.report.figures.bar import bar
from tabsynth.report.figures.curves import curves, stroke
from tabsynth.report.figures.density import density
from tabsynth.report.figures.heatmap import MAX_COLUMNS, heatmap, legend
from tabsynth.report.figures.histogram import histogram
from tabsynth.report.figures.light import light
from tabsynth.report.figures.scale import scale
from tabsynth.report.outcome import outcomes
from tabsynth.report.term import GROUPS
from tabsynth.report.wording import CARDS, placed, worded

FIRST_ROWS, FIRST_FIGURES = 25, 24
MAX_ROWS, MAX_FIGURES = 500, 150
FIGURES: dict[str, Callable[..., Markup]] = {
    "bar": bar,
    "curves": curves,
    "density": density,
    "heatmap": heatmap,
    "histogram": histogram,
    "legend": legend,
    "light": light,
    "scale": scale,
    "stroke": stroke,
}


def page(evaluation: Evaluation, *, framed: bool = False) -> str:
    """Return the page: self-contained, without anything that runs or loads.

    Args:
        evaluation: What was found.
        framed: Whether it is for the `srcdoc` of a frame, where links within the page need a base to stay there.
    """
    environment = _environment()
    style = Markup(environment.get_template("style.css").render())
    text = environment.get_template("report.html.j2").render(
        evaluation=evaluation,
        style=style,
        policy=_policy(style, framed),
        framed=framed,
        json=embedded_json(evaluation),
        attachments=attachments(evaluation),
        **_limits(evaluation),
    )
    return text.encode("utf-8", "replace").decode("utf-8")


def _limits(evaluation: Evaluation) -> Mapping[str, Any]:
    """How much of a wide table is drawn, and the end of its scale of columns, which was 1 in the first format."""
    return {
        "first_rows": FIRST_ROWS,
        "max_rows": MAX_ROWS,
        "first_figures": FIRST_FIGURES,
        "max_figures": MAX_FIGURES,
        "max_map": MAX_COLUMNS,
        "column_top": 1.0 if evaluation.format_version < 2 else 10.0,
        "density_top": 0.0 if evaluation.map is None else max((*evaluation.map.training, *evaluation.map.synthetic)),
    }


def _policy(style: str, framed: bool) -> str:
    """Nothing loads, nothing runs, and only this page's own style applies."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    base = "about:" if framed else "'none'"
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri {base}; form-action 'none'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tabsynth.report", "templates"),
        autoescape=select_autoescape(("html", "html.j2"), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for write in (numbers.percent, numbers.decimals, numbers.count, numbers.p_value, numbers.minus):
        environment.filters[write.__name__] = write
    for show in (names.name, names.sentence, names.note):
        environment.filters[show.__name__] = show
    environment.globals.update(FIGURES)
    environment.globals.update(quantity=numbers.quantity, interval=numbers.interval, outcomes=outcomes)
    environment.globals.update(cards=CARDS, groups=GROUPS, placed=placed, worded=worded)
    return environment
