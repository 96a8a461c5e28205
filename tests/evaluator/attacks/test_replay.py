from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.attacks.attack import Attack
from tabsynth.evaluator.attacks.replay import IDENTIFIERS, LABELS, NUMBERS, PAIRS, STRINGS, attack
from tabsynth.evaluator.kinds import read_kinds, with_keys
from tabsynth.evaluator.sides import Sides, read_side
from tabsynth.seeds import Seeds

Make = Callable[[int], pd.DataFrame]


def run(training: pd.DataFrame, holdout: pd.DataFrame, synthetic: pd.DataFrame, group_by: str | None = None) -> Attack:
    schema, seeds = with_keys(read_kinds(training), group_by, None, None), Seeds(0)
    frames = (training, holdout, synthetic)
    sides = [read_side(frame, schema, seeds, what="it", group_by=group_by) for frame in frames]
    return attack(Sides(*sides, schema, None, seeds))


def parts(found: Attack) -> dict[str, tuple[float | None, float | None]]:
    return {part.name: (part.value, part.control) for part in found.parts}


def customers(seed: int, rows: int = 300) -> pd.DataFrame:
    """Customer numbers, names that few share, incomes of one person each, remarks with telephone numbers."""
    rng = np.random.default_rng(seed)
    phones = rng.integers(10**9, 10**10, rows)
    return pd.DataFrame(
        {
            "id": [f"C{number:07}" for number in rng.permutation(10**6)[:rows]],
            "name": [f"name{number}" for number in rng.integers(0, 2_000, rows)],
            "income": rng.normal(50_000, 9_000, rows).round(2),
            "remark": [f"please call this person again at {phone} or write soon" for phone in phones],
            "color": rng.choice(["red", "green"], rows),
        }
    )


def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({name: frame[name].to_numpy()[rng.permutation(len(frame))] for name in frame})


def test_a_copy_brings_every_item_back() -> None:
    found = run(customers(1), customers(2), customers(1))
    assert {name: value for name, (value, _) in parts(found).items()} == {name: 1.0 for name in parts(found)}
    assert {IDENTIFIERS, STRINGS, PAIRS, LABELS, NUMBERS} <= set(parts(found))
    score = found.scores["replay_excess"]
    assert score.value is not None and score.value > 0.95
    assert found.p_value is not None and found.p_value < 1e-6


def test_fresh_rows_bring_back_what_the_holdout_has_as_often() -> None:
    found = run(customers(1), customers(2), customers(3))
    score = found.scores["replay_excess"]
    assert found.p_value is not None and found.p_value > 0.05
    assert score.value is not None and score.low is not None and score.high is not None
    assert score.low <= 0 <= score.high


@pytest.mark.parametrize("seed", range(3))
def test_values_drawn_from_training_are_no_leak_but_identifiers_are(seed: int) -> None:
    real = customers(3 * seed + 1)
    harmless = ["name", "income", "color"]
    by_design = run(real[harmless], customers(3 * seed + 2)[harmless], shuffled(real[harmless]))
    assert parts(by_design)[LABELS][0] == 1.0
    assert by_design.effect is not None and by_design.effect <= by_design.limit / 2
    leaking = run(real, customers(3 * seed + 2), shuffled(real))
    assert parts(leaking)[IDENTIFIERS] == (1.0, 0.0)
    assert leaking.effect == 1.0 and leaking.p_value is not None and leaking.p_value < 1e-6


def test_five_percent_of_copied_rows_are_an_excess_of_five_percent() -> None:
    training = customers(1, 1_000).drop(columns=["id", "remark"])
    mixed = pd.concat([training.head(50), customers(3, 950)[list(training)]], ignore_index=True)
    found = run(training, customers(2, 1_000)[list(training)], mixed)
    assert found.effect == pytest.approx(0.05, abs=0.03)
    assert found.p_value is not None and found.p_value < 1e-4


def test_an_identifier_that_merely_counts_is_no_item() -> None:
    frames = [customers(seed)[["name", "color"]].assign(row=np.arange(300)) for seed in (1, 2, 3)]
    assert IDENTIFIERS not in parts(run(*frames))


def test_a_value_of_one_group_is_rare_however_many_rows_hold_it() -> None:
    def visits(seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        towns = np.repeat([f"town{seed}-{k}" for k in range(40)], 8)
        return pd.DataFrame({"key": np.repeat(np.arange(40), 8), "town": towns, "x": rng.normal(size=320).round(1)})

    found = run(visits(1), visits(2), visits(1), group_by="key")
    assert parts(found)[LABELS] == (1.0, 0.0)
    alone = run(visits(1).drop(columns="key"), visits(2).drop(columns="key"), visits(1).drop(columns="key"))
    assert LABELS not in parts(alone)


def test_a_table_without_items_is_not_attacked() -> None:
    table = pd.DataFrame({"color": ["red", "green"] * 50})
    found = run(table, table, table)
    assert found.p_value is None and found.scores["replay_excess"].value is None
    assert found.scores["replay_excess"].note


def test_no_cell_is_told() -> None:
    told = run(customers(1), customers(2), customers(1)).model_dump_json()
    assert "name1" not in told and "C0" not in told


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    frames = [customers(seed) for seed in (1, 2, 1)]
    turned = [frame[list(frame)[::-1]].sample(frac=1, random_state=4) for frame in frames]
    first, second = run(*frames), run(*[frame.sample(frac=1, random_state=4) for frame in frames])
    assert first == second
    assert parts(run(*turned)) == parts(first)
