"""Tables and settings that many tests share. Everything here is made up."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.progress import SilentTask

# Read when torch is loaded. Threads that wait by spinning are many times slower where two test runs share the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

TINY: dict[str, Any] = {
    "engine": "transformers",
    "max_epochs": 3.0,
    "hidden_size": 32,
    "num_layers": 1,
    "lora_rank": 8,
    "random_state": 7,
}
"""Settings under which a fit takes about a second and learns next to nothing."""


def mixed_table(rows: int = 240) -> pd.DataFrame:
    """One column of every kind, with missing values, and dtypes that a CSV would lose."""
    rng = np.random.default_rng(1)
    ages = rng.integers(18, 90, rows)
    return pd.DataFrame(
        {
            "customer": [f"C{100_000 + number}" for number in rng.permutation(rows)],
            "age": ages.astype("int16"),
            "income": np.where(rng.random(rows) < 0.1, np.nan, np.round(rng.lognormal(7, 0.4, rows), 2)),
            "city": pd.Categorical(rng.choice(["Bern", "Oslo", "Rome"], rows), categories=["Rome", "Bern", "Oslo"]),
            "member": ages > 50,
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
            "grade": pd.Series(rng.integers(1, 5, rows), dtype="Int64").replace(4, pd.NA),
        }
    )


class Interrupting:
    """A progress that presses Ctrl-C at the `at`-th update of a stage."""

    def __init__(self, stage: str, at: int) -> None:
        self.stage, self.left = stage, at

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Any]:
        yield self if stage == self.stage else SilentTask()

    def update(self, done: float, info: str = "") -> None:
        self.left -= 1
        if self.left <= 0:
            raise KeyboardInterrupt


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    return dict(TINY)


@pytest.fixture(scope="session")
def interrupting() -> type[Interrupting]:
    return Interrupting


@pytest.fixture
def table() -> pd.DataFrame:
    return mixed_table()


@pytest.fixture(scope="session")
def fitted_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run on `mixed_table`, to be read only."""
    from tabsynth import Synthesizer

    run = tmp_path_factory.mktemp("fitted") / "run"
    Synthesizer(progress=False, **TINY).fit(mixed_table(), run_dir=run)
    return run


@pytest.fixture(autouse=True)
def clean_log() -> Iterator[None]:
    """Leave the package's logger as it was: the command line gives it a handler."""
    log = logging.getLogger("tabsynth")
    handlers, level = list(log.handlers), log.level
    yield
    log.handlers[:] = handlers
    log.setLevel(level)
