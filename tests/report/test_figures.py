import re

from tabsynth.evaluator.drawing import Overlay
from tabsynth.evaluator.score import Score
from tabsynth.report.figures import bars_figure, heatmap_figure, overlay_figure, scale_figure


def test_labels_are_escaped_in_every_figure() -> None:
    evil = "<b>&"
    bars = Overlay(of="categories", labels=(evil,), training=(1.0,), synthetic=(1.0,))
    drawn = [
        overlay_figure(bars, evil),
        bars_figure([(evil, 1.0, "bar-fake")], evil),
        heatmap_figure([evil, "b"], [[1, 0.5], [0.5, 1]], evil),
        scale_figure(Score(value=0.5), 1.0, evil),
    ]
    assert all("<b>" not in svg and "&lt;b&gt;&amp;" in svg for svg in drawn)


def test_marks_stand_where_the_scale_has_them() -> None:
    svg = scale_figure(Score(value=5.0, reference=10.0, floor=0.0), 10.0, "score")
    assert 'cx="120.0"' in svg
    assert re.findall(r'd="M([\d.]+) 5v16"', svg) == ["6.0", "234.0"]


def test_a_lost_column_and_a_negative_value_have_classes_of_their_own() -> None:
    svg = heatmap_figure(["a", "b", "c"], [[1, -0.6, None], [-0.6, 1, 0.01], [None, 0.01, 1]], "map")
    assert set(re.findall(r'<path class="(\w+)"', svg)) == {"self", "minus6", "lost"}
