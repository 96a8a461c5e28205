import re

from tabsynth.report.figures.bar import bar


def test_a_bar_is_as_long_as_its_share_of_the_top() -> None:
    assert re.search(r'class="bar-fake"[^>]*width="30"', bar(0.5, 2.0, "fake"))


def test_a_tiny_value_still_shows_and_a_negative_one_does_not() -> None:
    assert 'width="1"' in bar(1e-9, 1.0, "real")
    assert 'class="bar-real" x="0" y="3.5" width="0"' in bar(-0.5, 1.0, "real")


def test_a_missing_value_or_an_empty_scale_draws_no_bar() -> None:
    assert "<rect" not in bar(None, 1.0, "floor")
    assert 'width="0"' in bar(0.0, 0.0, "floor")


def test_whiskers_and_reference_stand_where_they_belong() -> None:
    drawn = bar(0.5, 1.0, "fake", interval=(0.25, 0.75), reference=1.0, width=100)
    assert "M25 7.5H75M25 4.5v6M75 4.5v6" in drawn
    assert 'class="ceiling" d="M100 0v15"' in drawn
