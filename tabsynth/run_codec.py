"""The codec of a run: made from its settings when it is fitted, and again from its metadata later."""

from __future__ import annotations

from pathlib import Path

from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.jsonl import JsonLinesFormat
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import TextTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.config import Config
from tabsynth.models.tokenizer import tokenizer_for
from tabsynth.schema.schema import Schema

PREFIX_BLOCK = 32
"""Tokens of vLLM's cache block on CPUs, a multiple of that on GPUs."""


def codec_of(metadata: TrainingMetadata) -> Codec:
    """Return the codec that a finished training used."""
    tokenizer = tokenizer_of(metadata)
    pretrained = metadata.base.folder is not None
    return make_codec(metadata.table, metadata.facts, tokenizer, Config(**metadata.config), pretrained=pretrained)


def tokenizer_of(metadata: TrainingMetadata) -> TextTokenizer:
    """Return the base tokenizer that a finished training used."""
    folder = Path(metadata.base.folder) if metadata.base.folder else None
    return tokenizer_for(folder, metadata.record_format, has_text=metadata.table.has_words)


def make_codec(schema: Schema, facts: Facts, tokenizer: TextTokenizer, config: Config, *, pretrained: bool) -> Codec:
    """Return the codec of a record format; for text formats a pretrained base first reads the column names."""
    if config.record_format == "table":
        # No preamble: table tokens start from their column's words, and a preamble is read again in each example.
        return TableCodec(schema, facts, tokenizer, single=config.records_per_example in (None, 1))
    names = ", ".join(schema.names)
    preamble = tokenizer.encode(f"Records of a table with the columns {names}:\n") if pretrained else []
    # Engines share whole cache blocks of the prompt between requests: of a few tokens more, each request would pay.
    if len(preamble) > PREFIX_BLOCK:
        preamble = preamble[: len(preamble) // PREFIX_BLOCK * PREFIX_BLOCK]
    line_format = ValuesFormat() if config.record_format == "values" else JsonLinesFormat()
    return LineCodec(schema, facts, tokenizer, line_format, preamble)
