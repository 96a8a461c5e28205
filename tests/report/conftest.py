from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

from tabsynth.evaluator.result import Evaluation

MADE_UP = runpy.run_path(str(Path(__file__).with_name("fabricated.py")))


@pytest.fixture(scope="session")
def fabricated() -> Callable[..., Evaluation]:
    """Makes up an evaluation: see fabricated.py."""
    made: Callable[..., Evaluation] = MADE_UP["fabricated"]
    return made


@pytest.fixture(scope="session")
def hostile() -> tuple[str, ...]:
    """Names that want to be more than names."""
    names: tuple[str, ...] = MADE_UP["HOSTILE"]
    return names
