"""Embedding models in a local folder, read with what is installed anyway. Downloads nothing, knows no score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.text_semantic import Embedder

MAX_TOKENS = 512


def local_embedder(folder: str | Path) -> Embedder:
    """Read a static embedding model, as model2vec writes it: `model.safetensors` and `tokenizer.json`.

    Such a model is a table with one vector a token, so a text's vector is a mean: fast, and blind to the order of
    words. A shuffled text scores as the text itself, which the classifier on words sees.

    Raises:
        EvaluationError: The folder holds no such model.
    """
    path = Path(folder)
    try:
        table = load_file(path / "model.safetensors")["embeddings"]
        return _StaticEmbedder(path, table.astype(np.float32))
    except (OSError, KeyError, ValueError, SafetensorError) as error:
        raise EvaluationError(
            "the folder holds no static embedding model",
            where="embedder",
            do="pass a folder with model.safetensors (a tensor “embeddings”) and tokenizer.json, as model2vec saves it",
        ) from error


class _StaticEmbedder:
    """The mean of the vectors of a text's tokens."""

    def __init__(self, path: Path, table: NDArray[np.float32]) -> None:
        self.name = _name(path)
        self._table = table
        self._tokenizer = Tokenizer.from_str((path / "tokenizer.json").read_text(encoding="utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._unknown = self._tokenizer.token_to_id("[UNK]")  # says nothing of a text, and model2vec skips it

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one vector of length 1 for each text."""
        vectors = np.zeros((len(texts), self._table.shape[1]), dtype=np.float32)
        for place, read in enumerate(self._tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            known = [token for token in read.ids if token < len(self._table) and token != self._unknown]
            if known:
                mean = self._table[known].mean(axis=0)
                vectors[place] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return vectors


def _name(path: Path) -> str:
    """The model's own name, else that of its folder."""
    try:
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        config = {}
    named = config.get("name") if isinstance(config, dict) else None
    return str(named) if named else path.resolve().name
