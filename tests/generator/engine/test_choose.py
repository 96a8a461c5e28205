"""Which engine serves the weights."""

import sys
from pathlib import Path

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.choose import open_engine
from tabsynth.generator.engine.engine import Request, Sampling
from tabsynth.generator.engine.transformers import CAPACITY
from tabsynth.generator.engine.watched import Watched

SAMPLING = Sampling(1.0, 1.0, (1,))


def test_transformers_is_opened_by_name_under_watch(merged_folder: Path) -> None:
    engine = open_engine("transformers", merged_folder, SAMPLING, 64)
    assert isinstance(engine, Watched)
    assert (engine.name, engine.capacity, engine.can_constrain) == ("transformers", CAPACITY, False)
    engine.submit([Request("a", (0,), 5)])
    assert [delta.request_id for delta in engine.step()] == ["a"]
    engine.close()


def test_a_folder_without_weights_is_an_engine_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be loaded"):
        open_engine("transformers", tmp_path, SAMPLING, 64)


def test_vllm_by_name_is_an_error_where_it_is_not(merged_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(EngineError, match="cannot be imported"):
        open_engine("vllm", merged_folder, SAMPLING, 64)
