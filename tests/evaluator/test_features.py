import numpy as np
import pandas as pd

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.features import MAX_CATEGORIES, Encoder
from tabsynth.evaluator.table import Table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype


def cells(values: list[object], kind: Kind, name: str = "c") -> Cells:
    column = Column(name=name, kind=kind, dtype=ColumnDtype(name="x"), nullable=True)
    return read_cells(pd.Series(values, dtype=object), column)


def table(*columns: Cells) -> Table:
    return Table(columns, len(columns[0].missing))


def test_a_number_is_itself_and_nan_where_missing() -> None:
    one = table(cells([3, None, 5], Kind.INTEGER))
    np.testing.assert_array_equal(Encoder.fit([one]).matrix(one), [[3.0], [np.nan], [5.0]])


def test_labels_are_coded_by_frequency_over_all_tables_and_then_by_name() -> None:
    # c occurs three times, a and b twice each.
    first, second = table(cells(["b", "c", "a"], Kind.CATEGORICAL)), table(cells(list("ccab"), Kind.CATEGORICAL))
    encoder = Encoder.fit([first, second])
    assert encoder.features[0].codes == {"c": 0, "a": 1, "b": 2}
    assert encoder.matrix(first).tolist() == [[2.0], [0.0], [1.0]]


def test_an_unseen_label_has_the_code_after_the_last_and_a_missing_one_none() -> None:
    encoder = Encoder.fit([table(cells(["a", "b"], Kind.CATEGORICAL))])
    found = encoder.matrix(table(cells(["b", "new", None], Kind.CATEGORICAL)))
    np.testing.assert_array_equal(found, [[1.0], [2.0], [np.nan]])


def test_labels_beyond_the_most_frequent_share_one_code() -> None:
    common = [f"label {number}" for number in range(MAX_CATEGORIES)]
    one = table(cells([*common, *common, "rare", "rarer"], Kind.CATEGORICAL))
    matrix = Encoder.fit([one]).matrix(one)
    assert matrix[-2:, 0].tolist() == [MAX_CATEGORIES, MAX_CATEGORIES]
    assert len(np.unique(matrix)) == MAX_CATEGORIES + 1


def test_text_takes_part_by_its_characters_and_words() -> None:
    one = table(cells(["two words", None, "x"], Kind.TEXT, "review"))
    encoder = Encoder.fit([one])
    assert [feature.name for feature in encoder.features] == ["review (characters)", "review (words)"]
    np.testing.assert_array_equal(encoder.matrix(one), [[9.0, 2.0], [np.nan, np.nan], [1.0, 1.0]])


def test_cells_that_are_not_of_the_kind_are_a_feature_if_any_table_has_one() -> None:
    clean, dirty = table(cells([1, 2], Kind.INTEGER)), table(cells([1, "x"], Kind.INTEGER))
    assert len(Encoder.fit([clean, clean]).features) == 1
    found = Encoder.fit([clean, dirty]).matrix(dirty)
    np.testing.assert_array_equal(found, [[1.0, 0.0], [np.nan, 1.0]])


def test_a_target_is_left_out_and_only_labels_count_as_categorical() -> None:
    one = table(
        cells([1, 2], Kind.INTEGER, "age"),
        cells(["a", "b"], Kind.CATEGORICAL, "city"),
        cells([1, 0], Kind.INTEGER, "y"),
    )
    encoder = Encoder.fit([one], without="y")
    assert [feature.name for feature in encoder.features] == ["age", "city"]
    assert encoder.categorical == [False, True]
