"""Cells of text formats: which ones a column can hold."""

import numpy as np
import pytest

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import BadCell, Cell, cells_of, checked, number_bounds, number_text, values_of
from tabsynth.codec.facts import ColumnCodec
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import TextCodec
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.codec.verdict import Reason
from tabsynth.schema.values import Values

WHOLE = NumericCodec(nullable=False, decimals=0, origin=-5, edges=(0, 46))  # -5 to 40
LARGE = NumericCodec(nullable=False, decimals=0, origin=2**60 + 1, edges=(0, 3))
CENTS = NumericCodec(nullable=False, decimals=2, origin=0, edges=(0, 10_001))  # 0 to 100
REAL = NumericCodec(nullable=False, decimals=None, low=0.1, high=0.8, edges=(0, 2**40 + 1))
DAY = TimestampCodec(nullable=False, unit="D", low=0, high=365)  # the year 1970
SECOND = TimestampCodec(nullable=False, unit="s", low=0, high=86_400)
MIXED = CategoricalCodec(nullable=False, categories=(1, "x"))
TEXT = TextCodec(nullable=False, max_tokens=5)


@pytest.mark.parametrize(
    ("cell", "codec", "held"),
    [
        (40, WHOLE, 40),
        ("-5", WHOLE, -5),
        (7.0, WHOLE, 7),
        (2**60 + 3, LARGE, 2**60 + 3),
        (str(2**60 + 3), LARGE, 2**60 + 3),
        ("12.30", CENTS, 12.3),
        (99.99, CENTS, 99.99),
        (100, CENTS, 100),
        (0.8, REAL, 0.8),
        ("0.1", REAL, 0.1),
        ("1970-02-28", DAY, "1970-02-28"),
        ("1970-01-01T23:59:59", SECOND, "1970-01-01T23:59:59"),
        (1, MIXED, 1),
        ("x", MIXED, "x"),
        ("", TEXT, ""),
        ("\\N", TEXT, "\\N"),
        ("anything", IdentifierCodec(nullable=False), None),
    ],
)
def test_a_column_holds(cell: Cell, codec: ColumnCodec, held: Cell) -> None:
    got = checked(cell, codec)
    assert got == held
    assert isinstance(got, float) or type(got) is type(held)


@pytest.mark.parametrize(
    ("cell", "codec", "reason"),
    [
        (41, WHOLE, Reason.OUT_OF_BOUNDS),
        ("-6", WHOLE, Reason.OUT_OF_BOUNDS),
        (2**60 + 4, LARGE, Reason.OUT_OF_BOUNDS),
        (7.5, WHOLE, Reason.NOT_A_NUMBER),
        ("7.0", WHOLE, Reason.NOT_A_NUMBER),
        ("1e1", WHOLE, Reason.NOT_A_NUMBER),
        ("", WHOLE, Reason.NOT_A_NUMBER),
        (True, WHOLE, Reason.NOT_A_NUMBER),
        ("nan", WHOLE, Reason.NOT_A_NUMBER),
        (float("nan"), WHOLE, Reason.NOT_A_NUMBER),
        (float("inf"), WHOLE, Reason.NOT_A_NUMBER),
        (10**400, WHOLE, Reason.OUT_OF_BOUNDS),
        (10**400, CENTS, Reason.NOT_A_NUMBER),
        ("inf", REAL, Reason.NOT_A_NUMBER),
        ("1.234", CENTS, Reason.NOT_A_NUMBER),
        (100.01, CENTS, Reason.OUT_OF_BOUNDS),
        ("0.80001", REAL, Reason.OUT_OF_BOUNDS),
        ("1971-01-02", DAY, Reason.OUT_OF_BOUNDS),
        ("1970-02-30", DAY, Reason.NOT_A_DATE),
        ("1970-02", DAY, Reason.NOT_A_DATE),
        ("1970-02-03T04", DAY, Reason.NOT_A_DATE),
        ("today", DAY, Reason.NOT_A_DATE),
        ("NaT", DAY, Reason.NOT_A_DATE),
        ("", DAY, Reason.NOT_A_DATE),
        (1970, DAY, Reason.NOT_A_DATE),
        ("9" * 40 + "-01-01", DAY, Reason.NOT_A_DATE),
        ("1970-01-01", SECOND, Reason.NOT_A_DATE),
        ("1970-01-01T00:00:00.5", SECOND, Reason.NOT_A_DATE),
        ("1", MIXED, Reason.UNKNOWN_CATEGORY),
        (True, MIXED, Reason.UNKNOWN_CATEGORY),
        (1.0, MIXED, Reason.UNKNOWN_CATEGORY),
        (5, TEXT, Reason.BAD_TEXT),
        ("\ud800", TEXT, Reason.BAD_TEXT),
        *[(None, codec, Reason.MISSING_NOT_ALLOWED) for codec in (WHOLE, DAY, MIXED, TEXT)],
    ],
)
def test_a_column_does_not_hold(cell: Cell, codec: ColumnCodec, reason: Reason) -> None:
    with pytest.raises(BadCell) as caught:
        checked(cell, codec)
    assert caught.value.reason is reason


