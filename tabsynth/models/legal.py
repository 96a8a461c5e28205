"""Legal transitions folded into the weights: a model that cannot leave its slots, in any engine, at no cost.

Every table token belongs to one slot, so the previous token alone settles which slot comes next. A few hidden
dimensions that no layer reads or writes carry a binary code of that slot from the embedding of the previous token
to the head, where tokens of this slot score exactly 0 and all others at least -MARGIN. The result is an ordinary
checkpoint of the same architecture: no mask, grammar or logits processor runs at decoding, and what is sampled is
exactly the distribution that was trained with illegal tokens masked out of the loss.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tabsynth.codec.vocabulary import Vocabulary

if TYPE_CHECKING:
    from transformers import PreTrainedModel

ARCHITECTURES = ("llama", "mistral", "qwen2")
CODE_DIMENSIONS = 16
AMPLITUDE = 2.0**-12
"""Size of the code in the residual stream: too small to move any layer's normalisation."""
MARGIN = 32.0


def can_fold(model: PreTrainedModel) -> bool:
    """Whether this architecture has the layer names and the normalisation that folding relies on."""
    return model.config.model_type in ARCHITECTURES


def can_fold_base(folder: Path | None) -> bool:
    """Whether transitions can be folded into a base, without loading it.

    Args:
        folder: Where it lies; None for `tabsynth-mini`.
    """
    return folder is None or json.loads((folder / "config.json").read_text())["model_type"] in ARCHITECTURES


def fold_legal_transitions(model: PreTrainedModel, vocabulary: Vocabulary) -> PreTrainedModel:
    """Return a copy of `model` that only ever samples legal tokens.

    Args:
        model: Plain weights, of one of ARCHITECTURES.
        vocabulary: Settles the state after each token and the state in which each token is legal.

    Returns:
        The same architecture, CODE_DIMENSIONS or a few more wider, with an untied head.
    """
    import torch

    width, heads = model.config.hidden_size, model.config.num_attention_heads
    # transformers wants a width that the heads divide.
    extra = -(-(width + CODE_DIMENSIONS) // heads) * heads - width
    config = type(model.config).from_dict(
        model.config.to_dict()
        | {
            "head_dim": getattr(model.config, "head_dim", None) or width // heads,
            "hidden_size": width + extra,
            "rms_norm_eps": model.config.rms_norm_eps * width / (width + extra),
            "tie_word_embeddings": False,
        }
    )
    wide: Any = type(model)(config)
    wide.to(model.dtype)
    source = model.state_dict()
    source.setdefault("lm_head.weight", source["model.embed_tokens.weight"])
    # The mean of squares now runs over more dimensions; the gain makes up for it.
    gain = (width / (width + extra)) ** 0.5
    with torch.no_grad():
        for name, target in wide.state_dict().items():
            weight = source[name]
            target.zero_()
            target[tuple(slice(size) for size in weight.shape)] = weight
            if "norm" in name:
                target[:width] *= gain
        embed, head = wide.model.embed_tokens.weight, wide.lm_head.weight
        codes = torch.from_numpy(_codes(vocabulary.num_states)).to(embed.dtype)
        after = torch.from_numpy(vocabulary.next_state)
        legal = torch.from_numpy(vocabulary.legal_state)
        size = vocabulary.size
        code = slice(width, width + CODE_DIMENSIONS)
        embed[:size, code] = codes[after] * AMPLITUDE
        # A token that is legal nowhere (-1) keeps only the negative constant.
        tokens = torch.where(legal[:, None] >= 0, codes[legal.clamp(min=0)], torch.zeros(1, dtype=embed.dtype))
        bits = CODE_DIMENSIONS - 1
        tokens[:, bits] = -float(bits)
        head[:size, code] = tokens
        head[size:, width + bits] = -float(bits)
        wide.model.norm.weight[code] = _power_of_two(MARGIN * _largest_norm(wide, vocabulary) / AMPLITUDE)
    folded: PreTrainedModel = wide
    return folded


def _codes(states: int) -> NDArray[np.float32]:
    """One code of +-1 per state and a constant 1, shape (states, CODE_DIMENSIONS)."""
    bits = CODE_DIMENSIONS - 1
    numbers = np.arange(states)[:, None] >> np.arange(bits) & 1
    return np.hstack([2.0 * numbers - 1.0, np.ones((states, 1))]).astype(np.float32)


def _power_of_two(value: float) -> float:
    # Powers of two keep the sums over the code exact in every float format.
    return float(2.0 ** np.ceil(np.log2(value)))


def _largest_norm(model: Any, vocabulary: Vocabulary, walks: int = 64) -> float:
    """Largest root mean square before the last normalisation, over random legal walks through the slots."""
    import torch

    rng = np.random.default_rng(0)
    length = min(64, 2 * max(1, vocabulary.num_slots))
    by_state = [np.flatnonzero(vocabulary.legal_state == state) for state in range(vocabulary.num_states)]
    tokens = np.full((walks, length), vocabulary.begin)
    for place in range(1, length):
        states = vocabulary.next_state[tokens[:, place - 1]]
        tokens[:, place] = [rng.choice(by_state[state]) for state in states]
    seen: list[float] = []
    hook = model.model.norm.register_forward_pre_hook(
        lambda _, inputs: seen.append(float(inputs[0].float().pow(2).mean(-1).sqrt().max()))
    )
    with torch.no_grad():
        model(input_ids=torch.from_numpy(tokens), use_cache=False)
    hook.remove()
    return max(seen[0], 1e-3) * 4
