"""A finished training's metadata."""

import numpy as np
import pandas as pd
import pytest

from tabsynth.artifact.metadata import (
    BaseReference,
    CurvePoint,
    Decision,
    LoraSettings,
    RecordsPerExample,
    TokensPerRecord,
    TokenStatistics,
    TrainingMetadata,
    TrainingSummary,
)
from tabsynth.codec.facts import Facts
from tabsynth.codec.text import ByteTokenizer
from tabsynth.config import Config
from tabsynth.schema.infer import infer_schema


@pytest.fixture
def metadata() -> TrainingMetadata:
    frame = pd.DataFrame(
        {
            "price": np.linspace(0.1, 99.7, 40),
            "sold": pd.date_range("2024-01-01", periods=40, tz="Europe/Berlin"),
            "kind": pd.Categorical(["secret", "b"] * 20, categories=["secret", "b", "unused"], ordered=True),
            "flag": [True, False, None, True] * 10,
            "text": [f"row {row}" for row in range(40)],
        }
    )
    schema = infer_schema(frame)
    return TrainingMetadata(
        statistics=TokenStatistics(
            max_tokens_per_example=15,
            prompt_tokens=1,
            tokens_per_record=TokensPerRecord(mean=12.5, p50=12, p99=13.5, max=13),
            records_per_example=RecordsPerExample(mean=1, max=1),
            context_tokens=2_048,
        ),
        num_training_rows=32,
        num_holdout_rows=8,
        source_fingerprint="0123",
        table=schema,
        facts=Facts.fit(frame, schema, ByteTokenizer()),
        record_format="table",
        prompt_ids=(256,),
        base=BaseReference(name="tabsynth-mini", revision="1", hidden_size=32, num_layers=1, seed=7),
        lora=LoraSettings(rank=8, alpha=8.0),
        plan=(Decision(name="lora_rank", value="8", reason="set by the user"),),
        training=TrainingSummary(
            steps=10,
            epochs=2.5,
            seconds=1.25,
            tokens=1_000,
            best_holdout_loss=0.1 + 0.2,
            stopped_by="early_stop",
            curve=(CurvePoint(step=1, seconds=0.5, training_loss=1 / 3), CurvePoint(step=2, seconds=1, holdout_loss=2)),
        ),
        random_state=0,
        config=Config(lora_rank=8, types={"text": "text"}).model_dump(),
        library_versions={"torch": "2"},
    )
