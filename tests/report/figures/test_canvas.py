import pytest
from markupsafe import Markup

from tabsynth.report.figures.canvas import plain, short, svg


def test_a_figure_with_a_title_is_one_image_and_one_without_is_hidden() -> None:
    assert 'role="img" aria-label="a &lt;b&gt; &#34;c&#34;"' in svg('a <b> "c"', 10, 10, [])
    assert 'aria-hidden="true"' in svg("", 10, 10, [])


def test_only_a_stretched_figure_gives_up_its_proportions() -> None:
    assert "preserveAspectRatio" not in svg("", 10, 10, [])
    assert 'preserveAspectRatio="none"' in svg("", 10, 10, [], stretch=True)


def test_parts_follow_the_head_in_order() -> None:
    drawn = svg("", 12.5, 10, [Markup("<a/>"), Markup("<b/>")], "kind")
    assert drawn == '<svg class="kind" aria-hidden="true" viewBox="0 0 12.5 10" width="12.5" height="10"><a/><b/></svg>'


@pytest.mark.parametrize(("number", "written"), [(3.0, "3"), (3.14, "3.1"), (-0.04, "0"), (-2.0, "-2"), (0.96, "1")])
def test_a_coordinate_has_at_most_one_decimal(number: float, written: str) -> None:
    assert plain(number) == written


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("abc", "abc"),
        ("abcdef", "abcd…"),
        ("ab\n\tc", "ab c"),
        ("", ""),
        ("  ", ""),
        ("abcd fgh", "abcd…"),
        ("x" * 10_000, "xxxx…"),
    ],
)
def test_a_text_is_cut_to_a_length_on_one_line(text: str, cut: str) -> None:
    assert short(text, 5) == cut
