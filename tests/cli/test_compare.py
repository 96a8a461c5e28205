"""`tabsynth compare` scores tables of any origin."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from tabsynth.cli.main import app


@pytest.fixture
def files(table: pd.DataFrame, tmp_path: Path) -> list[Path]:
    paths = []
    for name, rows in (("training", slice(0, 100)), ("holdout", slice(100, 170)), ("fake", slice(170, 240))):
        paths.append(tmp_path / f"{name}.csv")
        table[rows].to_csv(paths[-1], index=False)
    return paths


def test_three_files_make_a_report_and_scores(files: list[Path], tmp_path: Path, call: Callable[..., Any]) -> None:
    page, scores = tmp_path / "r.html", tmp_path / "r.json"
    result = call("compare", *files, "--target", "member", "--out", page, "--json", scores, "--no-progress")
    assert "Synthetic quality" in result.stdout
    assert page.is_file()
    found = json.loads(scores.read_text())
    assert found["target"] == "member" and found["rows"] == {"training": 100, "holdout": 70, "synthetic": 70}


def test_a_group_that_does_not_exist_is_refused(files: list[Path]) -> None:
    result = CliRunner().invoke(app, ["compare", *map(str, files), "--group-by", "membr"])
    assert result.exit_code == 2 and "Did you mean 'member'" in result.stderr


def test_a_folder_that_is_not_there_is_refused_before_any_work(files: list[Path], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["compare", *map(str, files), "--out", str(tmp_path / "no" / "r.html")])
    assert result.exit_code == 2 and "its folder does not exist" in " ".join(result.stderr.split())
