import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.drawing import SequenceResult
from tabsynth.evaluator.score import Score
from tabsynth.evaluator.sequences import NAMES, sequence_scores
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)


def visits(patients: int, seed: int, shortest: int = 4) -> pd.DataFrame:
    """Visits of patients: the sex stays, the state lingers, the blood value remembers, days go on."""
    rng = np.random.default_rng(seed)
    parts = []
    for patient in range(patients):
        rows = int(rng.integers(shortest, 13))
        stays = rng.random(rows) < 0.8
        state, blood = rng.integers(0, 3, rows), rng.normal(size=rows)
        for row in range(1, rows):
            state[row] = state[row - 1] if stays[row] else state[row]
            blood[row] = 0.8 * blood[row - 1] + 0.6 * blood[row]
        parts.append(
            pd.DataFrame(
                {
                    "who": f"{seed}-{patient}",
                    "sex": rng.choice(["f", "m"]),
                    "state": np.array(["well", "ill", "worse"])[state],
                    "blood": blood.round(3),
                    "day": np.cumsum(rng.integers(1, 30, rows)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


SCHEMA = infer_schema(visits(30, 0), {"who": "identifier"})


def run(*frames: pd.DataFrame, by: str | None = "who") -> tuple[dict[str, Score], SequenceResult | None]:
    keys = {"group_by": by, "order_by": "day" if by else None}
    read = (read_side(frame, SCHEMA, SEEDS, what="x", **keys) for frame in frames)
    return sequence_scores(Sides(*read, SCHEMA, None, SEEDS))


def dealt(table: pd.DataFrame) -> pd.DataFrame:
    """The same rows, dealt anew to the patients."""
    return table.assign(who=np.random.default_rng(5).permutation(table["who"].to_numpy()))


def test_fresh_groups_score_like_the_holdout_and_dealt_rows_like_the_floor() -> None:
    training, holdout, fresh = (visits(120, seed) for seed in (1, 2, 3))
    good, _ = run(training, holdout, fresh)
    bad, result = run(training, holdout, dealt(fresh))
    assert set(good) == set(NAMES)
    for score in good.values():
        assert score.value == pytest.approx(score.reference, abs=0.15)
        assert score.low is not None and score.high is not None and score.low <= (score.value or 0) <= score.high
    for name in ("transition", "autocorrelation"):
        value, floor, reference = bad[name].value, bad[name].floor, bad[name].reference
        assert value is not None and floor is not None and reference is not None
        assert value == pytest.approx(floor, abs=0.15)
        assert value < reference - 0.2
    assert result is not None
    constant = next(measure for measure in result.measures if measure.name.startswith("Groups in which"))
    assert constant.training == constant.holdout == 1 and (constant.synthetic or 1) < 0.5


def test_a_copy_with_new_keys_scores_1() -> None:
    training = visits(80, 1)
    scores, result = run(training, visits(80, 2), training.assign(who="n" + training["who"]))
    assert scores["sequence_length"].value == pytest.approx(1)
    assert scores["transition"].value == pytest.approx(1)
    assert scores["autocorrelation"].value == 1
    assert result is not None and result.groups == (80, 80, 80)
    assert result.lengths is not None and result.lengths.training[1:-1] != ()


def test_short_groups_are_seen_in_their_length() -> None:
    short = visits(80, 3).groupby("who").head(3)
    scores, _ = run(visits(80, 1), visits(80, 2), short)
    assert (scores["sequence_length"].value or 0) < 0.2 < (scores["sequence_length"].floor or 0)


def test_a_small_holdout_is_matched_in_number_of_groups() -> None:
    scores, _ = run(visits(100, 1), visits(20, 2), visits(100, 3))
    for score in scores.values():
        assert "in blocks of 20 groups" in score.note
        assert score.value == pytest.approx(score.reference, abs=0.25)


def test_without_groups_there_are_no_scores_but_the_reason() -> None:
    scores, result = run(*(visits(20, seed) for seed in (1, 2, 3)), by=None)
    assert scores == dict.fromkeys(NAMES, Score(value=None, note="no group_by was named"))
    assert result is None


def test_a_handful_of_groups_has_no_interval() -> None:
    scores, _ = run(visits(4, 1), visits(3, 2), visits(5, 3))
    for score in scores.values():
        assert score.low is score.high is None
        assert score.value is None or "an interval needs 10 groups" in score.note


def test_neither_rows_nor_columns_in_another_order_change_it() -> None:
    tables = [visits(30, seed) for seed in (1, 2, 3)]
    first, second = run(*tables), run(*(table.sample(frac=1, random_state=0) for table in tables))
    assert first == second


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("ruin", [None, "junk", float("inf"), 1e308])
def test_garbage_is_never_perfect_and_never_fails(ruin: object) -> None:
    fake = visits(40, 3)
    fake = fake.assign(
        **{name: pd.Series([ruin] * len(fake), dtype=object) for name in ("sex", "state", "blood", "day")}
    )
    scores, _ = run(visits(40, 1), visits(40, 2), fake)
    assert scores["transition"].value is not None and scores["transition"].value < 0.5
    assert scores["autocorrelation"].value is not None and scores["autocorrelation"].value < 0.5


@pytest.mark.filterwarnings("error")
def test_groups_of_one_row_or_without_a_key_do_not_fail() -> None:
    single = visits(40, 3).groupby("who").head(1)
    for tables in ((visits(20, 1), visits(20, 2), single), (single, single, visits(20, 1)), (single,) * 3):
        scores, _ = run(*tables)
        assert all(score.note for score in scores.values())
    nameless = visits(20, 3).assign(who=None)
    assert (run(visits(20, 1), visits(20, 2), nameless)[0]["sequence_length"].value or 0) < 0.2
