import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.errors import ConfigError
from tabsynth.privacy.dp.contributions import one_row_each
from tabsynth.privacy.dp.gaussian import gaussian_delta
from tabsynth.privacy.dp.marginals import PrivateMarginals, private_marginals
from tabsynth.schema.column import Kind
from tabsynth.schema.infer import infer_schema


def learn(frame: pd.DataFrame, epsilon: float = 50.0, **more: Any) -> PrivateMarginals:
    asked = {"subjects": None, "delta": 1e-6, "rng": np.random.default_rng(0)} | more
    return private_marginals(frame, infer_schema(frame), epsilon=epsilon, **asked)


def encoded(made: PrivateMarginals, frame: pd.DataFrame) -> Facts:
    """Fit the codec on a sample, and write the coerced true rows with it."""
    tokenizer = ByteTokenizer()
    facts = Facts.fit(made.sample(2_000, np.random.default_rng(1)), made.schema, tokenizer, derive=False)
    codec = TableCodec(made.schema, facts, tokenizer, single=True)
    assert len(codec.encode(made.coerce(frame))) == len(frame)
    return facts


def test_a_codec_fitted_on_the_sample_writes_every_true_row(table: pd.DataFrame) -> None:
    made = learn(table)
    sample = made.sample(500, np.random.default_rng(1))
    assert [str(dtype) for dtype in sample.dtypes] == [str(dtype) for dtype in table.dtypes]
    assert list(made.coerce(table).index) == list(table.index)
    encoded(made, table)


def test_with_much_epsilon_shares_and_ranges_are_those_of_the_table() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "city": rng.choice(["Bern", "Oslo"], 3_000, p=[0.8, 0.2]),
            "age": rng.integers(18, 90, 3_000),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 700, 3_000), unit="D"),
        }
    )
    sample = learn(frame).sample(3_000, np.random.default_rng(1))
    assert (sample["city"] == "Bern").mean() == pytest.approx((frame["city"] == "Bern").mean(), abs=0.01)
    assert sample["age"].quantile(0.9) == pytest.approx(frame["age"].quantile(0.9), abs=2)
    assert (sample["day"].dt.normalize() == sample["day"]).all()
    assert abs((sample["day"].median() - frame["day"].median()).days) < 20


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
def test_a_subject_of_many_rows_counts_once(subjects: list[str]) -> None:
    rows = one_row_each(subjects, len(subjects), np.random.default_rng(0))
    without = [subject for subject in subjects if subject != "a"]
    assert len(rows) - len(one_row_each(without, len(without), np.random.default_rng(0))) == ("a" in subjects)


def test_a_subject_of_many_rows_cannot_make_its_category_show() -> None:
    frame = pd.DataFrame({"city": ["secret"] * 500 + ["Bern"] * 500, "x": np.arange(1_000) % 7})
    made = learn(frame, subjects=["one"] * 500 + list(range(500)))
    assert "secret" not in set(made.sample(1_000, np.random.default_rng(0))["city"])
    assert "secret" not in set(made.coerce(frame)["city"])


def test_the_queries_together_cost_what_was_allowed(table: pd.DataFrame) -> None:
    spend = learn(table, epsilon=0.8).spend
    assert spend.steps.sample_rate == 1 and spend.steps.steps == 1
    assert gaussian_delta(spend.steps.noise_multiplier, 0.8) + spend.threshold_delta <= 1e-6
    # customer: one shape; city, member: one each; age, income, joined, grade: six each.
    assert spend.queries == 1 + 2 + 4 * 6


def test_the_schema_forgets_categories_and_missing_cells_that_were_not_released() -> None:
    kinds = pd.Categorical(["a"] * 500 + ["b"] * 499 + ["only one"])
    frame = pd.DataFrame({"kind": kinds, "x": [1.5] * 500 + [None] + [2.5] * 499})
    schema = learn(frame).schema
    assert schema["kind"].dtype.categories == ("a", "b")
    assert infer_schema(frame)["x"].nullable and not schema["x"].nullable


def test_the_same_generator_gives_the_same_marginals(table: pd.DataFrame) -> None:
    first, second = (learn(table).sample(100, np.random.default_rng(4)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_column_that_must_have_a_value_and_has_no_common_one_is_an_error() -> None:
    frame = pd.DataFrame({"code": np.arange(200) * 7, "x": np.arange(200) % 5})
    with pytest.raises(ConfigError, match="column 'code'"):
        private_marginals(
            frame,
            infer_schema(frame, {"code": "categorical"}),
            subjects=None,
            epsilon=1.0,
            delta=1e-6,
            rng=np.random.default_rng(0),
        )


def odd_columns(rows: int) -> dict[str, Any]:
    numbers = np.arange(rows)
    return {
        "empty": np.full(rows, np.nan),
        "one": np.full(rows, 7),
        "distinct": numbers * 1.37,
        "huge": numbers.astype("float64") * 1e300,
        "Int64": pd.array([*numbers[:-1], None], dtype="Int64"),
        "flag": numbers % 2 == 0,
        "maybe": pd.array([True, None] * (rows // 2), dtype="boolean"),
        "zoned": pd.date_range("2020-01-01", periods=rows, freq="h", tz="Europe/Rome"),
        "small": (numbers % 100).astype("uint8"),
        "lag": pd.to_timedelta(numbers % 9, unit="h"),
        "text": [f"🙂 {'word ' * (number % 9)}{number}" for number in range(rows)],
        "dated": pd.date_range("1990-01-01", periods=rows, freq="D").strftime("%d.%m.%Y"),
        "arrow": pd.array(["x", None] * (rows // 2), dtype="string[pyarrow]"),
    }


@pytest.mark.parametrize("rows", [20, 600])
@pytest.mark.parametrize("epsilon", [0.8, 50.0])
def test_odd_columns_are_learned_or_become_constant(rows: int, epsilon: float) -> None:
    frame = pd.DataFrame(odd_columns(rows))
    made = learn(frame, epsilon)
    back = made.coerce(frame)
    assert [str(dtype) for dtype in back.dtypes] == [str(dtype) for dtype in frame.dtypes]
    again = made.coerce(back)
    pd.testing.assert_frame_equal(again, back)
    if set(made.lost) != set(frame.columns) - {"flag"}:
        encoded(made, frame)


def test_many_columns_share_the_budget() -> None:
    wide = pd.DataFrame({f"c{place}": np.arange(50) % 3 for place in range(200)})
    made = learn(wide, 8.0)
    assert made.spend.queries == 200 * 6
    assert math.isclose(made.spend.epsilon, 8.0)
    assert made.sample(50, np.random.default_rng(0)).shape == (50, 200)


def test_text_may_keep_all_characters() -> None:
    frame = pd.DataFrame({"note": [f"語 {number}" for number in range(500)], "x": np.arange(500) % 3})
    assert infer_schema(frame)["note"].kind is Kind.TEXT
    made = learn(frame, any_text=True)
    assert made.coerce(frame)["note"].str.startswith("語").all()
