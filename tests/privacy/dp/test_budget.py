import pytest

from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.budget import delta_for, split_budget


@pytest.mark.parametrize(("subjects", "delta"), [(100, 1e-5), (10_000, 1e-5), (32_561, 1 / 325_610), (10**7, 1e-8)])
def test_automatic_delta_is_a_tenth_of_one_over_n_and_at_most_the_usual(subjects: int, delta: float) -> None:
    assert delta_for("auto", subjects) == pytest.approx(delta)


def test_a_delta_that_would_let_a_row_out_is_an_error() -> None:
    with pytest.raises(ConfigError, match="1,000 subjects"):
        delta_for(1e-3, 1_000)
    assert delta_for(0.9e-3, 1_000) == 0.9e-3


@pytest.mark.parametrize("delta", [0.0, -1e-5])
def test_a_delta_that_is_no_probability_is_an_error(delta: float) -> None:
    with pytest.raises(ConfigError):
        delta_for(delta, 1_000)


def test_a_table_of_nobody_is_an_error() -> None:
    with pytest.raises(ConfigError):
        delta_for("auto", 0)


def test_the_parts_add_up() -> None:
    budget = split_budget(8.0, 1e-5)
    assert budget.preprocessing_epsilon == pytest.approx(0.8)
    assert budget.preprocessing_epsilon + budget.training_epsilon == pytest.approx(8.0)
    assert budget.preprocessing_delta + budget.training_delta == pytest.approx(1e-5)


@pytest.mark.parametrize(("epsilon", "share"), [(0.0, 0.1), (8.0, 0.0), (8.0, 1.0), (float("inf"), 0.1)])
def test_nothing_cannot_be_divided(epsilon: float, share: float) -> None:
    with pytest.raises(ConfigError):
        split_budget(epsilon, 1e-5, preprocessing=share)
