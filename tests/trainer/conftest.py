"""A table that is learned in a second: three columns, the second a copy of the first in other words."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.artifact.metadata import Decision
from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.config import Config
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema
from tabsynth.trainer.plan import Plan, PlanInputs


def rows(count: int, seed: int) -> pd.DataFrame:
    numbers = np.random.default_rng(seed).integers(1, 5, count)
    letters = np.array(["a", "b", "c", "d"])[numbers - 1]
    return pd.DataFrame({"n": numbers, "c": letters, "amount": numbers * 1_000 + np.arange(count) % 997})


@pytest.fixture
def codec() -> TableCodec:
    frame = rows(200, 0)
    schema = infer_schema(frame, {"n": "integer"})
    facts = Facts.fit(frame, schema, NoTextTokenizer(), derive=False)
    return TableCodec(schema, facts, NoTextTokenizer())


@pytest.fixture
def assembled(codec: TableCodec) -> Callable[[int, int], Assembler]:
    """Make the assembler of rows of a seed."""

    def make(count: int, seed: int) -> Assembler:
        records = codec.encode(rows(count, seed))
        return Assembler(codec.prompt, codec.vocabulary.end, records, records_per_example=1, context_tokens=64)

    return make


@pytest.fixture
def planned() -> Callable[..., Plan]:
    """Make a small plan; settings by name."""

    def make(**options: object) -> Plan:
        facts = PlanInputs(num_records=200, mean_tokens=4, is_mini=True, has_gpu=False)
        settings = {"batch_records": 20, "max_epochs": 3.0, "learning_rate": 4e-3, "lora_rank": 4} | options
        config = Config(hidden_size=32, num_layers=1, **settings)
        return Plan.of(facts, config, Decision(name="model", value="tabsynth-mini", reason="test"))

    return make
