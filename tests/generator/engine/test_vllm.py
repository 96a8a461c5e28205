"""The vLLM engine where vLLM is not, or cannot start. What it does when it runs is in test_contract.py."""

import sys
from pathlib import Path

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Sampling
from tabsynth.generator.engine.vllm import VllmEngine


def test_without_vllm_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(EngineError, match=r"vLLM cannot be imported.*extra \[cpu\] or \[cuda\]"):
        VllmEngine(tmp_path, Sampling(1.0, 1.0, ()), 64)
