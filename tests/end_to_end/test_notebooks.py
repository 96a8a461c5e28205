"""The notebooks run from top to bottom, with small settings."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SMALL = {"TABSYNTH_NOTEBOOK_MINUTES": "0.05", "TABSYNTH_NOTEBOOK_ROWS": "200"}
LIMIT_SECONDS = 300


def has_wage() -> bool:
    try:
        return Path(str(distribution("ISLP").locate_file("ISLP/data/Wage.csv"))).is_file()
    except PackageNotFoundError:
        return False


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_stores_no_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count] == []


@pytest.mark.slow
@pytest.mark.skipif(not has_wage(), reason="the notebooks read a table of the package ISLP")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL.items():
        monkeypatch.setenv(name, os.environ.get(name, value))
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=LIMIT_SECONDS, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert (tmp_path / "report.html").stat().st_size > 10_000