@pytest.mark.parametrize("codec", [WHOLE, DAY, MIXED, TEXT])
def test_a_nullable_column_holds_nothing(codec: ColumnCodec) -> None:
    assert checked(None, codec.model_copy(update={"nullable": True})) is None


def test_numbers_are_written_with_the_column_s_decimals() -> None:
    assert [number_text(value, CENTS) for value in (1.5, 0.0, 100.0)] == ["1.50", "0.00", "100.00"]
    assert [number_text(value, WHOLE) for value in (7, 7.0, -5)] == ["7", "7", "-5"]
    assert number_text(2**60 + 3, LARGE) == str(2**60 + 3)
    assert number_text(0.1 + 0.2, REAL) == "0.30000000000000004"


def test_whole_numbers_become_integers_and_zeros_lose_their_sign() -> None:
    nothing = np.zeros(2, dtype=bool)
    assert list(map(repr, cells_of(Values(np.array([250.0, -0.0]), nothing), WHOLE))) == ["250", "0"]
    assert list(map(repr, cells_of(Values(np.array([2.5, -0.0]), nothing), CENTS))) == ["2.5", "0.0"]
    assert repr(checked("-0.00", CENTS)) == "0.0"
    assert repr(checked(-0.0, CategoricalCodec(nullable=False, categories=(0.0,)))) == "0.0"


def test_integers_that_span_more_than_the_grid_have_room_above_its_last_tick() -> None:
    assert number_bounds(WHOLE) == (-5, 40)
    coarse = NumericCodec(nullable=False, decimals=0, stride=64, edges=(0, 2**56))
    assert number_bounds(coarse) == (0, 2**62 - 1)
    assert checked(2**62 - 1, coarse) == 2**62 - 1
    widest = NumericCodec(nullable=False, decimals=0, origin=2**63 - 2**62, stride=64, edges=(0, 2**56))
    assert number_bounds(widest)[1] == 2**63 - 1


def test_dates_become_iso_strings_and_come_back() -> None:
    values = Values(np.array(["1970-03-04", "1970-01-01"], dtype="datetime64[D]"), np.array([False, True]))
    assert cells_of(values, DAY) == ["1970-03-04", None]
    back = values_of(["1970-03-04", None], DAY)
    assert back.data.dtype == np.dtype("datetime64[D]")
    assert (str(back.data[0]), back.missing.tolist()) == ("1970-03-04", [False, True])


def test_numbers_come_back_in_the_column_s_type() -> None:
    assert values_of([1, None], WHOLE).data.dtype == np.int64
    assert values_of([1, None], CENTS).data.dtype == np.float64
    assert values_of([1, None], WHOLE).missing.tolist() == [False, True]


def test_plain_values_become_plain_scalars() -> None:
    cells = cells_of(Values(np.array([3, 0]), np.array([False, True])), WHOLE)
    assert cells == [3, None] and type(cells[0]) is int
