import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.autocorrelation import Agreement, Autocorrelation, _Moments
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

LENGTH = 12


def series(groups: int, memory: float, seed: int, length: int = LENGTH) -> tuple[Table, Groups]:
    """Autoregressive series: each value is `memory` times the last one plus noise."""
    rng = np.random.default_rng(seed)
    values = np.zeros((groups, length))
    values[:, 0] = rng.normal(size=groups)
    for place in range(1, length):
        values[:, place] = memory * values[:, place - 1] + np.sqrt(1 - memory**2) * rng.normal(size=groups)
    return numbers(values.ravel().tolist()), groups_of(groups, length)


def numbers(values: list[object] | list[float]) -> Table:
    column = Column(name="x", kind=Kind.DECIMAL, dtype=ColumnDtype(name="x"), nullable=True)
    return read_table(pd.DataFrame({"x": values}, dtype=object), Schema(columns=(column,)))


def groups_of(groups: int, length: int = LENGTH) -> Groups:
    codes = np.repeat(np.arange(groups), length)
    return Groups(codes, np.arange(len(codes), dtype="float64"))


def agreement(training: tuple[Table, Groups], other: tuple[Table, Groups]) -> float:
    known = Autocorrelation(*training, np.random.default_rng(0))
    size = other[1].num_groups
    return float(known.agreement(*other, size)(np.ones((1, size)))[0])


def test_the_error_is_as_solved_by_hand() -> None:
    # One lag: training .5, the other .1, noise variance .04. Excess .16 - .04 over .25.
    moments = _Moments(np.array([[[1.0, 0.1]]]), np.ones((1, 1, 2)))
    noise = np.array([[np.inf, 0.04]])
    assert Agreement(moments, np.array([[1.0, 0.5]]), noise)(np.ones((1, 1))) == pytest.approx(
        [1 - np.sqrt(0.12 / 0.25)]
    )


def test_a_difference_within_the_noise_is_none() -> None:
    moments = _Moments(np.array([[[1.0, 0.31]]]), np.ones((1, 1, 2)))
    assert Agreement(moments, np.array([[1.0, 0.5]]), np.array([[np.inf, 0.04]]))(np.ones((1, 1))).tolist() == [1.0]


def test_series_with_the_same_memory_agree_and_others_do_not() -> None:
    training = series(150, 0.8, 1)
    same, none, opposite = (agreement(training, series(150, memory, 2)) for memory in (0.8, 0.0, -0.8))
    assert same > 0.85
    assert none < 0.4 and opposite < 0.1
    assert agreement(training, training) == 1.0


def test_neither_level_nor_scale_matters() -> None:
    training, (table, groups) = series(100, 0.8, 1), series(100, 0.8, 2)
    values = table.columns[0].numbers
    assert values is not None
    moved = numbers((1e6 + 50 * values).tolist()), groups
    assert agreement(training, moved) == pytest.approx(agreement(training, (table, groups)))


def test_hardly_any_pairs_are_no_excuse() -> None:
    training = series(100, 0.8, 1)
    single = series(100, 0.8, 2, length=1)
    assert agreement(training, single) < 0.2
    constant = numbers([3.0] * 1_200), groups_of(100)
    missing = numbers([None] * 1_200), groups_of(100)
    assert agreement(training, constant) < 0.2 and agreement(training, missing) < 0.2


def test_what_is_constant_within_groups_or_too_short_has_no_memory() -> None:
    still = numbers(np.repeat(np.random.default_rng(0).normal(size=50), LENGTH).tolist()), groups_of(50)
    assert Autocorrelation(*still, np.random.default_rng(0)).num_columns == 0
    assert Autocorrelation(*series(50, 0.8, 1, length=2), np.random.default_rng(0)).num_columns == 0
    assert Autocorrelation(*series(50, 0.8, 1), np.random.default_rng(0)).num_columns == 1


@pytest.mark.filterwarnings("error")
def test_missing_and_huge_numbers_do_not_fail() -> None:
    table, groups = series(50, 0.8, 1)
    values = table.columns[0].numbers
    assert values is not None
    holed: list[object] = [1e308, None, "x", float("inf"), *values[4:].tolist()]
    assert agreement((table, groups), (numbers(holed), groups)) > 0.8
