from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tabsynth.evaluator.attacks.nearness import measure
from tabsynth.evaluator.attacks.suspicion import suspicions
from tabsynth.evaluator.sides import Sides


def test_it_does_not_know_who_was_in_training(make_sides: Callable[..., Sides], people: Callable) -> None:
    sides = make_sides(people(200, 1), people(120, 2), people(150, 3))
    swapped = replace(sides, training=sides.holdout, holdout=sides.training)
    straight, turned = (suspicions(each, measure(each)) for each in (sides, swapped))
    first, second = len(sides.training.table.columns[0].missing), 120
    assert first == 200
    for name, scores in straight.items():
        np.testing.assert_allclose(scores, np.roll(turned[name], -second), atol=1e-6, err_msg=name)


def test_copied_rows_are_the_most_suspicious_in_every_way(make_sides: Callable[..., Sides], people: Callable) -> None:
    training = people(200, 1)
    sides = make_sides(training, people(200, 2), training)
    near = measure(sides)
    found = suspicions(sides, near)
    assert set(found) == {
        "distance",
        "distance against other real rows",
        "synthetic rows among the nearest",
        "edits between rows as strings",
        "distance, most isolated rows",
        "density ratio",
    }
    for name, scores in found.items():
        members, others = scores[near.targets.is_member], scores[~near.targets.is_member]
        assert np.nanmedian(members) > np.nanmedian(others), name
    assert found["distance"][near.targets.is_member].min() == 0.0
    assert found["distance"][~near.targets.is_member].max() < 0.0


def test_one_row_in_twenty_is_isolated(make_sides: Callable[..., Sides], people: Callable) -> None:
    sides = make_sides(people(300, 1), people(100, 2), people(100, 3))
    found = suspicions(sides, measure(sides))
    kept = np.isfinite(found["distance, most isolated rows"])
    assert 15 <= kept.sum() <= 20
