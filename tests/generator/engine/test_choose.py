"""Which engine serves the weights."""

import sys
from pathlib import Path

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.choose import open_engine
from tabsynth.generator.engine.engine import Sampling
from tabsynth.generator.engine.transformers import TransformersEngine

SAMPLING = Sampling(1.0, 1.0, (1,))


def test_transformers_is_opened_by_name(merged_folder: Path) -> None:
    assert isinstance(open_engine("transformers", merged_folder, SAMPLING, 64), TransformersEngine)


def test_vllm_by_name_is_an_error_where_it_is_not(merged_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(EngineError, match="cannot be imported"):
        open_engine("vllm", merged_folder, SAMPLING, 64)
