"""The tokenizer beside merged weights, in Hugging Face's form: what vLLM's structured outputs read. Text formats only.

Its ids are those of the codec: the base's own, then BEGIN and END.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tabsynth.codec.text import TextTokenizer
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import ModelError
from tabsynth.models.tokenizer import FastTokenizer, byte_letters

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BEGIN, END = "<|tabsynth_begin|>", "<|tabsynth_end|>"


def write_hub_tokenizer(folder: Path, tokenizer: TextTokenizer, vocabulary: Vocabulary) -> None:
    """Write `tokenizer.json` and its config; nothing for table tokens, whose weights bind them already.

    Args:
        folder: The merged weights.
        tokenizer: Writes the lines.
        vocabulary: The codec's ids.

    Raises:
        ModelError: The base's tokenizer gives BEGIN or END another id.
    """
    if vocabulary.num_slots:
        return
    from tokenizers import AddedToken, Tokenizer
    from transformers import PreTrainedTokenizerFast

    backend: Tokenizer = Tokenizer.from_str(tokenizer.to_json()) if isinstance(tokenizer, FastTokenizer) else _bytes()
    for text, token in ((BEGIN, vocabulary.begin), (END, vocabulary.end)):
        backend.add_special_tokens([AddedToken(text, special=True, normalized=False)])
        if backend.token_to_id(text) != token:
            raise ModelError(
                f"its tokenizer gives id {backend.token_to_id(text)} to what is id {token} in the weights",
                where="base model",
                do="use constraint='reject'",
            )
    written = PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token=END, pad_token=END, clean_up_tokenization_spaces=False
    )
    written.save_pretrained(str(folder))


def _bytes() -> Tokenizer:
    """A byte-level vocabulary whose ids are the bytes."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = {letter: byte for byte, letter in enumerate(byte_letters())}
    backend = Tokenizer(models.BPE(vocab=letters, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    return backend
