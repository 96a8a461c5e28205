from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.attacks.attribute_inference import ALL, attack
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.seeds import Seeds

People = Callable[[int, int], pd.DataFrame]


def run(
    training: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame, group_by: str | None = None, seed: int = 0
) -> Attack:
    schema, seeds = with_keys(read_kinds(training), group_by, None, None), Seeds(seed)
    frames = (training, holdout, synthetic)
    sides = [read_side(frame, schema, seeds, what="it", group_by=group_by) for frame in frames]
    return attack(Sides(*sides, schema, None, seeds))


def test_a_copy_of_training_gives_every_secret_away(people: People) -> None:
    found = run(people(300, 1), people(300, 2), people(300, 1))
    risk = found.scores["aia_risk"]
    assert risk.value is not None and risk.low is not None and risk.high is not None
    assert risk.value > 0.9 and risk.low <= risk.value <= risk.high
    assert found.p_value is not None and found.p_value < 1e-9
    assert found.effect is not None and found.effect > found.limit


def test_half_copies_are_a_risk_of_about_a_half(people: People) -> None:
    training = people(600, 1)
    mixed = pd.concat([training.head(300), people(300, 3)], ignore_index=True)
    found = run(training, people(600, 2), mixed)
    pooled = next(part for part in found.parts if part.name == ALL)
    assert pooled.value is not None and pooled.control is not None
    assert (pooled.value - pooled.control) / (1 - pooled.control) == pytest.approx(0.5, abs=0.07)


def test_p_values_of_fresh_rows_are_not_too_small(people: People) -> None:
    found = [run(people(80, 3 * k), people(80, 3 * k + 1), people(80, 3 * k + 2)) for k in range(1, 26)]
    below = np.mean([one.p_value is not None and one.p_value < 0.2 for one in found])
    assert below < 0.2 + 3 * np.sqrt(0.2 * 0.8 / 25)
    values = [one.scores["aia_risk"].value or 0.0 for one in found]
    assert abs(np.mean(values)) < 0.05


def test_shuffled_columns_give_nothing_away(people: People) -> None:
    training, rng = people(300, 1), np.random.default_rng(0)
    shuffled = pd.DataFrame({name: training[name].to_numpy()[rng.permutation(300)] for name in training})
    found = run(training, people(300, 2), shuffled)
    assert found.p_value is not None and found.p_value > 0.01


def test_of_a_group_one_row_is_attacked(people: People) -> None:
    frames = [people(300, seed).assign(key=np.repeat(np.arange(60), 5)) for seed in (1, 2, 3)]
    found = run(*frames, group_by="key")
    assert found.scores["aia_risk"].n == 60
    assert all(part.n <= 60 for part in found.parts)


def test_what_the_population_gives_away_does_not_count() -> None:
    rng = np.random.default_rng(0)

    def table(rows: int) -> pd.DataFrame:
        size = rng.normal(100, 30, rows).round(2)
        noise = {name: rng.normal(size=rows).round(4) for name in ("noise", "more")}
        return pd.DataFrame({name: size for name in ("length", "width", "depth", "height")} | noise)

    found = run(table(400), table(400), table(400))
    counted = {part.name.split(",")[0]: part.p_value is not None for part in found.parts if "all other" in part.name}
    assert counted == {"length": False, "width": False, "depth": False, "height": False, "noise": True, "more": True}


def test_tables_without_a_secret_are_not_attacked() -> None:
    table = pd.DataFrame({"a": [1.5] * 30, "b": ["x"] * 30})
    found = run(table, table, table)
    assert found.p_value is None and found.effect is None
    assert found.scores["aia_risk"].value is None and found.scores["aia_risk"].note


def test_the_order_of_rows_and_columns_does_not_matter(people: People) -> None:
    frames = [people(200, seed) for seed in (1, 2, 3)]
    turned = [frame[list(frame)[::-1]].sample(frac=1, random_state=5) for frame in frames]
    assert (
        run(*frames).scores["aia_risk"]
        == run(*[frame.sample(frac=1, random_state=5) for frame in frames]).scores["aia_risk"]
    )
    assert run(*turned).scores["aia_risk"].value is not None


def test_no_cell_is_told() -> None:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"name": [f"secretvalue{k}" for k in range(60)], "x": rng.normal(size=60).round(3)})
    assert "secretvalue" not in run(table, table, table).model_dump_json()
