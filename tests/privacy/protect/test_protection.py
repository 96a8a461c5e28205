"""Value protection over whole tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.derived import DerivedCodec
from tabsynth.codec.facts import Facts
from tabsynth.errors import DataError
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.privacy.protect import protect
from tabsynth.schema.infer import infer_schema
from tabsynth.seeds import Seeds

SEEDS = Seeds(0)
ZONES = pd.DataFrame(
    {
        "code": [*[10] * 40, *[11] * 40, *[20] * 40, 12, 12, 21, 30],
        "zone": [*["Elm"] * 40, *["Oak"] * 40, *["Pier"] * 40, "Ash", "Ash", "Quay", "Moor"],
        "borough": [*["park"] * 80, *["port"] * 40, "park", "park", "port", "heath"],
        "free": (["a", "b", "c", "d"] * 31),
    }
)
"""Zones 12, 21 and 30 are rare; the last one is the only one of its borough."""


def protected(frame: pd.DataFrame, subjects: np.ndarray | None = None, seeds: Seeds = SEEDS) -> pd.DataFrame:
    return protect(frame, infer_schema(frame), subjects=subjects, seeds=seeds)[0]


def holders(series: pd.Series, subjects: np.ndarray) -> pd.Series:
    """Distinct subjects of each value, missing being one."""
    return (
        pd.DataFrame({"value": series.to_numpy(), "subject": subjects})
        .groupby("value", dropna=False)["subject"]
        .nunique()
    )


def test_a_rare_zone_becomes_another_one_of_its_borough_and_what_it_settles_follows() -> None:
    for seed in range(5):
        made = protected(ZONES, seeds=Seeds(seed))
        rules = made.drop(columns="free").drop_duplicates()
        assert set(rules.itertuples(index=False, name=None)) == {
            (10, "Elm", "park"),
            (11, "Oak", "park"),
            (20, "Pier", "port"),
        }
        assert made["borough"][:123].tolist() == ZONES["borough"][:123].tolist()
        assert made["free"].tolist() == ZONES["free"].tolist()


def test_columns_that_are_looked_up_are_looked_up_after_protection_too() -> None:
    def derived(frame: pd.DataFrame) -> list[bool]:
        facts = Facts.fit(frame, infer_schema(frame), NoTextTokenizer())
        return [isinstance(codec, DerivedCodec) for codec in facts.columns]

    assert derived(protected(ZONES)) == derived(ZONES)
    assert sum(derived(ZONES)) == 2


def test_what_was_done_is_recorded() -> None:
    made, record = protect(ZONES, infer_schema(ZONES), subjects=None, seeds=SEEDS)
    told = {column.name: column for column in record.columns}
    assert list(told) == list(ZONES.columns)
    assert (record.unit, record.subjects, record.rows) == ("row", 124, 124)
    assert told["free"].changed == 0
    assert told["zone"].rare + told["zone"].followed > 0
    assert sum(column.changed for column in record.columns) == record.changed
    assert all(column.threshold in (5, 6, 7) for column in record.columns)
    assert record.share == record.changed / (124 * 4)
    assert int(told["code"].low or 0) == made["code"].min()


def test_the_same_seed_gives_the_same_table_and_the_input_stays() -> None:
    before = ZONES.copy()
    pd.testing.assert_frame_equal(protected(ZONES), protected(ZONES))
    pd.testing.assert_frame_equal(ZONES, before)


def test_a_group_of_many_rows_is_one_holder() -> None:
    frame = pd.DataFrame({"job": ["cook"] * 60 + ["judge"] * 40, "age": list(range(20, 80)) + [99] * 40})
    subjects = np.array([*range(60), *[60] * 40])
    made, record = protect(frame, infer_schema(frame), subjects=subjects, seeds=SEEDS)
    assert set(made["job"]) == {"cook"}
    assert made["age"].max() < 80
    assert (record.unit, record.subjects) == ("group", 61)
    assert set(protected(frame)["job"]) == {"cook", "judge"}


def test_what_belongs_to_one_subject_is_not_copied_along_with_its_number() -> None:
    frame = pd.DataFrame(
        {"patient": np.repeat(np.arange(40), 6), "age": np.repeat(np.arange(40) * 17 % 40 * 0.37 + 30, 6)}
    )
    subjects = frame["patient"].to_numpy()
    made = protected(frame, subjects)
    grown = holders(made["age"], subjects) - holders(frame["age"], subjects)
    assert set(grown.dropna()[lambda more: more > 0].index) <= {made["age"].min(), made["age"].max()}


def test_too_few_groups_are_an_error() -> None:
    frame = pd.DataFrame({"price": range(100)})
    with pytest.raises(DataError, match="4 subjects"):
        protected(frame, np.arange(100) % 4)


def test_every_kind_keeps_dtype_order_and_index(table: pd.DataFrame) -> None:
    frame = table.set_axis(range(7, 7 + len(table)))
    made = protected(frame)
    pd.testing.assert_series_equal(made.dtypes, frame.dtypes)
    pd.testing.assert_index_equal(made.columns, frame.columns)
    pd.testing.assert_index_equal(made.index, frame.index)


def test_odd_columns_are_no_error() -> None:
    rows = 20
    frame = pd.DataFrame(
        {
            "all missing": [None] * rows,
            "constant": ["same"] * rows,
            "distinct strings": [f"ö{n}😀" for n in range(rows)],
            "categories": pd.Categorical([f"c{n}" for n in range(rows)]),
            "flags": [True] * 4 + [False] * 16,
            "arrow": pd.Series([f"t{n % 2}" for n in range(rows)], dtype="string[pyarrow]"),
            "nullable": pd.Series([1, None] * 10, dtype="Int64"),
            "wide": [-(2**63), 2**63 - 1] * 10,
            "negative zero": [0.0, -0.0] * 10,
        }
    )
    made = protected(frame)
    assert (made.dtypes == frame.dtypes).all()
    assert set(made["distinct strings"]) == {"other"}
    assert made["categories"].isna().all()
    assert set(made["flags"]) == {False}


def test_a_thousand_columns_are_protected() -> None:
    cells = np.random.default_rng(0).integers(0, 15, (60, 1_000))
    made = protected(pd.DataFrame(cells, columns=[f"c{n}" for n in range(1_000)]).astype(str))
    assert all(made[name].value_counts().min() >= 5 or set(made[name]) == {"other"} for name in made)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(20, 120), st.integers(7, 60), st.integers(2, 40))
def test_whatever_is_left_is_held_by_five_subjects(seed: int, rows: int, num_subjects: int, values: int) -> None:
    rng = np.random.default_rng(seed)
    subjects = np.concatenate([np.arange(num_subjects), rng.integers(0, num_subjects, rows)])
    total = len(subjects)
    zone = np.minimum(rng.zipf(1.5, total), values)
    frame = pd.DataFrame(
        {
            "zone": pd.Series([f"z{number}" for number in zone]).where(rng.random(total) > 0.05),
            "borough": [f"b{number % 4}" for number in zone],
            "code": zone * 10,
            "size": np.round(rng.lognormal(3, 1, total), 1),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 500, total), unit="D"),
            "flag": rng.random(total) < 0.1,
        }
    )
    schema = infer_schema(frame, {"zone": "categorical", "borough": "categorical"})
    made, record = protect(frame, schema, subjects=subjects, seeds=Seeds(seed % 100))
    assert len(made) == total
    for name in ("zone", "borough", "flag"):
        told = next(column for column in record.columns if column.name == name)
        kept = holders(made[name], subjects)
        assert told.stand_in or kept.min() >= 5
        assert told.stand_in or holders(frame[name], subjects).reindex(kept.index).min() >= 5
    for name in ("code", "size", "day"):
        ends = holders(made[name], subjects)
        assert ends.iloc[0] >= 5
        assert ends.iloc[-1] >= 5
