from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.fidelity import ALPHAS, Space, fidelity_scores
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
People = Callable[[int, int], pd.DataFrame]


@pytest.fixture
def scored(people: People, schema: Schema) -> Callable[..., tuple[float, float]]:
    """Both scores of a synthetic table of made-up people."""

    def score(synthetic: pd.DataFrame) -> tuple[float, float]:
        every = [read_side(frame, schema, SEEDS, what="x") for frame in (people(400, 1), people(400, 2), synthetic)]
        found = fidelity_scores(Sides(*every, schema, None, SEEDS))
        precision, recall = found["alpha_precision"].value, found["beta_recall"].value
        assert precision is not None and recall is not None
        return precision, recall

    return score


def test_a_copy_is_perfect_and_fresh_rows_reach_half_of_the_recall(
    people: People, scored: Callable[..., tuple[float, float]]
) -> None:
    assert scored(people(400, 1)) == pytest.approx((1, 1), abs=0.01)
    precision, recall = scored(people(400, 3))
    assert precision > 0.9 and 0.4 < recall < 0.6


def test_one_repeated_row_covers_nothing(people: People, scored: Callable[..., tuple[float, float]]) -> None:
    precision, recall = scored(people(400, 3).iloc[[0] * 400].reset_index(drop=True))
    assert precision < 0.6 and recall < 0.05


def test_nothing_at_all_is_not_precise(people: People, scored: Callable[..., tuple[float, float]]) -> None:
    precision, recall = scored(pd.DataFrame(None, index=range(400), columns=people(1, 1).columns, dtype=object))
    assert precision < 0.1 and recall < 0.05


def test_curves_are_as_solved_by_hand() -> None:
    # All other points lie where the real centre is: the share within every radius is 1, so the curve stays 1.
    real = np.array([[-3.0], [-1.0], [1.0], [3.0]])
    precision, recall = Space(real, np.zeros((4, 1))).fidelity()
    assert precision == pytest.approx(1 - np.abs(ALPHAS - 1).sum() / ALPHAS.sum())
    # Real points at 1 have the other at distance 1 and their nearest real one at 2, those at 3 at 3 and at 2.
    assert recall == pytest.approx(1 - np.abs(ALPHAS - 0.5).sum() / ALPHAS.sum())


def test_points_far_away_are_neither_precise_nor_near() -> None:
    line = np.arange(50.0)[:, None]
    assert Space(line, line + 1e4).fidelity() == pytest.approx((0, 0))


def test_a_duplicate_is_as_near_as_its_original() -> None:
    # Every real row occurs twice, so a row is covered only by its copy.
    rng = np.random.default_rng(0)
    real = np.repeat(rng.random((40, 3)) * 1e3, 2, axis=0)
    assert Space(real, real[::-1]).fidelity()[1] == pytest.approx(1, abs=0.02)
    assert Space(real, real + 0.01).fidelity()[1] == 0.0


def test_rows_of_the_same_group_are_no_measure_of_nearness() -> None:
    # Two visits lie side by side, patients 10 apart. Other rows 1 away are near for a patient, not for a visit.
    real = np.repeat(np.arange(30.0) * 10, 2)[:, None] + np.tile([0.0, 0.1], 30)[:, None]
    groups = Groups(np.repeat(np.arange(30), 2), np.arange(60.0))
    assert Space(real, real + 1).fidelity()[1] == 0.0
    assert Space(real, real + 1, groups).fidelity()[1] > 0.9


def test_scores_have_interval_ceiling_and_floor(people: People, schema: Schema) -> None:
    every = [read_side(people(300, seed), schema, SEEDS, what="x") for seed in (1, 2, 3)]
    found = fidelity_scores(Sides(*every, schema, None, SEEDS))
    for name in ("alpha_precision", "beta_recall"):
        score = found[name]
        assert score.value is not None and score.low is not None and score.high is not None
        assert score.low < score.value < score.high and score.high - score.low < 0.3
        assert score.reference == pytest.approx(score.value, abs=0.12) and score.n == 300
    assert (found["beta_recall"].floor or 1) < (found["beta_recall"].reference or 0) - 0.1


def test_few_rows_and_no_values_have_a_reason(people: People, schema: Schema) -> None:
    few = [read_side(people(rows, 1), schema, SEEDS, what="x") for rows in (100, 100, 20)]
    found = fidelity_scores(Sides(*few, schema, None, SEEDS))
    assert {score.note for score in found.values()} == {"needs 25 rows a side"}
    empty = pd.DataFrame({"a": [None] * 60}, dtype=object)
    none = infer_schema(pd.DataFrame({"a": [1.5, 2.5] * 30}))
    every = [read_side(empty, none, SEEDS, what="x") for _ in range(3)]
    found = fidelity_scores(Sides(*every, none, None, SEEDS))
    assert {score.note for score in found.values()} == {"training rows do not differ"}


def test_texts_new_labels_and_huge_numbers_are_points_as_well() -> None:
    rng = np.random.default_rng(0)

    def table(label: str, scale: float) -> pd.DataFrame:
        texts = [" ".join(["word"] * int(size)) + "." for size in rng.integers(1, 30, 60)]
        return pd.DataFrame({"t": texts, "c": [label, "b", "c"] * 20, "n": rng.uniform(-1, 1, 60) * scale})

    training = table("a", 1e308)
    schema = infer_schema(training, types={"t": "text"})
    frames = (training, table("a", 1e308), table("new", 1.0))
    found = fidelity_scores(Sides(*(read_side(f, schema, SEEDS, what="x") for f in frames), schema, None, SEEDS))
    assert all(score.value is not None and 0 <= score.value <= 1 for score in found.values())


def test_neither_rows_nor_columns_have_an_order(people: People, schema: Schema) -> None:
    other = Schema(columns=schema.columns[::-1])
    found = []
    for one, step in ((schema, 1), (other, -1)):
        tables = [people(120, seed).iloc[::step].reset_index(drop=True) for seed in (1, 2, 3)]
        every = [read_side(table, one, SEEDS, what="x") for table in tables]
        found.append(fidelity_scores(Sides(*every, one, None, SEEDS)))
    for name in found[0]:
        for what in ("value", "reference"):
            assert getattr(found[0][name], what) == pytest.approx(getattr(found[1][name], what), abs=1e-9)
