import re

import pytest

from tabsynth.report.figures.heatmap import STEPS, heatmap, legend, step


@pytest.mark.parametrize(
    ("value", "scale", "kind"),
    [
        (0.0, "association", ""),
        (0.1, "association", "plus1"),
        (-0.95, "association", "minus6"),
        (None, "association", "lost"),
        (0.019, "difference", ""),
        (0.02, "difference", "more1"),
        (0.7, "difference", "more6"),
    ],
)
def test_a_step_of_darkness_begins_at_its_value(value: float | None, scale: str, kind: str) -> None:
    assert step(value, False, scale) == kind  # type: ignore[arg-type]
    assert step(value, True, scale) == "self"  # type: ignore[arg-type]


def test_a_small_map_writes_values_into_its_cells_with_their_sign() -> None:
    drawn = heatmap(["a", "b", "c"], [[1, -0.6, None], [-0.6, 1, 0.004], [None, 0.004, 1]], "association", "map")
    assert re.findall(r'<text class="cell[^>]*>([^<]+)<', drawn) == ["−.60", "×", "−.60", "×"]
    assert "a × b: −0.60" in drawn and "a × c: cannot be measured" in drawn


def test_a_middling_map_marks_negative_cells_by_a_sign_as_well_as_by_hue() -> None:
    names = [str(k) for k in range(20)]
    matrix = [[1.0 if i == j else -0.3 if (i, j) == (0, 1) else 0.3 for j in range(20)] for i in range(20)]
    assert heatmap(names, matrix, "association", "map").count('class="sign"') == 1


def test_a_hundred_columns_are_drawn_as_a_few_paths() -> None:
    names = [f"column {k}" for k in range(100)]
    matrix = [[0.3 if i != j else 1.0 for j in range(100)] for i in range(100)]
    drawn = heatmap(names, matrix, "association", "map")
    assert re.findall(r'<path class="(\w+)"', drawn) == ["plus2", "self"]
    assert len(drawn) < 20_000
    assert ">100<" in drawn and ">99<" not in drawn


def test_runs_cover_what_cells_would(width: int = 60) -> None:
    names = [str(k) for k in range(width)]
    matrix = [[((i * 7 + j * 3) % 11) / 10 for j in range(width)] for i in range(width)]
    drawn = heatmap(names, matrix, "difference", "map")
    sides = re.findall(r"M[\d.]+ [\d.]+h([\d.]+)v", drawn)
    shown = sum(step(matrix[i][j], i == j, "difference") != "" for i in range(width) for j in range(width))
    assert sum(float(side) for side in sides) == pytest.approx(shown * 7, rel=0.01)


def test_names_are_escaped_and_cut() -> None:
    drawn = heatmap(["<b>&" + "x" * 10_000, ""], [[1, 0.5], [0.5, 1]], "difference", "<i>")
    assert "<b>" not in drawn and "<i>" not in drawn and len(drawn) < 3_000
    assert "(unnamed) 2" in drawn


def test_the_legend_says_where_each_step_begins() -> None:
    texts = re.findall(r">([−.\d]+)</text>", legend("association"))
    ends = [f"{value:g}".removeprefix("0") for value in STEPS["association"]]
    assert texts == [*(f"−{end}" for end in reversed(ends)), "0", *ends]
    assert legend("difference").count("<rect") == 6


@pytest.mark.parametrize("scale", ["difference", "association"])
def test_two_columns_are_not_blown_up_and_none_are_no_error(scale: str) -> None:
    assert 'width="230"' in heatmap(["a", "b"], [[1, 0], [0, 1]], scale, "map")  # type: ignore[arg-type]
    assert heatmap([], [], scale, "map").startswith("<svg")  # type: ignore[arg-type]
