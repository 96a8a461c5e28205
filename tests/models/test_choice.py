"""Which base a table gets."""

import pandas as pd
import pytest

from tabsynth.models.choice import Workload, choose_base
from tabsynth.schema.infer import infer_schema

SENTENCES = [f"This is sentence number {row} and it has many words." for row in range(40)]
NAMES = [f"Person {row}" for row in range(40)]


@pytest.mark.parametrize(
    ("columns", "record_format", "name", "reason"),
    [
        ({}, "table", "tabsynth-mini", "no column holds sentences"),
        ({"who": NAMES}, "table", "tabsynth-mini", "no column holds sentences"),
        ({"review": SENTENCES}, "table", "smollm2-135m", "column 'review' holds sentences"),
        ({}, "values", "smollm2-135m", "record_format='values' is text"),
        ({}, "jsonl", "smollm2-135m", "record_format='jsonl' is text"),
    ],
)
def test_sentences_and_text_formats_get_a_pretrained_base(
    columns: dict[str, list[str]], record_format: str, name: str, reason: str
) -> None:
    schema = infer_schema(pd.DataFrame({"n": [1, 2] * 20} | columns))
    chosen, why = choose_base(schema, record_format, Workload(40, 50.0, cpu_seconds=900))
    assert chosen == name
    assert why.startswith(reason)


@pytest.mark.parametrize(
    ("num_rows", "cpu_seconds", "name"),
    [
        # A row is one column and 396 / 4 characters, so 100 tokens; 200 tokens a second see 6,000 tokens in 30 seconds.
        (240, 30.0, "smollm2-135m"),  # 24,000 tokens: a quarter of the table is seen
        (241, 30.0, "tabsynth-mini"),
        (1_000_000, None, "smollm2-135m"),  # a GPU, or the epochs end it
    ],
)
def test_a_pretrained_base_is_chosen_only_where_it_sees_a_quarter_of_the_table(
    num_rows: int, cpu_seconds: float | None, name: str
) -> None:
    schema = infer_schema(pd.DataFrame({"review": SENTENCES}))
    chosen, why = choose_base(schema, "table", Workload(num_rows, 396.0, cpu_seconds))
    assert chosen == name
    assert "sentences" in why
