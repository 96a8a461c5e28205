"""`tabsynth-mini`: a small Llama-shaped base whose weights come from a seed, so nothing is downloaded."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tabsynth.codec.codec import Codec
from tabsynth.models.neighbours import rank_features

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

HEAD_SIZE = 32
CONTEXT_TOKENS = 2048
"""Context window; rotary positions cost nothing until they are used."""


def build_mini(codec: Codec, hidden_size: int, num_layers: int, seed: int) -> LlamaForCausalLM:
    """Return the frozen base with a vocabulary made for `codec`.

    Numbers that lie close together start with embeddings that lie close together (random Fourier features
    of their rank), so that the model generalises between neighbouring bins from the first step.

    Args:
        codec: Settles the vocabulary and which tokens are neighbours.
        hidden_size: Width, a multiple of HEAD_SIZE.
        num_layers: Decoder layers.
        seed: The same seed gives the same weights.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    vocabulary = codec.vocabulary
    config = LlamaConfig(
        vocab_size=vocabulary.size,
        hidden_size=hidden_size,
        intermediate_size=32 * round(hidden_size * 8 / 3 / 32),
        num_hidden_layers=num_layers,
        num_attention_heads=hidden_size // HEAD_SIZE,
        num_key_value_heads=hidden_size // HEAD_SIZE,
        max_position_embeddings=CONTEXT_TOKENS,
        bos_token_id=vocabulary.begin,
        eos_token_id=vocabulary.end,
        pad_token_id=vocabulary.end,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "proj" in name:
                weight.normal_(0, 1 / math.sqrt(weight.shape[1]), generator=generator)
            if "o_proj" in name or "down_proj" in name:
                weight.mul_(1 / math.sqrt(2 * num_layers))  # keeps the residual stream's variance near 1
        embeddings = torch.from_numpy(_embeddings(codec, hidden_size, seed))
        model.model.embed_tokens.weight.copy_(embeddings)
        model.lm_head.weight.copy_(embeddings * 0.02)  # near-uniform at the start, yet smooth over neighbours
    return model


def _embeddings(codec: Codec, hidden_size: int, seed: int) -> np.ndarray:
    vocabulary, rng = codec.vocabulary, np.random.default_rng(seed)
    rows = rng.normal(size=(vocabulary.size, hidden_size))
    positions = np.concatenate([np.full(vocabulary.base_size, np.nan), codec.token_positions()])
    ordered = np.flatnonzero(~np.isnan(positions))
    if len(ordered):
        smooth = rank_features(positions[ordered], hidden_size, rng)
        slots = rng.normal(size=(vocabulary.num_states, hidden_size))[vocabulary.legal_state[ordered]]
        rows[ordered] = 0.7 * smooth + 0.6 * slots + 0.2 * rows[ordered]
    return rows.astype(np.float32)
