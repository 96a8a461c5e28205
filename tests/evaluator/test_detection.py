from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.detection import Detection, detect, detection_scores
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

People = Callable[[int, int], pd.DataFrame]
SEEDS = Seeds(0)


def sides(frames: list[pd.DataFrame], schema: Schema, **keys: str) -> Sides:
    return Sides(*(read_side(frame, schema, SEEDS, what="x", **keys) for frame in frames), schema, None, SEEDS)


def scores(frames: list[pd.DataFrame], schema: Schema, **keys: str) -> dict[str, Score]:
    return detection_scores(sides(frames, schema, **keys))[0]


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: rng.permutation(table[name].to_numpy()) for name in table.columns})


def visits(patients: int, seed: int, first: int = 0) -> pd.DataFrame:
    """Eight visits of each patient, who differ much more from each other than their visits do."""
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.normal(size=(patients, 3)), 8, axis=0)
    rows = len(level)
    table = pd.DataFrame(np.round(level + rng.normal(0, 0.05, (rows, 3)), 3), columns=["a", "b", "c"])
    return table.assign(who=np.repeat(np.arange(first, first + patients), 8), day=np.tile(np.arange(8), patients))


def visit_schema() -> Schema:
    return infer_schema(visits(40, 0), {"who": "identifier"})


def test_fresh_rows_look_real_shuffled_columns_do_not_and_a_copy_is_worse_than_guessing(
    people: People, schema: Schema
) -> None:
    training, holdout = people(300, 1), people(250, 2)
    fresh, mixed, copy = (
        scores([training, holdout, synthetic], schema)
        for synthetic in (people(300, 3), shuffled(people(300, 3)), training.sample(frac=1, random_state=0))
    )
    for name in ("c2st_auc", "c2st_coarse_auc"):
        assert 0.43 < (fresh[name].value or 0) < 0.57
        assert (mixed[name].value or 0) > 0.8
        assert (copy[name].value or 1) < 0.2
        assert (copy[name].high or 1) < 0.2
        assert abs((copy[name].reference or 0) - 0.5) < 0.07 and (copy[name].floor or 0) > 0.8
        low, value, high = (getattr(fresh[name], end) for end in ("low", "value", "high"))
        assert low < value < high and fresh[name].n == 600


def test_where_nothing_can_be_told_apart_the_area_is_one_half_on_average(schema: Schema) -> None:
    # Few distinct rows, so that many have a twin on the other side.
    found = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        pair = [pd.DataFrame(rng.integers(0, 4, (120, 3)), columns=list("abc")) for _ in range(2)]
        read = [read_side(frame, infer_schema(pair[0]), SEEDS, what="x").table for frame in pair]
        found.append(detect(*read, seeds=Seeds(seed)).auc.value or 0)
    assert abs(np.mean(found) - 0.5) < 3 * np.std(found) / np.sqrt(len(found))
    assert abs(np.mean(found) - 0.5) < 0.03


def test_numbers_with_too_many_digits_are_told_apart_but_for_coarse_values(people: People) -> None:
    tables = [people(250, seed).assign(income=np.arange(250) % 5) for seed in (1, 2, 3)]
    tables[2]["income"] += np.random.default_rng(0).uniform(0.001, 0.004, 250)
    found = scores(tables, infer_schema(tables[0]))
    assert (found["c2st_auc"].value or 0) > 0.9
    assert (found["c2st_coarse_auc"].value or 1) < 0.6
    assert "bins" in found["c2st_coarse_auc"].note


def test_a_ruined_column_is_named_first(people: People, schema: Schema) -> None:
    tables = [people(100, 1), people(100, 3).assign(score=7.0)]
    found = detect(*(read_side(table, schema, SEEDS, what="x").table for table in tables), seeds=SEEDS, explain=True)
    assert found.importances[0][0] == "score"
    assert len(found.importances) <= 5 and all(drop > 0 for _, drop in found.importances)


def test_patients_are_no_reason_to_tell_their_visits_apart() -> None:
    tables = [visits(30, seed, 100 * seed) for seed in (1, 2, 3)]
    schema = visit_schema()
    rows = scores([table.drop(columns="who") for table in tables], infer_schema(tables[0].drop(columns="who")))
    groups = scores(tables, schema, group_by="who", order_by="day")
    # Whoever has seen a visit of a patient knows the side of the others.
    assert (rows["c2st_auc"].value or 0) > 0.9
    assert abs((groups["c2st_auc"].value or 0) - 0.5) < 0.2
    assert "no group is cut" in groups["c2st_auc"].note
    assert groups["c2st_auc"].high - groups["c2st_auc"].low > 0.1  # type: ignore[operator]


def test_a_copy_with_new_keys_is_a_copy() -> None:
    training = visits(40, 1)
    renamed = training.assign(who=training["who"] + 1_000)
    keys = {"group_by": "who", "order_by": "day"}
    pair = [read_side(table, visit_schema(), SEEDS, what="x", **keys) for table in (training, renamed)]
    groups = pair[0].groups, pair[1].groups
    assert groups[0] is not None and groups[1] is not None
    found = detect(pair[0].table, pair[1].table, seeds=SEEDS, groups=groups)
    assert (found.auc.value or 1) < 0.2


def test_too_few_groups_or_rows_have_the_reason_instead() -> None:
    few = scores([visits(4, 1), visits(9, 2), visits(9, 3)], visit_schema(), group_by="who", order_by="day")
    assert few["c2st_auc"] == Score(value=None, note="needs 5 groups a side, as no fold may cut a group; there are 4")
    short = scores([visits(2, 1).drop(columns="who")] * 3, infer_schema(visits(9, 1).drop(columns="who")))
    assert {score.note for score in short.values()} == {"needs 25 rows a side, there are 16"}


def test_of_very_many_columns_a_sample_takes_part() -> None:
    rng = np.random.default_rng(0)
    frames = [pd.DataFrame(rng.integers(0, 9, (30, 210))).add_prefix("c") for _ in range(2)]
    schema = infer_schema(frames[0])
    found = detect(*(read_side(frame, schema, SEEDS, what="x").table for frame in frames), seeds=SEEDS).auc
    assert found.value is not None and "200 of the features, drawn at random" in found.note


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("ruin", [[None] * 60, ["junk"] * 60, [np.inf] * 60, [1e308, -1e308] * 30])
def test_no_column_is_bad_enough_to_fail(people: People, schema: Schema, ruin: list[object]) -> None:
    ruined = people(60, 3).assign(income=ruin, score=ruin)
    read = (read_side(frame, schema, SEEDS, what="x").table for frame in (people(60, 1), ruined))
    found: Detection = detect(*read, seeds=SEEDS)
    assert found.auc.value is not None and found.auc.value > 0.9


def test_the_order_of_rows_and_columns_is_the_same_to_it(people: People, schema: Schema) -> None:
    tables = [people(80, 1), people(80, 3)]
    turned = [table.sample(frac=1, random_state=3) for table in tables]
    read, again = ([read_side(table, schema, SEEDS, what="x").table for table in pair] for pair in (tables, turned))
    backwards = [type(table)(table.columns[::-1], table.num_rows) for table in read]
    first, *others = (detect(*pair, seeds=SEEDS, explain=True) for pair in (read, again, backwards))
    assert others == [first, first]
