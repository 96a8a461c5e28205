import re

import pytest

from tabsynth.evaluator.drawing import DistanceCurve
from tabsynth.report.figures.curves import STROKES, ceiling, curves, stroke


def line(pair: str, *distances: float) -> DistanceCurve:
    return DistanceCurve.model_validate({"of": "closest", "pair": pair, "distances": distances})


def test_a_curve_rises_to_its_share_at_each_quantile() -> None:
    drawn = curves([line("synthetic to training", 0.0, 0.5, 1.0)], "title")
    (path,) = re.findall(r'class="line-fake" d="([^"]+)"', drawn)
    assert path == "M40 222L40 169L235 116L430 63"


def test_lines_that_coincide_all_show_whatever_their_order() -> None:
    lines = [line(pair, 0.1, 0.2) for pair in reversed(STROKES)]
    assert re.findall(r'class="(line-\w+)"', curves(lines, "title")) == ["line-real", "line-fake", "line-control"]


@pytest.mark.parametrize(
    ("value", "end"), [(0.16, 0.2), (1.0, 1.0), (21, 25), (0.0, 1.0), (float("inf"), 1.0), (7e-5, 1e-4)]
)
def test_an_axis_ends_at_a_round_number(value: float, end: float) -> None:
    assert ceiling(value) == pytest.approx(end)


def test_a_curve_without_distances_leaves_the_frame() -> None:
    assert curves([], "title").startswith("<svg")
    assert "line-fake" in curves([line("synthetic to training")], "title")


def test_the_legend_draws_each_line_as_the_curve_is() -> None:
    assert all(f'class="{kind}"' in stroke(pair) for pair, kind in STROKES.items())
