import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.evaluator.groups import Groups, read_groups
from tabsynth.schema.infer import infer_schema


def groups_of(frame: pd.DataFrame, order_by: str | None = None) -> Groups:
    filler = pd.concat([frame] * 20, ignore_index=True)
    return read_groups(frame, infer_schema(filler), "who", order_by)


def test_equal_keys_make_a_group_and_a_row_without_a_key_is_alone() -> None:
    groups = groups_of(pd.DataFrame({"who": ["a", None, "b", "a", None], "day": [3, 1, 2, 1, 5]}))
    assert groups.codes.tolist() == [0, 2, 1, 0, 3]
    assert groups.num_groups == 4 and groups.sizes.tolist() == [2, 1, 1, 1]


def test_rows_of_a_group_come_in_the_order_of_the_column_and_ties_in_that_of_the_table() -> None:
    frame = pd.DataFrame({"who": ["a", "a", "b", "a", "a"], "day": [3.0, 1.0, 2.0, np.nan, 1.0]})
    by_day = [rows.tolist() for rows in groups_of(frame, "day").sequences()]
    assert by_day == [[1, 4, 0, 3], [2]]
    assert [rows.tolist() for rows in groups_of(frame).sequences()] == [[0, 1, 3, 4], [2]]


def test_rows_that_are_taken_keep_their_group_and_their_order() -> None:
    groups = Groups(np.array([0, 1, 0, 2, 1]), np.array([0.0, 1, 2, 3, 4])).take(np.array([4, 3, 1]))
    assert groups.codes.tolist() == [0, 1, 0]
    assert [rows.tolist() for rows in groups.sequences()] == [[2, 0], [1]]


def test_a_first_group_that_does_not_fit_is_cut_at_its_end() -> None:
    groups = Groups(np.array([0, 1, 0, 0]), np.array([5.0, 0, 4, 6]))
    straight, turned = np.array([0, 1]), np.array([1, 0])
    assert groups.first_groups(2, straight).tolist() == [0, 2]
    assert groups.first_groups(3, straight).tolist() == [0, 2, 3]
    assert groups.first_groups(4, straight).tolist() == [0, 1, 2, 3]
    assert groups.first_groups(3, turned).tolist() == [1]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 40))
def test_groups_are_kept_whole_or_not_at_all(keys: list[int], most: int) -> None:
    groups = Groups(pd.factorize(np.array(keys))[0].astype(np.intp), np.arange(len(keys), dtype="float64"))
    kept = groups.first_groups(most, np.arange(groups.num_groups))
    assert 0 < len(kept) <= most
    if len(kept) < len(keys) and len(kept) > groups.sizes[0]:
        assert set(groups.codes[kept]).isdisjoint(set(np.delete(groups.codes, kept)))


def test_no_rows_make_no_groups() -> None:
    nothing = Groups(np.array([], dtype=np.intp), np.array([]))
    assert nothing.num_groups == 0 and nothing.sequences() == []
