"""The base with its vocabulary extended for a table."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import LlamaForCausalLM

from tabsynth.artifact.metadata import BaseReference
from tabsynth.codec.table import TableCodec
from tabsynth.errors import ModelError
from tabsynth.models.base import build_base, context_of, load_plain
from tabsynth.models.mini import CONTEXT_TOKENS
from tabsynth.models.tokenizer import FastTokenizer

MakeCodec = Callable[..., TableCodec]


def reference(folder: Path, seed: int = 0) -> BaseReference:
    return BaseReference(name="tiny", revision="1", folder=str(folder), seed=seed)


@pytest.mark.parametrize("tied", [True, False])
def test_a_new_row_starts_near_the_mean_of_the_pieces_of_its_words(
    table_codec: MakeCodec, base_folder: Callable[..., Path], tied: bool
) -> None:
    folder = base_folder(tied=tied)
    tokenizer = FastTokenizer(folder)
    codec = table_codec(text=True, tokenizer=tokenizer)
    old, new = load_plain(folder), build_base(reference(folder), codec)
    old.requires_grad_(False)
    new.requires_grad_(False)
    pieces = [tokenizer.encode(label) for label in codec.token_labels()]
    for before, after in (
        (old.get_input_embeddings().weight, new.get_input_embeddings().weight),
        (old.get_output_embeddings().weight, new.get_output_embeddings().weight),
    ):
        assert after.shape == (codec.vocabulary.size, before.shape[1])
        assert torch.equal(after[: tokenizer.size], before)
        means = torch.stack([before[ids].mean(0) for ids in pieces])
        words = torch.from_numpy(np.isnan(codec.token_positions()))
        away = (after[tokenizer.size :] - means)[words].pow(2).mean().sqrt() / before.std()
        assert 0.08 < float(away) < 0.12  # a tenth of the spread of the old rows
        others = (after[tokenizer.size :] - means.roll(7, 0))[words].pow(2).mean().sqrt() / before.std()
        assert float(others) > 2 * float(away)


def test_neighbouring_numbers_start_as_neighbours(table_codec: MakeCodec, base_folder: Callable[..., Path]) -> None:
    codec = table_codec()
    positions = codec.token_positions()
    numbers = np.flatnonzero(~np.isnan(positions))
    rows = build_base(reference(base_folder(tied=True)), codec).get_input_embeddings().weight.detach()[numbers]
    likeness = torch.nn.functional.cosine_similarity(rows[:1], rows).numpy()
    apart = np.abs(positions[numbers] - positions[numbers][0])
    assert likeness[apart < 0.05].mean() > likeness[apart > 0.3].mean() + 0.3


@pytest.mark.parametrize("tied", [True, False])
def test_the_same_seed_extends_alike(table_codec: MakeCodec, base_folder: Callable[..., Path], tied: bool) -> None:
    folder = base_folder(tied=tied)
    tokenizer = FastTokenizer(folder)
    codec = table_codec(text=True, tokenizer=tokenizer)
    first, again, other = (build_base(reference(folder, seed), codec).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["model.embed_tokens.weight"], other["model.embed_tokens.weight"])


def test_a_base_without_text_to_write_keeps_only_table_tokens(
    table_codec: MakeCodec, base_folder: Callable[..., Path]
) -> None:
    folder = base_folder(tied=True)
    words = load_plain(folder).get_input_embeddings().weight.detach()
    codec, tokenizer = table_codec(), FastTokenizer(folder)
    rows = build_base(reference(folder), codec).get_input_embeddings().weight.detach()
    assert rows.shape[0] == codec.vocabulary.size == len(codec.token_labels())
    means = torch.stack([words[tokenizer.encode(label)].mean(0) for label in codec.token_labels()])
    unordered = torch.from_numpy(np.isnan(codec.token_positions()))
    assert 0.08 < float((rows - means)[unordered].pow(2).mean().sqrt() / words.std()) < 0.12


def test_the_end_token_is_the_table_s(table_codec: MakeCodec, base_folder: Callable[..., Path]) -> None:
    folder = base_folder(tied=True)
    codec = table_codec(text=True, tokenizer=FastTokenizer(folder))
    config = build_base(reference(folder), codec).config
    assert config.eos_token_id == config.pad_token_id == codec.vocabulary.end


def test_without_a_folder_the_base_is_the_mini(table_codec: MakeCodec) -> None:
    codec = table_codec()
    mini = BaseReference(name="tabsynth-mini", revision="1", hidden_size=64, num_layers=1, seed=3)
    model = build_base(mini, codec)
    assert isinstance(model, LlamaForCausalLM)
    assert (model.config.hidden_size, model.config.vocab_size) == (64, codec.vocabulary.size)


def test_a_mini_without_a_shape_is_an_error(table_codec: MakeCodec) -> None:
    with pytest.raises(ModelError, match="no shape"):
        build_base(BaseReference(name="tabsynth-mini", revision="1"), table_codec())


def test_a_folder_without_a_model_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no causal language model can be loaded"):
        load_plain(tmp_path)


def test_weights_are_read_in_float32(base_folder: Callable[..., Path]) -> None:
    folder = base_folder(tied=True)
    load_plain(folder).to(torch.bfloat16).save_pretrained(str(folder))
    assert load_plain(folder).dtype == torch.float32


def test_the_context_is_the_base_s_own(base_folder: Callable[..., Path]) -> None:
    assert context_of(base_folder(tied=True)) == 128
    assert context_of(None) == CONTEXT_TOKENS
