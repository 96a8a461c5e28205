"""Which base a table gets."""

import pandas as pd
import pytest

from tabsynth.models.choice import choose_base
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
    chosen, why = choose_base(schema, record_format)
    assert chosen == name
    assert why.startswith(reason)
