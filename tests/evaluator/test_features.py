from dataclasses import replace

import numpy as np
import pandas as pd

from tabsynth.evaluator.cells import Cells, read_cells
from tabsynth.evaluator.features import LARGEST, MAX_CATEGORIES, MAX_FEATURES, Encoder
from tabsynth.evaluator.table import Table
from tabsynth.evaluator.topics import Topics
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


def test_features_come_in_the_order_of_their_names() -> None:
    one = table(cells([1], Kind.INTEGER, "b"), cells([2], Kind.INTEGER, "a"))
    assert Encoder.fit([one]).matrix(one).tolist() == [[2.0, 1.0]]


def test_huge_numbers_are_cut_so_that_halfway_between_them_is_finite() -> None:
    one = table(cells([1e308, -1e308, 1.0], Kind.DECIMAL))
    assert Encoder.fit([one]).matrix(one)[:, 0].tolist() == [LARGEST, -LARGEST, 1.0]


def test_of_very_many_features_a_sample_is_kept_in_order() -> None:
    one = table(*(cells([1], Kind.INTEGER, f"c{number:03d}") for number in range(MAX_FEATURES + 50)))
    names = [feature.name for feature in Encoder.fit([one]).sampled(np.random.default_rng(0)).features]
    assert len(names) == MAX_FEATURES and names == sorted(names)


def test_topics_stand_behind_the_features_and_are_no_codes() -> None:
    one = table(
        cells(["warm and soft", "cold and thin"] * 5, Kind.TEXT, "review"), cells(["x", "y"] * 5, Kind.CATEGORICAL)
    )
    encoder = replace(Encoder.fit([one]), topics=Topics.fit(one))
    assert encoder.topics is not None
    matrix = encoder.matrix(one)
    assert matrix.shape == (10, 3 + encoder.topics.size) and len(encoder.categorical) == matrix.shape[1]
    assert encoder.categorical[0] and not any(encoder.categorical[1:])
    np.testing.assert_array_equal(matrix[:, 3:], encoder.topics.matrix(one))


def test_shuffling_takes_the_features_of_a_column_together_and_columns_apart() -> None:
    texts = ["a" * length + " b" * length for length in range(1, 201)]
    one = table(cells(list(range(200)), Kind.INTEGER, "row"), cells(texts, Kind.TEXT, "text"))
    encoder = Encoder.fit([one])
    matrix = encoder.matrix(one)
    mixed = encoder.shuffled(matrix, np.random.default_rng(0))
    assert np.sort(mixed, axis=0).tolist() == np.sort(matrix, axis=0).tolist()
    correlation = np.corrcoef(mixed.T)
    assert abs(correlation[1, 2] - 1) < 1e-12
    assert abs(correlation[0, 1]) < 0.2
