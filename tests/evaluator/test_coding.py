import numpy as np
import pandas as pd

from tabsynth.evaluator.coding import code_tables
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema
from tabsynth.seeds import Seeds

KINDS = {"n": Kind.INTEGER, "c": Kind.CATEGORICAL, "t": Kind.TEXT}


def table(**values: list[object]) -> Table:
    columns = (Column(name=n, kind=KINDS[n], dtype=ColumnDtype(name="x"), nullable=True) for n in values)
    return read_table(pd.DataFrame(values, dtype=object), Schema(columns=tuple(columns)))


def test_equal_labels_of_two_tables_have_equal_codes() -> None:
    first, second = code_tables([table(c=["a", "b", None]), table(c=["b", "new", "b"])])
    a, b = first.columns[0].codes, second.columns[0].codes
    assert a is not None and b is not None
    assert a.tolist()[1] == b.tolist()[0] == b.tolist()[2]
    assert len({*a.tolist()[:2], b.tolist()[1]}) == 3 == first.columns[0].num_codes
    assert a.tolist()[2] == -1


def test_texts_become_their_form_and_numbers_stay() -> None:
    (found,) = code_tables([table(n=[1, "x"], t=["Two words. One.", None])])
    number, text = found.columns
    assert number.numbers is not None and text.forms is not None
    assert number.numbers.tolist()[0] == 1.0 and number.unreadable.tolist() == [False, True]
    # Two sentences, 3 words in them, (3 + 5 + 3) letters in 3 words.
    assert text.forms[0].tolist() == [2, 1.5, 11 / 3]
    assert np.isnan(text.forms[1]).all() and text.readable.tolist() == [True, False]
    assert found.tabular == (number,) and found.texts == (text,)


def test_the_first_rows_keep_all_columns() -> None:
    (found,) = code_tables([table(n=[1, 2, 3], c=["a", "b", "c"], t=["a", "b", "c"])])
    assert found.head(2).num_rows == 2
    assert [len(column.missing) for column in found.head(2).columns] == [2, 2, 2]
    assert found.head(9) is found


def test_a_column_is_shuffled_by_its_name_alone() -> None:
    values: list[object] = list(range(50))
    (narrow,) = code_tables([table(n=values)])
    (wide,) = code_tables([table(c=values, n=values)])
    one, other = narrow.shuffled(Seeds(0), "floor"), wide.shuffled(Seeds(0), "floor")
    first, second = one.columns[0].numbers, other.columns[1].numbers
    assert first is not None and second is not None
    assert first.tolist() == second.tolist() != values and sorted(first) == values
