"""`tabsynth run` leaves a run directory with table, scores and report, and prints the headlines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from tabsynth import Synthesizer
from tabsynth.cli.main import app


def test_run_writes_table_scores_and_report(
    data: Path, table: pd.DataFrame, tmp_path: Path, small: list[str], call: Callable[..., Any]
) -> None:
    out = tmp_path / "made"
    result = call("run", data, "-n", "90", "--out", out, "--target", "member", "--no-progress", *small)
    assert result.stderr == ""
    made = {path.name for path in out.iterdir()}
    assert made >= {"synthetic.parquet", "evaluation.json", "report.html", "training_metadata.json", "adapter"}
    fake = pd.read_parquet(out / "synthetic.parquet")
    assert len(fake) == 90
    assert fake.dtypes.tolist() == table.dtypes.tolist()
    evaluation = json.loads((out / "evaluation.json").read_text())
    assert evaluation["rows"] == {"training": 192, "holdout": 48, "synthetic": 90}
    for word in ("Synthetic", "Real holdout", "Shuffled", "Use for prediction"):
        assert word in result.stdout
    assert f"Report           {out / 'report.html'}" in result.stdout

    again = CliRunner().invoke(app, ["run", str(data), "--out", str(out), *small])
    assert again.exit_code == 2
    assert "--overwrite" in again.stderr


def test_run_makes_as_many_rows_as_the_table_has(
    data: Path, tmp_path: Path, small: list[str], call: Callable[..., Any]
) -> None:
    call("run", data, "--out", tmp_path / "made", "--no-progress", *small)
    assert len(pd.read_parquet(tmp_path / "made" / "synthetic.parquet")) == 240


def test_python_and_the_command_line_make_the_same_rows(
    data: Path, table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path, small: list[str], call: Callable[..., Any]
) -> None:
    call("run", data, "-n", "30", "--out", tmp_path / "made", "--no-progress", *small)
    made = pd.read_parquet(tmp_path / "made" / "synthetic.parquet")
    pd.testing.assert_frame_equal(made, Synthesizer(progress=False, **tiny).fit(table).generate(30))


def test_ctrl_c_says_what_was_kept(
    data: Path, tmp_path: Path, small: list[str], monkeypatch: pytest.MonkeyPatch, interrupting: Any
) -> None:
    monkeypatch.setattr("tabsynth.synthesizer.default_progress", lambda show: interrupting("generate", 25))
    result = CliRunner().invoke(
        app, ["run", str(data), "-n", "60", "--rows-per-part", "10", "--out", str(tmp_path / "made"), *small]
    )
    assert result.exit_code == 130
    (folder,) = (tmp_path / "made" / "generation").iterdir()
    assert f"The rows so far are in {folder}: the same command goes on from there." in result.stderr
    assert 0 < len(list(folder.glob("part-*"))) < 6
