"""Identifiers: fresh ones of the same shape."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.values import Values

Make = Callable[..., Values]


@pytest.fixture
def fit(column: Callable[..., Column], values: Make) -> Callable[..., IdentifierCodec]:
    def make(cells: list, dtype: object = object) -> IdentifierCodec:
        return IdentifierCodec.fit(values(cells, dtype), column(Kind.IDENTIFIER))

    return make


def made(codec: IdentifierCodec, rows: int, first_row: int = 0) -> list:
    return codec.decode(rows, first_row).data.tolist()


@pytest.mark.parametrize("cells", [[103, 101, 102], ["A10", "A11"]])
def test_parts_made_apart_are_the_whole(fit: Callable[..., IdentifierCodec], cells: list) -> None:
    codec = fit(cells)
    assert made(codec, 40) + made(codec, 27, 40) == made(codec, 67)


def test_a_counter_goes_on_from_its_start(fit: Callable[..., IdentifierCodec]) -> None:
    codec = fit([103, 101, 102])
    assert (codec.shape, codec.start) == (None, 101)
    assert made(codec, 4) == [101, 102, 103, 104]


def test_a_code_keeps_its_shape(fit: Callable[..., IdentifierCodec]) -> None:
    codec = fit(["C100-017", "C200-018"])
    assert codec.shape == "C000-000"
    assert all(re.fullmatch(r"C\d{3}-\d{3}", code) for code in made(codec, 500))


def test_the_commonest_shape_wins(fit: Callable[..., IdentifierCodec]) -> None:
    assert fit(["A1", "A22", "A33"]).shape == "A00"


def test_the_shape_does_not_tell_the_codes(fit: Callable[..., IdentifierCodec]) -> None:
    assert "4711" not in fit(["X4711", "X0815"]).model_dump_json()


@given(st.integers(1, 4), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=30)
def test_codes_are_unique_while_there_is_room(digits: int, first_row: int) -> None:
    codec = IdentifierCodec(nullable=False, shape="K" + "0" * digits + "-X")
    codes = made(codec, min(1_000, 10**digits), first_row)
    assert len(set(codes)) == len(codes)


def test_very_long_codes_are_unique_too() -> None:
    codec = IdentifierCodec(nullable=False, shape="0" * 32)
    assert len(set(made(codec, 1_000))) == 1_000


def test_the_same_rows_have_the_same_codes() -> None:
    codec = IdentifierCodec(nullable=False, shape="0000")
    assert made(codec, 5, first_row=3) == made(codec, 8)[3:] != made(codec, 5)


def test_an_identifier_has_no_slot_and_is_never_missing(fit: Callable[..., IdentifierCodec]) -> None:
    codec = fit(["A1", None])
    assert codec.slots("id") == ()
    assert not codec.decode(3).missing.any()
