from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.closest_record import attack, curves
from tabsynth.evaluator.sides import Sides


def test_fresh_rows_are_as_close_to_training_as_to_the_holdout(
    make_sides: Callable[..., Sides], people: Callable
) -> None:
    found = attack(make_sides(people(1_500, 1), people(700, 2), people(1_500, 3)))
    share, ratio = found.scores["dcr_share"], found.scores["nndr_ratio"]
    assert share.value is not None and 0.46 <= share.value <= 0.54
    assert share.low is not None and share.high is not None and share.low < share.value < share.high
    assert ratio.value is not None and ratio.low is not None and ratio.high is not None
    assert 0.7 < ratio.value < 1.4 and ratio.low < 1 < ratio.high
    assert not found.decides


def test_a_copy_is_closer_to_training(make_sides: Callable[..., Sides], people: Callable) -> None:
    training = people(300, 1)
    found = attack(make_sides(training, people(300, 2), training))
    share = found.scores["dcr_share"].value
    assert share is not None and share > 0.95
    assert found.scores["nndr_ratio"].value == 0.0
    assert found.p_value is not None and found.p_value < 1e-6


def test_rows_as_close_to_both_count_by_halves(make_sides: Callable[..., Sides]) -> None:
    rng = np.random.default_rng(0)
    training, holdout = (pd.DataFrame({"a": rng.normal(size=40), "b": side}) for side in ("x", "y"))
    lost = pd.DataFrame({"a": [None] * 30, "b": ["z"] * 30})
    found = attack(make_sides(training, holdout, lost))
    # Nothing of the lost rows is known but that they are 1/2 to 1 from all numbers and have another label.
    assert found.scores["dcr_share"].value in (0.0, 0.5, 1.0)
    equal = attack(make_sides(training, holdout, pd.concat([training, holdout])))
    assert equal.scores["dcr_share"].value == 0.5


def test_curves_rise_and_leave_out_the_extremes(make_sides: Callable[..., Sides], people: Callable) -> None:
    training, synthetic = people(300, 1), people(200, 3)
    sides = make_sides(training, people(100, 2), synthetic)
    found = curves(sides)
    assert [(curve.of, curve.pair) for curve in found] == [
        (of, pair)
        for pair in ("synthetic to training", "synthetic to holdout", "training to holdout")
        for of in ("closest", "ratio")
    ]
    for curve in found:
        assert list(curve.distances) == sorted(curve.distances)
        assert curve.distances[0] >= 0 and curve.distances[-1] <= 1
    # At least five rows lie beyond either end.
    assert [len(curve.distances) for curve in found] == [39, 39, 39, 39, 19, 19]


def test_without_enough_rows_there_are_no_scores_and_no_curves(
    make_sides: Callable[..., Sides], people: Callable
) -> None:
    sides = make_sides(people(50, 1), people(3, 2), people(50, 3))
    found = attack(sides)
    assert {name: score.value for name, score in found.scores.items()} == {"dcr_share": None, "nndr_ratio": None}
    assert all("not run" in score.note for score in found.scores.values())
    assert curves(sides) == ()


def test_a_holdout_that_rows_equal_leaves_no_ratio(make_sides: Callable[..., Sides], people: Callable) -> None:
    holdout = people(60, 2)
    found = attack(make_sides(people(60, 1), holdout, holdout))
    assert found.scores["nndr_ratio"].value is None
    share = found.scores["dcr_share"].value
    assert share == pytest.approx(0.0, abs=0.05)


def test_with_groups_the_interval_is_that_of_groups(make_sides: Callable[..., Sides], people: Callable) -> None:
    def grouped(rows: int, seed: int) -> pd.DataFrame:
        # Rows of a group differ by next to nothing: 300 rows are worth 15.
        few = people(rows // 20, seed)
        each = few.loc[np.repeat(np.arange(len(few)), 20)].reset_index(drop=True)
        return each.assign(
            income=each["income"] + np.arange(rows) / 100, key=[f"{seed}-{row // 20}" for row in range(rows)]
        )

    sides = make_sides(grouped(400, 1), grouped(400, 2), grouped(300, 3), group_by="key")
    share = attack(sides).scores["dcr_share"]
    assert share.low is not None and share.high is not None
    assert share.high - share.low > 0.2
