import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator import curves

CURVES = [
    curves.distribution_score,
    curves.correlation_score,
    curves.structure_score,
    curves.text_structure_score,
]


@pytest.mark.parametrize("curve", CURVES)
@given(st.floats(0, 1))
def test_scores_lie_between_zero_and_ten(curve: object, distance: float) -> None:
    assert 0 <= curve(distance) <= 10  # type: ignore[operator]


def test_points_of_the_curves_are_as_solved_by_hand() -> None:
    assert curves.distribution_score(0.1) == pytest.approx(0.0744 - 1.6646 + 10.305)
    assert curves.correlation_score(0.1) == pytest.approx(0.37562 - 3.5643 + 10.056)
    assert curves.text_structure_score(0.5) == pytest.approx(5.25)


def test_a_missing_part_leaves_its_weight_to_the_others() -> None:
    assert curves.tabular_score(10.0, 5.0, None) == pytest.approx((0.86 * 10 + 1.0 * 5) / 1.86)
    assert curves.tabular_score(None, None, None) is None
    assert curves.composite_score(8.0, 3, 4.0, 1) == pytest.approx(7.0)
    assert curves.composite_score(8.0, 3, None, 1) == 8.0
