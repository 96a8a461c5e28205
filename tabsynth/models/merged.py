"""Plain weights for an engine: base and adapter merged, legal transitions folded in, written as a folder."""

from __future__ import annotations

from pathlib import Path

from tabsynth.artifact.layout import write_folder
from tabsynth.artifact.metadata import BaseReference
from tabsynth.codec.codec import Codec
from tabsynth.codec.text import TextTokenizer
from tabsynth.models.adapter import merge_adapter
from tabsynth.models.base import build_base
from tabsynth.models.hub_tokenizer import write_hub_tokenizer
from tabsynth.models.legal import can_fold, fold_legal_transitions
from tabsynth.models.silence import no_weight_bars


def write_merged(
    folder: Path,
    *,
    adapter: Path,
    reference: BaseReference,
    codec: Codec,
    tokenizer: TextTokenizer,
    legal: bool = True,
) -> None:
    """Write the merged weights to `folder`, atomically.

    Args:
        folder: Where they go; replaced if it exists.
        adapter: The trained adapter.
        reference: The base it was trained on.
        codec: Settles which tokens are legal.
        tokenizer: The codec's tokenizer.
        legal: Whether to fold legal transitions in where the architecture allows it.
    """
    model = merge_adapter(build_base(reference, codec), adapter)
    if legal and can_fold(model):
        model = fold_legal_transitions(model, codec.vocabulary)

    def write(temporary: Path) -> None:
        with no_weight_bars():
            model.save_pretrained(str(temporary))
        write_hub_tokenizer(temporary, tokenizer, codec.vocabulary)

    write_folder(folder, write)
