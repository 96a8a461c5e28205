import re

from tabsynth.report.figures.light import SHAPES, light


def test_lights_differ_in_shape_and_not_only_in_colour() -> None:
    shapes = [re.sub(r'class="[^"]*"', "", light(colour)) for colour in SHAPES]
    assert len(set(shapes)) == len(SHAPES) == 4


def test_a_light_carries_its_colour_as_a_class() -> None:
    assert all(f'class="light {colour}"' in light(colour) for colour in SHAPES)
