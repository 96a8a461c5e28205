from collections.abc import Callable

import numpy as np
import pandas as pd

from tabsynth.evaluator.attacks.nearness import measure, row_limit, shortage
from tabsynth.evaluator.sides import Sides


def test_the_nearest_real_row_is_the_nearest_of_both_sides(make_sides: Callable[..., Sides], people: Callable) -> None:
    for training, holdout in ((120, 50), (50, 120)):
        near = measure(make_sides(people(training, 1), people(holdout, 2), people(60, 3)))
        assert near.matched == 50 == len(near.training) == len(near.holdout)
        found = near.synthetic_to_real
        both = np.minimum(near.synthetic_to_training.distance[:, 0], near.synthetic_to_holdout.distance[:, 0])
        assert (found.distance[:, 0] <= both).all()
        assert (found.distance[:, 0] < both).any()  # rows beyond the matched ones count as well
        back = near.real_to_synthetic
        assert found.distance.min() == back.distance.min()
        assert found.place.max() < 170


def test_a_copy_is_at_no_distance_from_its_row(make_sides: Callable[..., Sides], people: Callable) -> None:
    near = measure(make_sides(people(80, 1), people(40, 2), people(80, 1)))
    assert (near.real_to_synthetic.distance[:80, 0] == 0).all()
    assert (near.real_to_synthetic.distance[80:, 0] > 0).all()


def test_wide_tables_are_measured_on_fewer_rows() -> None:
    assert (row_limit(0), row_limit(50), row_limit(200), row_limit(2_000), row_limit(10**6)) == (
        4000,
        4000,
        2000,
        632,
        300,
    )


def test_it_knows_which_share_of_training_was_drawn(make_sides: Callable[..., Sides]) -> None:
    rng = np.random.default_rng(0)
    many, few = (pd.DataFrame({"a": rng.random(rows)}) for rows in (8_000, 60))
    near = measure(make_sides(many, few, few))
    assert len(near.targets.training) == 4_000
    assert near.drawn_share == 0.5


def test_it_says_why_attacks_cannot_be_run(make_sides: Callable[..., Sides], people: Callable) -> None:
    few = make_sides(people(80, 1), people(5, 2), people(80, 3))
    lacking = shortage(few, measure(few), 10)
    assert lacking is not None and lacking.p_value is None
    assert lacking.note == "not run: fewer than 10 rows that occur once on a side"
    enough = make_sides(people(80, 1), people(20, 2), people(80, 3))
    assert shortage(enough, measure(enough), 10) is None


def test_where_no_row_is_alone_there_is_no_one_to_attack(make_sides: Callable[..., Sides]) -> None:
    common = pd.DataFrame({"a": ["x", "y"] * 50})
    sides = make_sides(common, common, common)
    lacking = shortage(sides, measure(sides), 10)
    assert lacking is not None and (lacking.effect, lacking.p_value) == (0.0, 1.0)
