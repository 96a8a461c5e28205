"""Canaries in the table and in the model's memory."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.attack import Attack, AttackPart
from tabsynth.evaluator.attacks.canaries import PlantedCanaries, attack
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
REPETITIONS = np.array([1, 4, 1, 16] * 5)


def rows(size: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "city": rng.choice([f"city {at}" for at in range(12)], size),
            "street": rng.choice([f"street {at}" for at in range(40)], size),
            "age": rng.integers(18, 90, size),
            "income": np.round(rng.lognormal(8, 1, size), 2),
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, size), unit="D"),
            "score": np.where(rng.random(size) < 0.2, np.nan, rng.normal(size=size)),
        }
    )


@pytest.fixture
def table_schema() -> Schema:
    return infer_schema(rows(600, 9))


def planted(frame: pd.DataFrame | None = None, losses: np.ndarray | None = None) -> PlantedCanaries:
    frame = rows(20 + 1_024, 1) if frame is None else frame
    return PlantedCanaries(frame, REPETITIONS, np.full(len(frame), np.nan) if losses is None else losses)


def part(found: Attack, name: str) -> AttackPart:
    return next(part for part in found.parts if part.name == name)


def run(canaries: PlantedCanaries | None, synthetic: pd.DataFrame, schema: Schema) -> Attack:
    return attack(canaries, synthetic, schema, SEEDS)


def test_canaries_that_come_out_are_found(table_schema: Schema) -> None:
    canaries = planted()
    synthetic = pd.concat([rows(500, 2), canaries.frame.head(20)], ignore_index=True)
    found = run(canaries, synthetic, table_schema)
    for times in ("once", "4 times", "16 times"):
        sought = part(found, f"in the table, planted {times}")
        assert (sought.value, sought.control) == (1.0, 0.0)
        assert sought.p_value is not None and sought.p_value < 1e-9
    assert found.decides
    assert (found.effect, found.p_value) == (1.0, part(found, "in the table, planted once").p_value)


def test_only_what_was_planted_once_decides(table_schema: Schema) -> None:
    canaries = planted()
    often = canaries.frame.head(20)[REPETITIONS > 1]
    found = run(canaries, pd.concat([rows(500, 2), often]), table_schema)
    assert part(found, "in the table, planted 16 times").value == 1.0
    assert (found.effect, found.p_value) == (0.0, 1.0)


def test_a_canary_may_differ_in_one_column_but_not_in_two(table_schema: Schema) -> None:
    canaries = planted()
    one, two = canaries.frame.head(10).copy(), canaries.frame.iloc[10:20].copy()
    one["city"] = two["city"] = "nowhere"
    two["street"] = "no street"
    found = run(canaries, pd.concat([rows(500, 2), one, two]), table_schema)
    assert part(found, "in the table, planted once").value == 0.5
    assert part(found, "in the table, planted once").n == 10


def test_a_number_nearby_is_the_same_a_number_far_off_is_not(table_schema: Schema) -> None:
    canaries = planted()
    near, far = canaries.frame.head(20).copy(), canaries.frame.head(20).copy()
    near["income"] *= 1.0001
    far["income"] *= 3
    far["city"] = near["city"] = "nowhere"  # the one column that may differ
    assert part(run(canaries, near, table_schema), "in the table, planted once").value == 1.0
    assert part(run(canaries, far, table_schema), "in the table, planted once").value == 0.0


def test_a_narrow_table_in_which_nearly_all_rows_occur_finds_no_canary() -> None:
    def narrow(size: int, seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        return pd.DataFrame(
            {"a": rng.integers(0, 30, size), "b": rng.integers(0, 60, size), "c": rng.integers(0, 4, size)}
        )

    found = run(planted(narrow(1_044, 1)), narrow(800, 2), infer_schema(narrow(600, 3)))
    assert found.p_value is not None and found.p_value > 0.05
    copied = run(planted(narrow(1_044, 1)), narrow(1_044, 1).head(20), infer_schema(narrow(600, 3)))
    assert copied.effect is not None and copied.effect > 0.9


def test_exposure_is_the_rank_among_all_that_could_have_been_planted(table_schema: Schema) -> None:
    losses = np.full(1_044, np.nan)
    losses[20:1_043] = np.arange(1_023)  # controls; one has no loss, so each canary is one of 1,024
    losses[:20] = np.where(REPETITIONS == 16, -1.0, np.where(REPETITIONS == 4, 510.5, 5_000.0))
    found = run(planted(losses=losses), rows(300, 2), table_schema)
    assert part(found, "exposure, planted 16 times").value == 10.0  # rank 1
    assert part(found, "exposure, planted 4 times").value == 1.0  # rank 512
    assert part(found, "exposure, planted once").value == 0.0  # rank 1,024
    expected = part(found, "exposure, planted once").control
    assert expected == pytest.approx(1.44, abs=0.01)
    p_values = [part(found, f"exposure, planted {times}").p_value for times in ("16 times", "4 times", "once")]
    assert p_values[0] is not None and p_values[0] < 1e-3
    assert p_values[1] == pytest.approx(0.5, abs=0.01)
    assert p_values[2] == pytest.approx(1.0, abs=1e-3)


def test_equal_losses_share_the_middle_rank(table_schema: Schema) -> None:
    found = run(planted(losses=np.ones(1_044)), rows(300, 2), table_schema)
    exposure = part(found, "exposure, planted once")
    assert exposure.value == pytest.approx(1.0, abs=0.01)
    assert exposure.p_value is not None and exposure.p_value > 0.4


def test_under_the_null_p_values_are_honest(table_schema: Schema) -> None:
    rng = np.random.default_rng(0)
    frame, synthetic = rows(1_044, 1), rows(200, 2)
    p_values: dict[str, list[float]] = {}
    for _ in range(60):
        order = rng.permutation(1_044)
        # Some rows are in the table by chance, planted or not.
        lucky = frame.iloc[rng.permutation(1_044)[:100]]
        canaries = planted(frame.iloc[order], losses=rng.normal(size=1_044))
        for found in run(canaries, pd.concat([synthetic, lucky]), table_schema).parts:
            p_values.setdefault(found.name, []).append(found.p_value if found.p_value is not None else 0.0)
    for values in p_values.values():
        assert (np.array(values) <= 0.05).mean() <= 0.11


def test_without_the_model_the_table_is_searched_all_the_same(table_schema: Schema) -> None:
    found = run(planted(), rows(300, 2), table_schema)
    assert part(found, "in the table, planted once").value == 0.0
    assert part(found, "exposure, planted once").value is None
    assert part(found, "exposure, planted once").note == "not run: the model is not at hand"


def test_without_canaries_nothing_is_run(table_schema: Schema) -> None:
    found = run(None, rows(300, 2), table_schema)
    assert (found.effect, found.p_value, found.parts) == (None, None, ())
    assert "no canaries were planted" in found.note


@pytest.mark.parametrize(
    "synthetic",
    [
        rows(1, 2),
        rows(300, 2)[["age"]],
        rows(300, 2).rename(columns={"city": 7}),
        rows(300, 2).assign(age="junk", joined=5, city=None, score=np.inf, income=[[]] * 300),
        pd.concat([rows(1, 2)] * 50),
        rows(0, 2),
    ],
)
def test_whatever_the_table_holds_nothing_is_found_in_it(synthetic: pd.DataFrame, table_schema: Schema) -> None:
    found = run(planted(), synthetic, table_schema)
    assert part(found, "in the table, planted once").value == 0.0
    assert found.p_value == 1.0


def test_identifiers_do_not_count(table_schema: Schema) -> None:
    frame = rows(600, 9).assign(person=[f"P{at:06}" for at in range(600)])
    with_key = infer_schema(frame)
    assert with_key["person"].kind == "identifier"
    canaries = planted()
    synthetic = canaries.frame.head(20).assign(person="P999999")
    assert run(canaries, synthetic, with_key).effect == run(canaries, synthetic, table_schema).effect == 1.0


def test_the_order_of_rows_and_columns_does_not_matter(table_schema: Schema) -> None:
    canaries = planted(losses=np.random.default_rng(3).normal(size=1_044))
    synthetic = pd.concat([rows(300, 2), canaries.frame.head(7)])
    turned = synthetic.iloc[::-1, ::-1]
    assert run(canaries, turned, table_schema) == run(canaries, synthetic, table_schema)


def test_no_cell_is_told(table_schema: Schema) -> None:
    canaries = planted(losses=np.random.default_rng(3).normal(size=1_044))
    told = run(canaries, canaries.frame.head(20), table_schema).model_dump_json()
    assert "street" not in told and "city" not in told
    assert not [str(value) for value in canaries.frame["income"] if str(value) in told]
    assert Attack.model_validate_json(told) == run(canaries, canaries.frame.head(20), table_schema)
