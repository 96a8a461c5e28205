"""Plain weights for an engine: base and adapter merged, legal transitions folded in, written as a folder."""

from __future__ import annotations

from pathlib import Path

from tabsynth.artifact.layout import write_folder
from tabsynth.artifact.metadata import BaseReference
from tabsynth.codec.codec import Codec
from tabsynth.codec.text import TextTokenizer
from tabsynth.models.adapter import merge_adapter
from tabsynth.models.base import build_base
from tabsynth.models.legal import can_fold, fold_legal_transitions
from tabsynth.models.silence import no_weight_bars


def write_merged(
    folder: Path, *, adapter: Path, reference: BaseReference, codec: Codec, tokenizer: TextTokenizer
) -> None:
    """Write the merged weights to `folder`, atomically.

    Args:
        folder: Where they go; replaced if it exists.
        adapter: The trained adapter.
        reference: The base it was trained on.
        codec: Settles which tokens are legal.
        tokenizer: The base's tokenizer.
    """
    model = merge_adapter(build_base(reference, codec, tokenizer), adapter)
    if can_fold(model):
        model = fold_legal_transitions(model, codec.vocabulary)
    with no_weight_bars():
        write_folder(folder, lambda temporary: model.save_pretrained(str(temporary)))
