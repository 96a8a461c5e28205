"""Numbers, dates and time spans, with what is missing of them."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.artifact.protection import ColumnProtection
from tabsynth.privacy.protect.ordered import Ordered
from tabsynth.privacy.protect.subjects import Subjects
from tabsynth.privacy.protect.thresholds import Thresholds
from tabsynth.schema.infer import infer_column


def protected(series: pd.Series) -> tuple[pd.Series, ColumnProtection]:
    ordered = Ordered(series, infer_column(series), Subjects.of(None, len(series)), Thresholds(5, 5, 5))
    donors, record = ordered.protected(np.random.default_rng(0))
    return series.take(donors).reset_index(drop=True), record


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(np.arange(100) * 7),
        pd.Series(np.arange(100) * 7, dtype="Int64"),
        pd.Series(np.arange(100) * 7 / 10),
        pd.Series(pd.to_timedelta(np.arange(100) * 7, unit="h")),
        pd.Series(pd.date_range("2020-01-01", periods=100, freq="7h")),
        pd.Series(pd.date_range("2020-01-01", periods=100, freq="7h", tz="Europe/Oslo")),
        pd.Series(pd.date_range("2020-01-01", periods=100, freq="D").strftime("%d.%m.%Y")),
        pd.Series(list(pd.date_range("2020-01-01", periods=100).date), dtype=object),
    ],
    ids=lambda series: str(series.dtype),
)
def test_the_fifth_value_of_each_end_is_the_bound_whatever_the_dtype(series: pd.Series) -> None:
    made, record = protected(series.rename("x"))
    wanted = series.take(np.clip(np.arange(100), 4, 95)).reset_index(drop=True)
    pd.testing.assert_series_equal(made, wanted.rename("x"))
    assert (record.clipped, record.low, record.high) == (8, str(series.iloc[4]), str(series.iloc[95]))


def test_few_missing_cells_are_filled() -> None:
    made, record = protected(pd.Series([np.nan] * 4 + list(range(1_000, 3_000, 20)), name="x"))
    assert not made.isna().any()
    assert (record.rare, record.replaced) == (1, 4)


def test_five_missing_cells_stay() -> None:
    made, record = protected(pd.Series([np.nan] * 5 + list(range(1_000, 3_000, 20)), name="x"))
    assert made.isna().sum() == 5
    assert record.replaced == 0


def test_few_values_among_missing_cells_go() -> None:
    made, record = protected(pd.Series([np.nan] * 100 + [1.5, 2.5, 2.5], name="x"))
    assert made.isna().all()
    assert (record.rare, record.replaced, record.stand_in, record.low) == (2, 3, "missing", None)


def test_a_column_without_values_stays() -> None:
    made, record = protected(pd.Series([np.nan] * 30, name="x"))
    assert made.isna().all()
    assert record.changed == 0


def test_a_constant_column_stays() -> None:
    made, record = protected(pd.Series([3.25] * 30, name="x"))
    assert set(made) == {3.25}
    assert (record.changed, record.low, record.high) == (0, "3.25", "3.25")
