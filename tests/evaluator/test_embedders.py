from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from tabsynth.errors import EvaluationError
from tabsynth.evaluator.embedders import local_embedder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "red": 1, "green": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    save_file({"embeddings": np.array([[9, 9], [2, 0], [0, 2]], dtype=np.float32)}, tmp_path / "model.safetensors")
    return tmp_path


def test_a_text_is_the_mean_of_its_known_words(folder: Path) -> None:
    found = local_embedder(folder).encode(["red", "red green", "green violet", ""])
    half = np.sqrt(0.5)
    assert found == pytest.approx(np.array([[1, 0], [half, half], [0, 1], [0, 0]]))


def test_the_name_is_that_of_the_model_or_its_folder(folder: Path) -> None:
    assert local_embedder(folder).name == folder.name
    (folder / "config.json").write_text('{"name": "tiny"}', encoding="utf-8")
    assert local_embedder(folder).name == "tiny"


@pytest.mark.parametrize("content", [None, b"junk"])
def test_a_folder_without_a_model_is_an_error_that_says_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(EvaluationError, match="no static embedding model"):
        local_embedder(tmp_path)
