"""A table on disk, a run to work on, and the small settings as options."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from tabsynth.cli.main import app


@pytest.fixture
def data(table: pd.DataFrame, tmp_path: Path) -> Path:
    file = tmp_path / "t.parquet"
    table.to_parquet(file)
    return file


@pytest.fixture
def run(fitted_run: Path, tmp_path: Path) -> Path:
    """A run that was fitted on `data`."""
    return shutil.copytree(fitted_run, tmp_path / "run")


@pytest.fixture
def small(tiny: dict[str, Any]) -> list[str]:
    return [word for name, value in tiny.items() for word in (f"--{name.replace('_', '-')}", str(value))]


@pytest.fixture
def call() -> Callable[..., Any]:
    """Run a command that succeeds and prints nothing on stderr but log lines."""

    def invoke(*arguments: str | Path) -> Any:
        result = CliRunner().invoke(app, [*map(str, arguments)])
        assert result.exit_code == 0, result.output
        return result

    return invoke
