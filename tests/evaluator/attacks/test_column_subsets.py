from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.column_subsets import subset_copies
from tabsynth.evaluator.sides import Sides


def survey(rows: int, seed: int) -> pd.DataFrame:
    """Five answers of few values each, and two measures that never recur."""
    rng = np.random.default_rng(seed)
    answers = {f"answer{place}": rng.choice(list("abcdefgh"), rows) for place in range(5)}
    return pd.DataFrame(answers | {"height": rng.normal(size=rows), "weight": rng.normal(size=rows)})


def found_in(sides: Sides) -> dict[str, tuple[float | None, float | None]]:
    return {part.name: (part.p_value, effect) for part, effect in subset_copies(sides)}


@pytest.fixture(scope="module")
def real() -> tuple[pd.DataFrame, pd.DataFrame]:
    return survey(1_500, 1), survey(500, 2)


def test_answers_that_were_copied_with_other_measures_are_found(
    make_sides: Callable[..., Sides], real: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    training, holdout = real
    synthetic = training.assign(height=survey(1_500, 3)["height"], weight=survey(1_500, 3)["weight"])
    p_value, effect = found_in(make_sides(training, holdout, synthetic))["all categories"]
    assert p_value is not None and p_value < 1e-9
    assert effect is not None and effect > 0.5


def test_answers_of_fresh_rows_and_of_shuffled_columns_are_not(
    make_sides: Callable[..., Sides], shuffle_columns: Callable, real: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    training, holdout = real
    shuffled = shuffle_columns(training)
    for synthetic in (survey(1_500, 3), shuffled):
        p_value, _ = found_in(make_sides(training, holdout, synthetic))["all categories"]
        assert p_value is not None and p_value > 0.01


def test_columns_whose_values_one_side_holds_alone_are_left_out(
    make_sides: Callable[..., Sides], shuffle_columns: Callable, real: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    # A column of unique numbers tells training from anything else without any copied row.
    training, holdout = real
    extra = {f"id{place}": np.random.default_rng(place).normal(size=1_500) for place in range(3)}
    training = training.assign(**extra)
    holdout = holdout.assign(**{name: np.random.default_rng(9).normal(size=500) for name in extra})
    shuffled = shuffle_columns(training)
    found = found_in(make_sides(training, holdout, shuffled))
    assert "all numbers and dates" not in found
    assert all(p_value is None or p_value > 0.01 for p_value, _ in found.values())


def test_cities_that_settle_their_state_are_no_copies(make_sides: Callable[..., Sides]) -> None:
    # A model that learned the map makes rows of cities that training had; it cannot make up those of the holdout.
    rng = np.random.default_rng(0)

    def places(rows: int, cities: np.ndarray) -> pd.DataFrame:
        city = rng.choice(cities, rows)
        return pd.DataFrame(
            {"city": city.astype(str), "state": (city % 50).astype(str), "land": (city % 5).astype(str)}
        ).assign(noise=rng.normal(size=rows))

    training, holdout = places(900, np.arange(0, 4_000)), places(300, np.arange(4_000, 8_000))
    synthetic = training[["city", "state", "land"]].assign(noise=rng.normal(size=900))
    assert found_in(make_sides(training, holdout, synthetic)) == {}


def test_few_columns_or_few_rows_are_not_searched(make_sides: Callable[..., Sides]) -> None:
    narrow = survey(100, 1)[["answer0", "answer1", "height"]]
    assert subset_copies(make_sides(narrow, narrow.head(0 + 50), narrow)) == []
    few = survey(4, 1)
    assert subset_copies(make_sides(survey(100, 2), few, few)) == []


def test_a_part_that_cannot_be_run_says_so(make_sides: Callable[..., Sides]) -> None:
    # Three answers of two values: no combination belongs to one row.
    rng = np.random.default_rng(0)

    def coins(rows: int) -> pd.DataFrame:
        sides = {f"coin{place}": rng.choice(["x", "y"], rows) for place in range(3)}
        return pd.DataFrame(sides | {"number": rng.normal(size=rows)})

    ((part, effect),) = subset_copies(make_sides(coins(200), coins(100), coins(200)))
    assert (part.value, part.p_value, effect) == (None, None, None)
    assert part.note.startswith("not run")
