import pandas as pd

from tabsynth.evaluator.fingerprints import row_fingerprints
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def schema(**kinds: Kind) -> Schema:
    columns = [Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in kinds.items()]
    return Schema(columns=tuple(columns))


def test_a_row_is_the_same_however_its_cells_are_stored() -> None:
    two = schema(a=Kind.INTEGER, b=Kind.CATEGORICAL)
    plain = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    other = pd.DataFrame({"a": ["1", "2.0"], "b": [" x", float("nan")]}, dtype=object)
    assert row_fingerprints(plain, two).tolist() == row_fingerprints(other, two).tolist()


def test_swapped_cells_make_another_row() -> None:
    two = schema(a=Kind.INTEGER, b=Kind.INTEGER)
    first, second = row_fingerprints(pd.DataFrame({"a": [1, 2], "b": [2, 1]}), two)
    assert first != second


def test_identifiers_do_not_count() -> None:
    two = schema(id=Kind.IDENTIFIER, a=Kind.INTEGER)
    first, second = row_fingerprints(pd.DataFrame({"id": ["p1", "p2"], "a": [7, 7]}), two)
    assert first == second


def test_the_order_of_columns_does_not_count() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    forth, back = schema(a=Kind.INTEGER, b=Kind.CATEGORICAL), schema(b=Kind.CATEGORICAL, a=Kind.INTEGER)
    assert row_fingerprints(frame, forth).tolist() == row_fingerprints(frame, back).tolist()


def test_half_a_surrogate_pair_is_a_value_like_any_other() -> None:
    one = schema(a=Kind.CATEGORICAL)
    first, second, third = row_fingerprints(pd.DataFrame({"a": ["x\ud83d", "x\ud83d", "x"]}, dtype=object), one)
    assert first == second != third
