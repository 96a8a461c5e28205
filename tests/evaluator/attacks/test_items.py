import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.evaluator.attacks.items import Items, Rows, added, string_items, value_items
from tabsynth.evaluator.cells import read_cells
from tabsynth.evaluator.kinds import read_kinds


def codes(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def single_rows(size: int, outside: int = 0) -> Rows:
    units = np.arange(size + outside)
    return Rows(units, np.where(units < size, units, -1), np.arange(size), np.arange(size), size)


def strings(training: list[str], holdout: list[str], synthetic: list[str]) -> Items:
    return string_items(*([tuple(text.split()) for text in side] for side in (training, holdout, synthetic)))


def test_items_of_one_side_only_are_counted_and_those_that_come_back_are_hits() -> None:
    items = strings(["a b", "both"], ["c", "both"], ["a both c", "a"])
    ours, theirs = items.tallies(single_rows(2))
    assert (ours.trials.tolist(), ours.hits.tolist()) == ([2, 0], [1, 0])
    assert (theirs.trials.tolist(), theirs.hits.tolist()) == ([1, 0], [1, 0])


def test_an_item_of_several_rows_is_counted_at_the_first() -> None:
    ours, _ = strings(["a", "a", "a"], ["", "", ""], ["a"]).tallies(single_rows(3))
    assert (ours.trials.tolist(), ours.hits.tolist()) == ([1, 0, 0], [1, 0, 0])


def test_what_training_rows_outside_the_sample_hold_does_not_count_on_either_side() -> None:
    ours, theirs = strings(["a", "b a c"], ["c"], ["a b c"]).tallies(single_rows(1, outside=1))
    assert (ours.trials.sum(), theirs.trials.sum()) == (0, 0)


@settings(max_examples=50, deadline=None)
@given(*[st.lists(st.text("abcde ", max_size=5), min_size=4, max_size=4) for _ in range(3)])
def test_exchanging_the_sides_exchanges_their_items(first: list[str], second: list[str], fake: list[str]) -> None:
    sides = [[" ".join(text) for text in side] for side in (first, second, fake)]
    ours, theirs = strings(sides[0], sides[1], sides[2]).tallies(single_rows(4))
    swapped = strings(sides[1], sides[0], sides[2]).tallies(single_rows(4))
    assert [ours.hits.tolist(), theirs.hits.tolist()] == [swapped[1].hits.tolist(), swapped[0].hits.tolist()]
    assert [ours.trials.tolist(), theirs.trials.tolist()] == [swapped[1].trials.tolist(), swapped[0].trials.tolist()]


def test_owners_are_units_and_not_rows() -> None:
    rows = Rows(codes([0, 0, 1]), codes([0, 0, 1]), codes([0, 1]), codes([0, 1]), 2)
    items = strings(["a", "a", "a b"], ["a", "b"], [])
    assert items.owners(rows).tolist() == [3, 2]


def test_tallies_of_columns_add_up_by_unit() -> None:
    first = strings(["a", "b"], ["c", "d"], ["a"]).tallies(single_rows(2))
    ours, theirs = added([first, first])
    assert (ours.hits.tolist(), ours.trials.tolist(), theirs.trials.tolist()) == ([2, 0], [2, 2], [2, 2])


def test_numbers_are_equal_on_the_grid_of_their_column() -> None:
    real = pd.Series([0.1, 0.25, 3.0])
    column = read_kinds(real.to_frame("x")).columns[0]
    sides = [read_cells(side, column) for side in (real, pd.Series([7.5]), pd.Series([0.1 + 1e-12, np.inf]))]
    items, numbers = value_items(*sides)
    assert numbers[items.synthetic].tolist() == [0.1]
