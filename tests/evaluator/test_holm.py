from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.holm import holm


def test_the_smallest_is_multiplied_by_the_number_and_the_others_by_what_is_left() -> None:
    assert holm([0.01, 0.04, 0.03]) == [0.03, 0.06, 0.06]
    assert holm([0.5, None, 0.9]) == [1.0, None, 1.0]
    assert holm([]) == [] and holm([0.02]) == [0.02]


@given(st.lists(st.floats(0, 1), min_size=1))
def test_a_corrected_value_is_between_the_raw_one_and_bonferroni_s(raw: list[float]) -> None:
    corrected = holm(raw)
    assert all(p <= q <= min(1, p * len(raw)) for p, q in zip(raw, corrected, strict=True) if q is not None)
