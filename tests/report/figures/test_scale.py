import re

import pytest

from tabsynth.report.figures.scale import scale


def test_marks_stand_where_the_scale_has_them() -> None:
    drawn = scale(5.0, 10.0, reference=10.0, floor=0.0)
    assert 'cx="120"' in drawn
    assert re.findall(r'class="(floor|ceiling)" d="M(\d+)', drawn) == [("floor", "6"), ("ceiling", "234")]


def test_an_interval_spans_its_ends_and_is_never_invisible() -> None:
    assert 'x="63" y="9" width="114"' in scale(0.5, 1.0, interval=(0.25, 0.75))
    assert 'width="1.5"' in scale(0.5, 1.0, interval=(0.5, 0.5))
    assert "interval" not in scale(0.5, 1.0, interval=(None, 0.75))


@pytest.mark.parametrize(("value", "place"), [(-3.0, "6"), (99.0, "234")])
def test_what_lies_beyond_the_scale_is_drawn_at_its_end(value: float, place: str) -> None:
    assert f'cx="{place}"' in scale(value, 1.0)


def test_a_missing_value_draws_the_scale_alone() -> None:
    assert "circle" not in scale(None, 1.0)
