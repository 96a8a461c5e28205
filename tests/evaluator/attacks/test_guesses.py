import numpy as np
import pandas as pd

from tabsynth.evaluator.attacks.guesses import HALF, MOST, guess_secrets
from tabsynth.evaluator.cells import Cells
from tabsynth.evaluator.kinds import read_kinds
from tabsynth.evaluator.table import read_table
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds


def columns(frame: pd.DataFrame, schema: Schema) -> tuple[Cells, ...]:
    return read_table(frame, schema).columns


def guessed(real: pd.DataFrame, fake: pd.DataFrame, target: str | None = None) -> dict[tuple[str, str], float]:
    schema = read_kinds(real)
    found = guess_secrets(columns(real, schema), columns(fake, schema), Seeds(0), target)
    return {(one.column.name, one.known): float(one.right[one.asked].mean()) for one in found}


def people(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.normal(50, 9, rows).round(3) for name in "abcd"})


def test_every_secret_of_a_copied_row_is_guessed() -> None:
    found = guessed(people(100, 1), people(100, 1))
    assert set(found) == {(name, known) for name in "abcd" for known in (MOST, HALF)}
    assert set(found.values()) == {1.0}


def test_a_number_is_right_within_five_percent_of_its_size_whatever_its_sign() -> None:
    real = pd.DataFrame({"key": np.arange(40.0) + 0.5, "secret": np.tile([-100.0, -100.5, 100.0, 100.5], 10)})
    close, far = real.assign(secret=real.secret * 1.04), real.assign(secret=real.secret * 1.06)
    assert guessed(real, close)["secret", MOST] == 1.0
    assert guessed(real, far)["secret", MOST] == 0.0
    assert guessed(real, real.assign(secret=-real.secret))["secret", MOST] == 0.0


def test_small_whole_numbers_must_be_hit_exactly() -> None:
    real = pd.DataFrame({"key": np.arange(40.0) + 0.5, "secret": np.tile([0, 1, 2, 3], 10)})
    assert guessed(real, real.assign(secret=real.secret + 1))["secret", MOST] == 0.0
    assert guessed(real, real)["secret", MOST] == 1.0


def test_a_date_must_be_right_to_the_day() -> None:
    days = pd.date_range("2001-01-01", periods=40, freq="40D")
    real = pd.DataFrame({"key": np.arange(40.0) + 0.5, "secret": days})
    assert guessed(real, real.assign(secret=days + pd.Timedelta("20h")))["secret", MOST] == 1.0
    assert guessed(real, real.assign(secret=days + pd.Timedelta("3D")))["secret", MOST] == 0.0


def test_rows_without_the_secret_are_not_asked_and_never_the_nearest() -> None:
    real = people(60, 1)
    real.loc[:29, "a"] = np.nan
    schema = read_kinds(real)
    fake = pd.concat([real, people(60, 1)], ignore_index=True)
    found = guess_secrets(columns(real, schema), columns(fake, schema), Seeds(0), None)
    asked = [one for one in found if one.column.name == "a"]
    assert all(one.asked.sum() == 30 and one.right.sum() == 30 for one in asked)


def test_a_column_without_synthetic_values_is_never_guessed() -> None:
    found = guessed(people(60, 1), people(60, 1).assign(a="junk"))
    assert found["a", MOST] == 0.0 and found["b", MOST] == 1.0


def test_the_target_is_a_secret_among_many_columns() -> None:
    rng = np.random.default_rng(0)
    wide = pd.DataFrame({f"x{k:02}": rng.normal(size=50).round(3) for k in range(80)}).assign(y=np.arange(50) % 2 == 0)
    names = {name for name, _ in guessed(wide, wide, "y")}
    assert "y" in names and len(names) == 12


def test_constant_columns_and_single_columns_hold_no_secret() -> None:
    assert guessed(pd.DataFrame({"a": [1.5] * 40, "b": ["x"] * 40}), pd.DataFrame({"a": [1.5], "b": ["x"]})) == {}
    assert guessed(people(40, 1)[["a"]], people(40, 1)[["a"]]) == {}
