import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.dp.keys import to_keys
from tabsynth.privacy.dp.scales import Scale
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def scale(kind: Kind, dtype: str, decimals: int | None = None, plain: str = "float64") -> Scale:
    column = Column(name="x", kind=kind, dtype=ColumnDtype(name=dtype), nullable=False, decimals=decimals)
    return Scale.of(column, np.dtype(plain))


def test_prices_are_counted_in_cents() -> None:
    prices = scale(Kind.DECIMAL, "float64", 2)
    assert prices.ticks(np.array([1.25, -0.1])).tolist() == [125, -10]
    assert prices.values(np.array([125, -10])).tolist() == [1.25, -0.1]


def test_ticks_stay_inside_the_dtype() -> None:
    assert scale(Kind.INTEGER, "uint8", 0, "int64").ticks(np.array([-5, 300])).tolist() == [0, 255]
    assert scale(Kind.INTEGER, "Int16", 0, "int64").highest == 32_767


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_continuous_numbers_come_back(numbers: list[float]) -> None:
    floats = scale(Kind.DECIMAL, "float64")
    assert floats.values(floats.ticks(np.array(numbers))).tolist() == numbers


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_come_back_in_their_unit_and_stay_in_years_of_four_digits(unit: str) -> None:
    dates = scale(Kind.DATETIME, f"datetime64[{unit}]", plain=f"datetime64[{unit}]")
    some = np.array(["1999-12-31T23:59:59", "2262-01-01"], dtype=f"datetime64[{unit}]")
    assert np.array_equal(dates.values(dates.ticks(some)), some)
    assert (np.diff(dates.edges) > 0).all() and len(dates.edges) >= 10


def test_a_cell_ends_at_whole_units() -> None:
    units = scale(Kind.INTEGER, "int64", 0, "int64")
    first, end = to_keys(np.array([3.5, -4.0, 7.1])), to_keys(np.array([6.0, -1.5, 7.2]))
    low, high = units.ends(first, end)
    assert low.tolist() == [4, -4, 8] and high.tolist() == [5, -2, 8]
    assert units.room(first, end).tolist() == [2, 3, 1]
