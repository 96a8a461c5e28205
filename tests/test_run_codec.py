"""The codec of a run, when it is fitted and later."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.codec.facts import Facts
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer
from tabsynth.config import Config
from tabsynth.run_codec import PREFIX_BLOCK, codec_of, make_codec
from tabsynth.schema.infer import infer_schema


def test_the_codec_of_a_run_is_the_one_that_trained_it(fitted_run: Path, table: pd.DataFrame) -> None:
    metadata = RunDirectory(fitted_run).read_metadata()
    codec = codec_of(metadata)
    assert isinstance(codec, TableCodec)
    assert tuple(codec.prompt) == metadata.prompt_ids
    assert codec.encode(table.head(50)).lengths.max() <= metadata.statistics.tokens_per_record.max


@pytest.mark.parametrize("record_format", ["values", "jsonl"])
def test_text_formats_have_a_codec_of_lines(fitted_run: Path, record_format: str) -> None:
    metadata = RunDirectory(fitted_run).read_metadata()
    config = metadata.config | {"record_format": record_format}
    other = metadata.model_copy(update={"record_format": record_format, "config": config})
    assert isinstance(codec_of(other), LineCodec)


@pytest.mark.parametrize("columns", [2, 40])
def test_a_pretrained_base_reads_whole_cache_blocks_of_column_names(columns: int) -> None:
    frame = pd.DataFrame({f"c{at}": ["x", "y"] * 10 for at in range(columns)})
    schema, tokenizer = infer_schema(frame, {}), ByteTokenizer()
    codec = make_codec(
        schema, Facts.fit(frame, schema, tokenizer), tokenizer, Config(record_format="jsonl"), pretrained=True
    )
    length = len(codec.prompt) - 1  # BEGIN comes last
    assert length % PREFIX_BLOCK == 0
    assert length >= PREFIX_BLOCK
    whole = tokenizer.encode("Records of a table with the columns " + ", ".join(schema.names))
    assert codec.prompt[:length] == whole[:length]
    assert len(make_codec(schema, codec.facts, tokenizer, Config(record_format="jsonl"), pretrained=False).prompt) == 1
    assert len(make_codec(schema, codec.facts, tokenizer, Config(), pretrained=True).prompt) == 1
