"""Categories and booleans as one slot."""

from collections.abc import Callable

import numpy as np
import pytest

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.slot import Slot
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.values import Values

Make = Callable[..., Values]


@pytest.fixture
def fit(column: Callable[..., Column], values: Make) -> Callable[..., CategoricalCodec]:
    return lambda cells, **facts: CategoricalCodec.fit(values(cells), column(Kind.CATEGORICAL, **facts))


def test_a_category_is_a_token(fit: Callable[..., CategoricalCodec], values: Make) -> None:
    codec = fit(["b", "a", "b"])
    assert codec.categories == ("a", "b")
    assert codec.slots("c") == (Slot("c", 2, 2),)
    assert codec.encode(values(["b", "a"])).tolist() == [[1], [0]]
    assert codec.decode(np.array([[1], [0]]), np.random.default_rng(0)).data.tolist() == ["b", "a"]


def test_missing_is_the_first_token(fit: Callable[..., CategoricalCodec], values: Make) -> None:
    codec = fit(["b", None, "a"])
    assert codec.slots("c") == (Slot("c", 3, 3),)
    assert codec.encode(values([None, "a", "b"])).tolist() == [[0], [1], [2]]
    assert codec.decode(np.array([[0], [2]]), np.random.default_rng(0)).missing.tolist() == [True, False]


def test_an_empty_string_is_not_missing(fit: Callable[..., CategoricalCodec], values: Make) -> None:
    codec = fit(["", None, "a"])
    assert codec.encode(values([None, "", "a"])).tolist() == [[0], [1], [2]]


def test_strings_that_are_numbers_stand_in_their_order(fit: Callable[..., CategoricalCodec]) -> None:
    assert fit(["10", "9", "x", "100", ">=9"]).categories == ("9", "10", "100", ">=9", "x")
    assert fit([10, 9, 100]).categories == (9, 10, 100)
    assert fit([True, False]).categories == (False, True)


def test_equal_numbers_and_nan_stand_in_an_order_that_does_not_depend_on_the_process(
    fit: Callable[..., CategoricalCodec],
) -> None:
    cells = ["1.0", "nan", "01", "2", "1", "NaN", "inf"]
    expected = ("01", "1", "1.0", "2", "inf", "NaN", "nan")
    assert fit(cells).categories == fit(cells[::-1]).categories == expected


def test_declared_order_is_kept(fit: Callable[..., CategoricalCodec]) -> None:
    dtype = ColumnDtype(name="category", categories=("low", "mid", "high"), ordered=True)
    assert fit(["high", "low"], dtype=dtype).categories == ("low", "high")


def test_a_constant_column_has_no_slot(fit: Callable[..., CategoricalCodec], values: Make) -> None:
    codec = fit(["only", "only"])
    assert codec.slots("c") == ()
    assert codec.encode(values(["only"] * 3)).shape == (3, 0)
    back = codec.decode(np.zeros((2, 0), dtype=np.int64), np.random.default_rng(0))
    assert (back.data.tolist(), back.missing.tolist()) == (["only", "only"], [False, False])


def test_a_column_that_is_all_missing_has_no_slot(fit: Callable[..., CategoricalCodec]) -> None:
    codec = fit([None, None])
    assert codec.slots("c") == ()
    assert codec.decode(np.zeros((2, 0), dtype=np.int64), np.random.default_rng(0)).missing.tolist() == [True, True]


def test_an_unknown_category_is_counted_not_quoted(fit: Callable[..., CategoricalCodec], values: Make) -> None:
    with pytest.raises(CodecError, match="2 of 4 values are no category") as caught:
        fit(["a", "b"]).encode(values(["a", "secret", "b", "hidden"]))
    assert "secret" not in str(caught.value)


def test_only_categories_that_are_numbers_have_positions(fit: Callable[..., CategoricalCodec]) -> None:
    assert fit(["9", "10", "100"]).positions().tolist() == [0, 0.5, 1]
    assert np.isnan(fit(["9", "x", "y"]).positions()).all()
    assert np.isnan(fit([True, False]).positions()).all()
    assert np.isnan(fit([1, None, 2, 3]).positions()).tolist() == [True, False, False, False]


def test_labels_are_the_categories(fit: Callable[..., CategoricalCodec]) -> None:
    assert fit([1, None]).labels() == ["missing", "1"]
