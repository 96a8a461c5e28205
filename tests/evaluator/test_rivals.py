import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.coding import code_tables
from tabsynth.evaluator.groups import Groups
from tabsynth.evaluator.rivals import Rows, rivals, shape_interval
from tabsynth.evaluator.sqs import Comparison
from tabsynth.evaluator.table import read_table
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

SCHEMA = Schema(
    columns=tuple(Column(name=n, kind=Kind.DECIMAL, dtype=ColumnDtype(name="x"), nullable=True) for n in "ab")
)


def frame(rows: int, seed: int, noise: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=rows)
    return pd.DataFrame({"a": a, "b": a + noise * rng.normal(size=rows)})


def rows_of(*frames: pd.DataFrame, groups: Groups | None = None) -> list[Rows]:
    return [Rows(table, groups) for table in code_tables([read_table(one, SCHEMA) for one in frames])]


def test_every_rival_has_scores_and_intervals_around_them() -> None:
    real, fresh, worse = rows_of(frame(200, 1), frame(200, 2), frame(200, 3, noise=9.0))
    found = rivals(real, {"fresh": fresh, "worse": worse}, np.random.default_rng(0))
    for rival in found.values():
        for name in ("sqs", "distribution", "correlation", "structure"):
            low, high = rival.bounds[name]
            assert low is not None and high is not None and low < high
            assert low <= getattr(rival.quality, name) <= high
        assert len(rival.halves) == 60 and rival.bounds["text"] == (None, None)
    assert (found["fresh"].quality.sqs or 0) > (found["worse"].quality.sqs or 10) + 1
    assert (found["worse"].bounds["sqs"][1] or 10) < (found["fresh"].bounds["sqs"][0] or 0)


def test_halves_are_moved_to_where_the_whole_is() -> None:
    real, fresh = rows_of(frame(300, 1), frame(300, 2, noise=3.0))
    found = rivals(real, {"one": fresh}, np.random.default_rng(0))["one"]
    halves = [half.correlation for half in found.halves if half.correlation is not None]
    assert np.mean(halves) == pytest.approx(found.quality.correlation, abs=0.2)


def test_a_rival_does_not_depend_on_the_others() -> None:
    real, fresh, worse = rows_of(frame(80, 1), frame(80, 2), frame(80, 3))
    both = rivals(real, {"a": fresh, "b": worse}, np.random.default_rng(0))
    assert both["a"] == rivals(real, {"a": fresh}, np.random.default_rng(0))["a"]


def test_with_few_rows_or_groups_there_is_a_score_without_interval() -> None:
    real, fresh = rows_of(frame(9, 1), frame(9, 2))
    found = rivals(real, {"one": fresh}, np.random.default_rng(0))["one"]
    assert found.quality.sqs is not None and found.halves == () and found.bounds == {}
    groups = Groups(np.repeat(np.arange(3), 20), np.arange(60.0))
    real, fresh = rows_of(frame(60, 1), frame(60, 2), groups=groups)
    assert rivals(real, {"one": fresh}, np.random.default_rng(0))["one"].bounds == {}
    assert shape_interval(Comparison(real.table, fresh.table), real, fresh, np.random.default_rng(0)) is None


def test_groups_widen_the_interval() -> None:
    # Forty groups of ten equal rows each know as much as forty rows.
    codes = np.repeat(np.arange(40), 10)
    frames = [frame(40, seed).iloc[codes].reset_index(drop=True) for seed in (1, 2)]
    groups = Groups(codes, np.arange(400.0))
    widths = []
    for owner in (None, groups):
        real, fresh = rows_of(*frames, groups=owner)
        interval = shape_interval(Comparison(real.table, fresh.table), real, fresh, np.random.default_rng(0))
        assert interval is not None
        widths.append(interval[1] - interval[0])
    assert widths[1] > 2 * widths[0]


def test_the_first_rows_take_their_groups_along() -> None:
    (real,) = rows_of(frame(6, 1), groups=Groups(np.array([0, 1, 0, 2, 2, 1]), np.arange(6.0)))
    head = real.head(3)
    assert head.groups is not None and head.groups.codes.tolist() == [0, 1, 0]
    assert head.table.num_rows == 3 and real.head(6) is real
