import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from tabsynth.privacy.dp.histograms import Noise, count_cells, count_values, known_cells, unforeseen_values


def noise(scale: float, delta: float = 1e-6, seed: int = 0) -> Noise:
    return Noise(scale, delta, np.random.default_rng(seed))


@given(st.lists(st.integers(-1, 9)), st.integers(-1, 9))
def test_one_subject_changes_one_cell_by_one_at_most(cells: list[int], added: int) -> None:
    without = count_cells(np.array(cells, dtype=np.int64), 10)
    with_one = count_cells(np.array([*cells, added], dtype=np.int64), 10)
    assert np.abs(with_one - without).sum() == (added >= 0)


@given(st.lists(st.text(max_size=2)), st.text(max_size=2))
def test_one_subject_changes_the_count_of_one_value_by_one(values: list[str], added: str) -> None:
    without, with_one = count_values(values), count_values([*values, added])
    changes = {value: with_one[value] - without.get(value, 0) for value in with_one}
    assert sum(map(abs, changes.values())) == changes[added] == 1


def test_the_order_of_rows_says_nothing() -> None:
    assert list(count_values(["b", "a", "b"]).items()) == list(count_values(["a", "b", "b"]).items())


def test_noise_has_the_scale_that_was_asked_for_and_is_whole() -> None:
    released = noise(20.0).add(np.full(20_000, 100))
    assert released.dtype == np.int64
    assert released.mean() == pytest.approx(100, abs=0.6)
    assert released.std() == pytest.approx(20, rel=0.02)


@pytest.mark.parametrize("delta", [0.2, 0.01])
def test_a_value_of_one_subject_is_shown_as_rarely_as_promised(delta: float) -> None:
    some = noise(3.0, delta)
    shown = np.mean(some.add(np.ones(100_000, dtype=np.int64)) >= some.threshold)
    assert 0.3 * delta < shown <= delta + 3 * np.sqrt(delta / 100_000)


def test_the_threshold_is_that_of_the_normal_tail() -> None:
    scale, delta = 10.0, 1e-6
    chance = norm.sf((noise(scale, delta).threshold - 1 - 0.5) / scale)
    assert delta / 2 < chance <= delta


def test_values_of_many_subjects_are_shown_and_those_of_few_are_not() -> None:
    released = unforeseen_values(["common"] * 1_000 + ["rare"] * 5, 300, noise(10.0))
    assert released.values == ("common",)
    assert released.counts[0] == pytest.approx(1_000, abs=60)
    assert released.missing == pytest.approx(300, abs=60)


def test_known_cells_are_shown_even_when_empty() -> None:
    released = known_cells(np.array([0] * 500 + [-1] * 50), 3, noise(1.0))
    assert released == pytest.approx([500, 0, 0], abs=6)
