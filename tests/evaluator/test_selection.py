import numpy as np
import pandas as pd

from tabsynth.evaluator.selection import chosen_places, is_no_text, is_number, some
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def table(**kinds: Kind) -> Table:
    columns = [Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in kinds.items()]
    return read_table(pd.DataFrame({name: [None] for name in kinds}, dtype=object), Schema(columns=tuple(columns)))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_columns_come_in_the_order_of_their_names() -> None:
    found = table(d=Kind.DATETIME, b=Kind.TEXT, c=Kind.CATEGORICAL, a=Kind.INTEGER)
    assert chosen_places(found, is_no_text, 9, rng()) == [3, 2, 0]
    assert chosen_places(found, is_number, 9, rng()) == [3, 0]


def test_of_too_many_a_sample_is_taken_in_the_same_order() -> None:
    taken = some(list(range(50, 0, -1)), 10, rng())
    assert len(taken) == 10 and taken == sorted(taken, reverse=True)
    assert some([3, 1], 2, rng()) == [3, 1]
