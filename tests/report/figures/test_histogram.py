import re

from tabsynth.evaluator.drawing import Overlay
from tabsynth.report.figures.histogram import histogram


def test_bars_are_filled_for_training_and_stepped_for_synthetic() -> None:
    bars = Overlay(of="numbers", labels=("0 to 1", "1 to 2"), training=(0.25, 0.5), synthetic=(0.5, 0.0))
    drawn = histogram(bars, "size")
    assert 'class="real" d="M0 92v-42h129.2v42zM130 92v-84h129.2v84z"' in drawn
    assert 'class="fake" d="M0 92V8H130V92H260V92"' in drawn
    assert "1 to 2: training 50.0%, synthetic 0.0%" in drawn


def test_categories_have_a_bar_and_a_dot_each() -> None:
    bars = Overlay(of="categories", labels=("a", ""), training=(0.8, 0.2), synthetic=(0.4, 0.6))
    drawn = histogram(bars, "kind")
    assert re.findall(r'class="real"[^>]*width="([\d.]+)"', drawn) == ["138", "34.5"]
    assert re.findall(r'class="dot" cx="([\d.]+)"', drawn) == ["185", "219.5"]
    assert "(empty)" in drawn


def test_labels_and_names_are_escaped_and_cut() -> None:
    evil = "<b>&" + "x" * 10_000
    for of in ("numbers", "categories"):
        bars = Overlay.model_validate({"of": of, "labels": (evil,), "training": (1.0,), "synthetic": (1.0,)})
        drawn = histogram(bars, evil)
        assert "<b>" not in drawn and "&lt;b&gt;&amp;" in drawn and len(drawn) < 2_000


def test_a_histogram_without_bars_or_without_rows_is_still_a_figure() -> None:
    empty = Overlay(of="numbers", labels=(), training=(), synthetic=())
    nothing = Overlay(of="numbers", labels=("a",), training=(0.0,), synthetic=(0.0,))
    assert histogram(empty, "x").startswith("<svg") and histogram(nothing, "x").startswith("<svg")
