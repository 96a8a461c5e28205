from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.evaluator.utility import Utility, utility
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

People = Callable[[int, int], pd.DataFrame]
SEEDS = Seeds(0)


def run(tables: list[pd.DataFrame], schema: Schema, target: str | None, **keys: str) -> Utility:
    read = (read_side(table, schema, SEEDS, what="x", **keys) for table in tables)
    return utility(Sides(*read, schema, target, SEEDS))


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: rng.permutation(table[name].to_numpy()) for name in table.columns})


@pytest.mark.parametrize(("target", "metric"), [("bought", "ROC AUC"), ("region", "macro F1"), ("income", "R2")])
def test_training_rows_as_synthetic_rows_score_exactly_the_same(
    people: People, schema: Schema, target: str, metric: str
) -> None:
    training = people(300, 1)
    found = run([training, people(200, 2), training.sample(frac=1, random_state=0)], schema, target)
    assert found.metric == metric
    assert (found.tstr.value, found.tstr.low, found.tstr.high) == (found.trtr.value, found.trtr.low, found.trtr.high)
    assert found.ratio.value == found.ratio.low == found.ratio.high == 1.0


@pytest.mark.parametrize("target", ["bought", "region", "income"])
def test_fresh_rows_teach_as_much_and_shuffled_columns_next_to_nothing(
    people: People, schema: Schema, target: str
) -> None:
    training, holdout, fresh = people(400, 1), people(300, 2), people(400, 3)
    good, bad = (run([training, holdout, table], schema, target) for table in (fresh, shuffled(fresh)))
    assert good.ratio.value == pytest.approx(1, abs=0.15)
    assert bad.ratio.value is not None and bad.ratio.value <= 0.2
    assert good.floor is not None and (good.trtr.value or 0) > good.floor + 0.2


def test_a_target_that_nothing_predicts_has_no_ratio_but_the_reason(people: People, schema: Schema) -> None:
    found = run([people(300, 1), people(300, 2), people(300, 3)], schema, "score")
    assert found.trtr.value is not None and found.ratio.value is None
    assert "learns too little beyond chance" in found.ratio.note


def reviews(rows: int, seed: int) -> pd.DataFrame:
    """Texts alone tell the mark; all are equally long."""
    rng = np.random.default_rng(seed)
    good = rng.random(rows) < 0.5
    words = np.where(good[:, None], ["warm", "soft", "lovely"], ["cold", "thin", "awful"])
    filler = rng.choice(["shirt", "dress", "shoes", "today", "again", "colour"], (rows, 6))
    texts = [" ".join([*rng.choice(mine, 2), *rest]) for mine, rest in zip(words, filler, strict=True)]
    return pd.DataFrame({"review": texts, "mark": np.where(good, "good", "bad")})


def test_texts_are_read_and_not_only_measured() -> None:
    tables = [reviews(300, seed) for seed in (1, 2, 3)]
    schema = infer_schema(tables[0], {"review": "text"})
    found = run(tables, schema, "mark")
    assert (found.trtr.value or 0) > 0.95 and (found.ratio.value or 0) > 0.9
    assert (run([*tables[:2], shuffled(tables[2])], schema, "mark").ratio.value or 1) <= 0.2


def test_classes_that_synthetic_rows_lack_score_0_and_are_no_error(people: People, schema: Schema) -> None:
    lacking = people(400, 3)
    found = run([people(400, 1), people(300, 2), lacking[lacking["region"] != "south"]], schema, "region")
    assert 0.3 < (found.tstr.value or 0) < 0.75 < (found.trtr.value or 0)
    assert "balanced accuracy" in found.tstr.note


def test_notes_hold_no_cell_of_the_table(people: People, schema: Schema) -> None:
    found = run([people(300, 1), people(200, 2), people(300, 3)], schema, "city")
    for note in (found.tstr.note, found.trtr.note, found.ratio.note):
        assert not any(label in note for label in ("north", "south", "east"))


def test_with_groups_the_interval_is_over_groups(people: People) -> None:
    # One row of each person, or the same row ten times: as many groups say as much, however long they are.
    once = [people(80, seed).assign(who=np.arange(80)) for seed in (1, 2, 3)]
    tenfold = pd.concat([once[1]] * 10, ignore_index=True)
    schema = infer_schema(once[0], {"who": "identifier"})
    single, repeated = (run([once[0], test, once[2]], schema, "bought", group_by="who") for test in (once[1], tenfold))
    width = [found.tstr.high - found.tstr.low for found in (single, repeated)]  # type: ignore[operator]
    assert width[1] == pytest.approx(width[0], rel=0.35)


def test_without_a_target_the_reason_is_given(people: People, schema: Schema) -> None:
    found = run([people(60, 1), people(60, 2), people(60, 3)], schema, None)
    assert found.tstr.value is None and found.tstr.note == "no target column was named"


def test_a_lost_target_scores_nothing_and_does_not_fail(people: People, schema: Schema) -> None:
    lost = people(100, 3).assign(bought=None)
    found = run([people(100, 1), people(100, 2), lost], schema, "bought")
    assert found.tstr.value is None and "no target" in found.tstr.note
    assert found.ratio.value is None


def test_a_small_or_constant_holdout_and_a_table_of_one_column_have_the_reason(people: People, schema: Schema) -> None:
    few = run([people(60, 1), people(9, 2), people(60, 3)], schema, "bought")
    assert few.tstr.note == "the holdout has 9 rows with a target, 25 are needed"
    same = run([people(60, 1), people(60, 2).assign(bought=True), people(60, 3)], schema, "bought")
    assert same.tstr.note == "the target never varies in the holdout"
    alone = [people(60, seed)[["bought"]] for seed in (1, 2, 3)]
    assert "no column to predict" in run(alone, infer_schema(alone[0]), "bought").tstr.note


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("ruin", [["junk"] * 60, [np.inf] * 60, [1e308, -1e308] * 30, [5] * 60])
def test_no_column_is_bad_enough_to_fail(people: People, schema: Schema, ruin: list[object]) -> None:
    for target in ("income", "bought"):
        ruined = people(60, 3).assign(income=ruin)
        found = run([people(60, 1), people(60, 2), ruined], schema, target)
        assert found.ratio.value is None or found.ratio.value < 1
