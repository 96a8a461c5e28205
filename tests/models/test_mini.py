"""The small base from a seed."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from tabsynth.codec.table import TableCodec
from tabsynth.models.mini import CONTEXT_TOKENS, build_mini

MakeCodec = Callable[..., TableCodec]


def test_the_same_seed_makes_the_same_weights(table_codec: MakeCodec) -> None:
    torch.manual_seed(1)
    first = build_mini(table_codec(), 64, 2, seed=3).state_dict()
    torch.manual_seed(2)
    again, other = (build_mini(table_codec(), 64, 2, seed=seed).state_dict() for seed in (3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["model.embed_tokens.weight"], other["model.embed_tokens.weight"])
    assert not torch.equal(first["model.layers.1.mlp.up_proj.weight"], other["model.layers.1.mlp.up_proj.weight"])


@pytest.mark.parametrize("text", [False, True])
def test_the_vocabulary_is_the_codec_s(table_codec: MakeCodec, text: bool) -> None:
    codec = table_codec(text=text)
    config = build_mini(codec, 96, 2, seed=0).config
    assert config.vocab_size == codec.vocabulary.size
    assert (config.bos_token_id, config.eos_token_id) == (codec.vocabulary.begin, codec.vocabulary.end)
    assert (config.hidden_size, config.num_hidden_layers, config.num_attention_heads) == (96, 2, 3)
    assert config.max_position_embeddings == CONTEXT_TOKENS
    assert not config.tie_word_embeddings


def test_close_numbers_start_closer_together_than_far_ones(table_codec: MakeCodec) -> None:
    codec = table_codec()
    rows = build_mini(codec, 128, 1, seed=0).model.embed_tokens.weight.detach().numpy()
    start, end = codec.neighbour_runs()[0]
    bins = rows[start : end + 1]
    assert len(bins) > 40

    def distance(apart: int) -> float:
        return float(np.linalg.norm(bins[apart:] - bins[:-apart], axis=1).mean())

    assert distance(1) < 0.6 * distance(30)
    assert distance(1) < distance(5) < distance(15)


def test_the_start_is_near_uniform(table_codec: MakeCodec) -> None:
    codec = table_codec()
    model = build_mini(codec, 128, 3, seed=0).eval()
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([[codec.vocabulary.begin, 5, 9]])).logits
    assert float(logits.std()) < 1.0
