import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.constraints import constraint_score
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def trips(rows: int, seed: int) -> pd.DataFrame:
    """Zones settle boroughs, trips end after they begin, fare and tip add up to the total."""
    rng = np.random.default_rng(seed)
    zone = rng.integers(0, 10, rows)
    start = rng.integers(0, 1_000, rows)
    fare, tip = rng.integers(5, 50, rows), rng.integers(0, 9, rows)
    return pd.DataFrame(
        {
            "zone": np.char.add("z", zone.astype(str)),
            "borough": np.char.add("b", (zone % 3).astype(str)),
            "begin": start,
            "end": start + rng.integers(0, 60, rows),
            "fare": fare * 100,
            "tip": tip * 100,
            "total": (fare + tip) * 100,
        }
    )


def score(training: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame, **keys: str) -> Score:
    schema = infer_schema(training, {name: "identifier" for name in keys.values()})
    read = (read_side(frame, schema, SEEDS, what="x", **keys) for frame in (training, holdout, synthetic))
    return constraint_score(Sides(*read, schema, None, SEEDS))


def shuffled(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    return pd.DataFrame({name: rng.permutation(table[name].to_numpy()) for name in table.columns})


def test_real_rows_obey_what_shuffled_columns_break() -> None:
    training, holdout, fresh = trips(400, 1), trips(200, 2), trips(400, 3)
    real, mixed = score(training, holdout, fresh), score(training, holdout, shuffled(fresh))
    assert real.value == real.reference == real.low == real.high == 1
    assert mixed.value == pytest.approx(mixed.floor, abs=0.05)
    assert mixed.value is not None and mixed.value < 0.7
    assert "1 where one column settles another" in real.note and "1 where columns add up" in real.note
    assert "obeyed least" not in real.note and "obeyed least: “fare” + “tip” = “total”" in mixed.note


def test_the_score_is_the_mean_share_of_rows_that_obey_a_rule() -> None:
    fake = trips(400, 3)
    fake.loc[:99, "borough"] = "b9"
    # One rule of those that were found is broken in a quarter of the rows.
    rules = int(score(trips(400, 1), trips(200, 2), fake).note.split(" rules")[0].split()[-1])
    assert score(trips(400, 1), trips(200, 2), fake).value == pytest.approx(1 - 0.25 / rules)


def test_a_rule_that_applies_to_no_row_counts_as_broken() -> None:
    lost = trips(400, 3).assign(zone=None)
    real, found = (score(trips(400, 1), trips(200, 2), table) for table in (trips(400, 3), lost))
    assert found.value is not None and real.value is not None and found.value < real.value - 0.1


def test_a_rule_that_the_holdout_breaks_was_chance() -> None:
    training = trips(400, 1)[["begin", "end"]]
    assert score(training, trips(200, 2)[["begin", "end"]], training).value == 1
    late = trips(200, 2)[["end", "begin"]].set_axis(["begin", "end"], axis=1)
    assert score(training, late, training).value is None


def test_what_the_ranges_of_columns_make_true_is_no_rule() -> None:
    frames = [
        pd.DataFrame(np.random.default_rng(k).random((200, 2)) + np.array([0, 5]), columns=["a", "b"]) for k in range(3)
    ]
    found = score(*frames)
    assert found == Score(value=None, note="no rule was found that all training rows and the holdout obey")


def test_groups_are_the_unit_of_the_interval() -> None:
    fake = trips(300, 3).assign(who=np.arange(300) // 10)
    fake.loc[:99, "borough"] = "b9"
    tables = [trips(300, seed).assign(who=np.arange(300) // 10) for seed in (1, 2)]
    rows, groups = (
        score(*[table.drop(columns="who") for table in (*tables, fake)]),
        score(*tables, fake, group_by="who"),
    )
    assert groups.value == pytest.approx(rows.value)
    width = [found.high - found.low for found in (rows, groups)]  # type: ignore[operator]
    assert width[1] > 2 * width[0]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("ruin", [None, "junk", np.inf, 1e308])
def test_garbage_obeys_nothing_and_does_not_fail(ruin: object) -> None:
    training = trips(300, 1)
    garbage = pd.DataFrame({name: pd.Series([ruin] * 50, dtype=object) for name in training.columns})
    found = score(training, trips(200, 2), garbage)
    # Where everything is one number, a beginning is at most an end.
    assert found.value is not None and found.value < 0.7
