"""`tabsynth generate` writes exactly the rows that Python would give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tabsynth import Synthesizer


@pytest.mark.parametrize("name", ["f.parquet", "f.csv", "f.jsonl", "f.csv.gz"])
def test_rows_are_written_in_every_format(run: Path, tmp_path: Path, name: str, call: Callable[..., Any]) -> None:
    result = call("generate", run, "-n", "12", "--out", tmp_path / name, "--no-progress")
    assert result.stdout == f"Wrote 12 rows to {tmp_path / name}\n"
    assert result.stderr == ""
    assert (tmp_path / name).stat().st_size > 0


def test_the_rows_are_those_of_python(run: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    call("generate", run, "-n", "12", "--out", tmp_path / "f.parquet")
    made = pd.read_parquet(tmp_path / "f.parquet")
    pd.testing.assert_frame_equal(made, Synthesizer.load(run, progress=False).generate(12))


def test_settings_of_generation_may_differ_from_those_of_training(
    run: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    call("generate", run, "-n", "12", "--out", tmp_path / "a.parquet")
    call("generate", run, "-n", "12", "--out", tmp_path / "b.parquet", "--random-state", "5", "--schedule", "full")
    assert not pd.read_parquet(tmp_path / "a.parquet").equals(pd.read_parquet(tmp_path / "b.parquet"))
