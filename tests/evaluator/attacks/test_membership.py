from collections.abc import Callable

import pandas as pd
import pytest

from tabsynth.evaluator.attacks.membership import attack
from tabsynth.evaluator.sides import Sides


def test_of_a_copy_every_member_is_recognised(make_sides: Callable[..., Sides], people: Callable) -> None:
    training = people(400, 1)
    found = attack(make_sides(training, people(200, 2), training))
    tpr, auc = found.scores["mia_tpr_at_1fpr"], found.scores["mia_auc"]
    assert tpr.value is not None and tpr.value > 0.9 and tpr.reference == 0.01
    assert auc.value is not None and auc.value > 0.9 and auc.reference == 0.5
    assert found.p_value is not None and found.p_value < 1e-6
    assert found.effect is not None and found.effect > 0.9


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_of_fresh_and_shuffled_rows_nobody_is(
    make_sides: Callable[..., Sides], shuffle_columns: Callable, people: Callable, seed: int
) -> None:
    training, holdout = people(400, 1), people(200, 2)
    shuffled = shuffle_columns(training)
    for synthetic in (people(400, seed), shuffled):
        found = attack(make_sides(training, holdout, synthetic, random_state=seed))
        assert found.p_value is not None and found.p_value > 0.01
        auc = found.scores["mia_auc"]
        assert auc.value is not None and auc.low is not None and auc.high is not None
        assert 0.4 < auc.value < 0.6
        assert auc.low < auc.value < auc.high


def test_a_few_copies_are_found_at_few_false_alarms(make_sides: Callable[..., Sides], people: Callable) -> None:
    training = people(1_000, 1)
    found = attack(make_sides(training, people(500, 2), pd.concat([training.head(80), people(920, 3)])))
    assert found.p_value is not None and found.p_value < 0.01
    tpr = found.scores["mia_tpr_at_1fpr"]
    assert tpr.value is not None and 0.05 < tpr.value < 0.15


def test_parts_come_strongest_first_and_say_how_they_were_tested(
    make_sides: Callable[..., Sides], people: Callable
) -> None:
    found = attack(make_sides(people(300, 1), people(150, 2), people(300, 3)))
    p_values = [part.p_value for part in found.parts]
    assert p_values == sorted(p_values)
    assert found.p_value == pytest.approx(min(1.0, min(p_values) * len(p_values)))
    for part in found.parts:
        assert part.control is not None and part.control <= 0.01
        assert "AUC" in part.note


def test_whole_groups_are_recognised(make_sides: Callable[..., Sides], people: Callable) -> None:
    def grouped(rows: int, seed: int) -> pd.DataFrame:
        return people(rows, seed).assign(key=[f"{seed}-{row // 5}" for row in range(rows)])

    training, holdout = grouped(400, 1), grouped(200, 2)
    copied = attack(make_sides(training, holdout, training, group_by="key"))
    assert copied.parts[0].n == 120  # groups
    tpr = copied.scores["mia_tpr_at_1fpr"].value
    assert tpr is not None and tpr > 0.9
    fresh = attack(make_sides(training, holdout, grouped(400, 3), group_by="key"))
    assert fresh.p_value is not None and fresh.p_value > 0.01


def test_the_order_of_rows_and_columns_does_not_matter(make_sides: Callable[..., Sides], people: Callable) -> None:
    frames = people(200, 1), people(100, 2), people(150, 3)
    straight = attack(make_sides(*frames))
    assert attack(make_sides(*(frame.iloc[::-1] for frame in frames))) == straight


def test_too_few_rows_or_none_of_its_own_are_said_in_the_note(
    make_sides: Callable[..., Sides], people: Callable
) -> None:
    few = attack(make_sides(people(50, 1), people(8, 2), people(50, 3)))
    assert (few.effect, few.p_value) == (None, None)
    assert {score.value for score in few.scores.values()} == {None}
    common = pd.DataFrame({"a": ["x", "y"] * 60})
    found = attack(make_sides(common, common, common))
    assert (found.effect, found.p_value) == (0.0, 1.0)
    assert found.scores["mia_auc"].value is None
