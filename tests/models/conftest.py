"""Tables, codecs and tiny base models that are made in a moment."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM

from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer, TextTokenizer
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema

ROWS = 200


def frame_of(text: bool) -> pd.DataFrame:
    """A number with atoms and steps, a date, a category with missing values, and perhaps a text."""
    rng = np.random.default_rng(0)
    columns = {
        "amount": np.where(rng.random(ROWS) < 0.3, 0, rng.integers(1, 10**6, ROWS)),
        "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, ROWS), "D"),
    }
    if text:
        columns["note"] = [f"note {number}" for number in rng.integers(0, 90, ROWS)]
    return pd.DataFrame(columns | {"kind": rng.choice(np.array(["x", "y", None], dtype=object), ROWS)})


@pytest.fixture
def table_codec() -> Callable[..., TableCodec]:
    """Make the codec of a table with or without text."""

    def make(*, text: bool = False, single: bool = True, tokenizer: TextTokenizer | None = None) -> TableCodec:
        frame = frame_of(text)
        schema: Schema = infer_schema(frame, {"note": "text"} if text else {})
        tokenizer = tokenizer or (ByteTokenizer() if text else NoTextTokenizer())
        return TableCodec(schema, Facts.fit(frame, schema, tokenizer), tokenizer, single=single)

    return make


@pytest.fixture
def tiny_llama() -> Callable[..., LlamaForCausalLM]:
    """Make a pretrained-like model of random weights that are large enough to tell tokens apart."""

    def make(vocab_size: int, *, tied: bool, context_tokens: int = 128) -> LlamaForCausalLM:
        torch.manual_seed(5)
        config = LlamaConfig(
            vocab_size=vocab_size,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=context_tokens,
            tie_word_embeddings=tied,
            initializer_range=0.3,
        )
        return LlamaForCausalLM(config).eval()

    return make


@pytest.fixture(scope="session")
def bpe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a byte-level BPE tokenizer that has control tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=330,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "<|im_end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(
        ["amount: 12 day: 3 note: note 4 kind: x missing", "the kind of the note"] * 9, trainer
    )
    folder = tmp_path_factory.mktemp("bpe")
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture
def base_folder(bpe: Path, tmp_path: Path, tiny_llama: Callable[..., LlamaForCausalLM]) -> Callable[..., Path]:
    """Make the folder of a tiny pretrained base."""

    def make(*, tied: bool) -> Path:
        folder = tmp_path / ("tied" if tied else "untied")
        size = Tokenizer.from_file(str(bpe / "tokenizer.json")).get_vocab_size()
        tiny_llama(size, tied=tied).save_pretrained(str(folder))
        (folder / "tokenizer.json").write_bytes((bpe / "tokenizer.json").read_bytes())
        return folder

    return make
