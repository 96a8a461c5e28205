import math

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.coding import CodedTable, code_tables
from tabsynth.evaluator.histograms import Histograms, inner_edges, places
from tabsynth.evaluator.marginals import js_distance
from tabsynth.evaluator.table import Table, read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema


def table(kinds: list[Kind], *values: list[object]) -> Table:
    names = [f"c{place}" for place in range(len(kinds))]
    columns = (
        Column(name=n, kind=k, dtype=ColumnDtype(name="x"), nullable=True) for n, k in zip(names, kinds, strict=True)
    )
    frame = pd.DataFrame(dict(zip(names, values, strict=True)), dtype=object)
    return read_table(frame, Schema(columns=tuple(columns)))


def pair(kind: Kind, real: list[object], fake: list[object]) -> list[CodedTable]:
    return code_tables([table([kind], real), table([kind], fake)])


def distance(kind: Kind, real: list[object], fake: list[object]) -> float:
    first, second = pair(kind, real, fake)
    return float(Histograms.coarse(first.columns, second.columns).distances()[0])


def shape(kind: Kind, real: list[object], fake: list[object]) -> float:
    first, second = pair(kind, real, fake)
    return float(Histograms.exact(first.columns, second.columns).shapes()[0])


def test_total_variation_of_labels_is_as_solved_by_hand() -> None:
    # 1 - (|2/4 - 3/4| + |2/4 - 0| + |0 - 1/4|) / 2
    assert shape(Kind.CATEGORICAL, list("aabb"), list("aaac")) == pytest.approx(0.5)


def test_the_largest_gap_of_numbers_is_as_solved_by_hand() -> None:
    # After 2: F = 2/4 of the first sample, 0 of the second. One of five cells is no number.
    assert shape(Kind.INTEGER, [1, 2, 3, 4], [3, 4, 5, 6]) == pytest.approx(0.5)
    assert shape(Kind.INTEGER, [1, 2, 3, 4], [3, 4, 5, 6, "x"]) == pytest.approx(0.5 * 4 / 5)
    assert shape(Kind.INTEGER, [1, 2, 3, 4], [3, 4, 5, 6, None]) == pytest.approx(0.5)


def test_missing_and_unreadable_cells_are_categories_of_their_own() -> None:
    assert distance(Kind.CATEGORICAL, ["a", "a"], ["a", None]) == pytest.approx(
        js_distance(np.array([2.0, 0.0]), np.array([1.0, 1.0]))
    )
    # Bins below, of and above 1; missing; unreadable.
    assert distance(Kind.INTEGER, [1, 1, None], [1, "x", None]) == pytest.approx(
        js_distance(np.array([2.0, 1.0, 0.0]), np.array([1.0, 1.0, 1.0]))
    )


@pytest.mark.parametrize("ruined", [["x1", "x2", "x3"], [None, None, None], [True, False, True]])
def test_a_number_column_that_lost_its_values_is_entirely_different(ruined: list[object]) -> None:
    assert distance(Kind.INTEGER, [1, 2, None], ruined) == 1.0
    assert shape(Kind.INTEGER, [1, 2, None], ruined) == 0.0


def test_columns_are_measured_apart_from_each_other() -> None:
    kinds = [Kind.INTEGER, Kind.CATEGORICAL, Kind.INTEGER]
    line: list[object] = list(range(40))
    real = table(kinds, line, ["a", "b"] * 20, line)
    fake = table(kinds, line, ["a"] * 40, [None] * 40)
    first, second = code_tables([real, fake])
    # Total variation of (1/2, 1/2) and (1, 0); the third column is gone.
    assert Histograms.exact(first.columns, second.columns).shapes() == pytest.approx([1, 0.5, 0])
    found = Histograms.coarse(first.columns, second.columns).distances()
    assert found == pytest.approx([0, js_distance(np.array([1.0, 1.0]), np.array([1.0, 0.0])), 1])


def test_any_rows_can_be_compared() -> None:
    first, second = pair(Kind.CATEGORICAL, list("aabb"), list("abbb"))
    compared = Histograms.exact(first.columns, second.columns)
    assert compared.shapes(np.array([0, 2]), np.array([0, 1])) == pytest.approx([1.0])
    assert compared.shapes(np.array([0, 1]), np.array([1, 2])) == pytest.approx([0.0])


def test_the_measures_of_texts_leave_missing_ones_out() -> None:
    first, second = pair(Kind.TEXT, ["A word.", "Two. Words."] * 20, ["A word.", "Two. Words.", None, None] * 10)
    compared = Histograms.coarse(first.columns, second.columns)
    assert compared.distances(extra=False) == pytest.approx([0, 0, 0])
    # Half of the cells of the other table would be a category of their own.
    assert (compared.distances() > 0.5).all()


def test_one_outlier_does_not_push_all_other_numbers_into_one_bin() -> None:
    line = np.linspace(0, 1, 500)
    half = [*(line / 2).tolist()[1:], 1e30]
    assert distance(Kind.DECIMAL, line.tolist(), half) > 0.4


def test_edges_span_the_central_part_of_training() -> None:
    line = np.arange(1000.0)
    edges = inner_edges(line, np.array([-1e9, 1e9, np.nan]))
    assert (edges[0], edges[-1]) == (5, 994)
    assert inner_edges(np.full(300, 7.0), line).tolist() == [7.0, 7.0]
    assert inner_edges(np.array([np.nan]), line).tolist() == [0.0, 0.0]


def test_edges_of_the_largest_floats_are_floats() -> None:
    edges = inner_edges(np.linspace(-1, 1, 100) * 1.7e308, np.array([1.0]))
    assert np.isfinite(edges).all() and (np.diff(edges) > 0).all()


def test_bins_are_closed_on_the_right_and_the_first_on_both_sides() -> None:
    edges = np.array([0.0, 1.0, 2.0])
    found = places(np.array([-0.1, 0.0, 0.5, 1.0, 1.0 + 1e-15, 1.5, 2.0, 2.1, np.nan]), edges)
    assert found.tolist() == [0, 1, 1, 1, 1, 2, 2, 3, 4]


def test_a_resampled_distance_is_that_of_the_counts() -> None:
    rng = np.random.default_rng(0)
    real, fake = (rng.choice(list("abcd"), 60).tolist() for _ in range(2))
    first, second = pair(Kind.CATEGORICAL, real, fake)
    rows = np.arange(0, 60, 2)
    counts = [np.array([side[::2].count(label) for label in "abcd"], dtype=float) for side in (real, fake)]
    found = Histograms.coarse(first.columns, second.columns).distances(rows, rows)[0]
    assert math.isclose(found, js_distance(*counts))
