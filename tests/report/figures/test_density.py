import re

from tabsynth.report.figures.density import density


def test_the_first_row_of_shares_is_drawn_at_the_bottom() -> None:
    drawn = density([0.5, 0.0, 0.0, 0.5], 2, 0.5, "more", "map")
    assert re.findall(r"M(\d+) (\d+)h", drawn) == [("0", "140"), ("140", "0")]


def test_darkness_grows_with_the_root_of_the_share() -> None:
    drawn = density([0.01, 0.25, 1.0, 0.0], 2, 1.0, "plus", "map")
    assert re.findall(r'class="(plus\d)"', drawn) == ["plus1", "plus3", "plus6"]


def test_neighbours_of_a_step_are_drawn_as_one() -> None:
    assert density([0.25] * 16, 4, 0.25, "more", "map").count("M") == 4


def test_an_empty_map_is_blank() -> None:
    assert "<path" not in density([0.0] * 9, 3, 0.0, "more", "map")
