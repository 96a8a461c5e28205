"""The base model with its vocabulary extended for one table, ready for an adapter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tabsynth.artifact.metadata import BaseReference
from tabsynth.codec.codec import Codec
from tabsynth.codec.text import TextTokenizer
from tabsynth.errors import ModelError
from tabsynth.models.mini import CONTEXT_TOKENS, build_mini
from tabsynth.models.neighbours import rank_features
from tabsynth.models.silence import no_weight_bars
from tabsynth.models.tokenizer import FastTokenizer

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def build_base(reference: BaseReference, codec: Codec) -> PreTrainedModel:
    """Return the base in float32 with a row for every table token.

    Args:
        reference: Which base, and for `tabsynth-mini` its shape and seed.
        codec: Settles the table tokens and the words that a pretrained base starts them from.

    Raises:
        ModelError: The base's folder is gone or holds no causal language model.
    """
    if reference.folder is None:
        if reference.hidden_size is None or reference.num_layers is None:
            raise ModelError("the metadata names no shape for tabsynth-mini", do="run the training again")
        return build_mini(codec, reference.hidden_size, reference.num_layers, reference.seed)
    model = load_plain(Path(reference.folder))
    _extend(model, codec, FastTokenizer(Path(reference.folder)), reference.seed)
    return model


def context_of(folder: Path | None) -> int:
    """Return the context window in tokens of the base in `folder`, or of `tabsynth-mini`."""
    if folder is None:
        return CONTEXT_TOKENS
    return int(json.loads((folder / "config.json").read_text())["max_position_embeddings"])


def load_plain(folder: Path) -> PreTrainedModel:
    """Return the causal language model in `folder`, in float32.

    Raises:
        ModelError: There is none.
    """
    import torch
    from transformers import AutoModelForCausalLM

    try:
        with no_weight_bars():
            model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
                str(folder), dtype=torch.float32, local_files_only=True
            )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"no causal language model can be loaded ({type(error).__name__})",
            where=str(folder),
            do="check the folder, or use model='tabsynth-mini' or model='smollm2-135m'",
        ) from None
    return model


def _extend(model: PreTrainedModel, codec: Codec, tokenizer: TextTokenizer, seed: int) -> None:
    """Add a row for each table token, started from the mean of the pieces of its words; numbers start as neighbours.

    A codec without text has no other tokens, so the base loses its own rows.
    """
    import torch

    vocabulary = codec.vocabulary
    pieces = [tokenizer.encode(label) for label in codec.token_labels()]
    rng = np.random.default_rng(seed)
    positions = codec.token_positions()
    ordered = np.flatnonzero(~np.isnan(positions))
    before = [model.get_input_embeddings().weight, model.get_output_embeddings().weight]
    is_tied = before[0] is before[1]
    known = [rows.detach().clone() for rows in (before[:1] if is_tied else before)]
    model.resize_token_embeddings(vocabulary.size, mean_resizing=False)
    model.config.update({"bos_token_id": None, "eos_token_id": vocabulary.end, "pad_token_id": vocabulary.end})
    after = [model.get_input_embeddings().weight, model.get_output_embeddings().weight]
    with torch.no_grad():
        for words, rows in zip(known, after, strict=False):
            # A little noise tells tokens apart whose words share their pieces.
            noise = rng.normal(scale=0.1, size=(len(pieces), rows.shape[1]))
            noise[ordered] += rank_features(positions[ordered], rows.shape[1], rng)
            apart = torch.from_numpy(noise.astype(np.float32)) * words.std()
            for at, ids in enumerate(pieces):
                rows[vocabulary.base_size + at] = words[ids].mean(0) + apart[at]
