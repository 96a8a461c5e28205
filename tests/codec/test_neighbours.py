"""Which tokens stand for nearly the same value.

The columns: whole numbers 1 to 4 with missing ones, a category, and a date of three days. The ids without a tokenizer

    0 begin   1 end   2 missing   3-6 the numbers   7 x   8 y   9-11 the days
"""

import numpy as np
import pandas as pd

from tabsynth.codec.facts import Facts
from tabsynth.codec.neighbours import neighbour_runs, token_positions
from tabsynth.codec.table import TableCodec
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame(
    {
        "n": pd.array([1, 2, 3, 4, None] * 12, dtype="Int64"),
        "c": ["x", "y", "x", "y", "y", "x", "x"] * 8 + ["y"] * 4,
        "d": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(60) * 7 % 11 % 3, "D"),
    }
)
SCHEMA = infer_schema(FRAME, {"n": "integer"})
FACTS = Facts.fit(FRAME, SCHEMA, NoTextTokenizer())
VOCABULARY = TableCodec(SCHEMA, FACTS, NoTextTokenizer()).vocabulary


def test_numbers_and_dates_have_positions_and_the_others_have_none() -> None:
    positions = token_positions(VOCABULARY, FACTS)
    assert len(positions) == VOCABULARY.num_table_tokens == 12
    assert positions[3:7].tolist() == [0, 1 / 3, 2 / 3, 1]
    assert positions[9:].tolist() == [0, 0.5, 1]
    assert np.isnan(positions[[0, 1, 2, 7, 8]]).all()


def test_steps_are_in_order() -> None:
    frame = pd.DataFrame({"n": np.arange(500) ** 2 * 8})
    schema = infer_schema(frame)
    facts = Facts.fit(frame, schema, NoTextTokenizer())
    positions = token_positions(TableCodec(schema, facts, NoTextTokenizer()).vocabulary, facts)
    np.testing.assert_allclose(positions[-64:], np.arange(64) / 63)


def test_a_run_holds_the_bins_of_a_number_without_missing() -> None:
    assert neighbour_runs(VOCABULARY, FACTS) == [(3, 6)]
