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


def test_a_gate_that_opens_writes_table_and_card(
    data: Path, tmp_path: Path, small: list[str], call: Callable[..., Any]
) -> None:
    out = tmp_path / "made"
    result = call("run", data, "-n", "90", "--out", out, "--gate", "--licence", "cc-by-4.0", "--no-progress", *small)
    assert len(pd.read_parquet(out / "synthetic.parquet")) == 90
    card = (out / "dataset_card.md").read_text(encoding="utf-8")
    light = json.loads((out / "evaluation.json").read_text())["privacy"]["light"]
    assert light in ("green", "amber")
    assert f"| Privacy light | **{light}** |" in card
    assert "license: cc-by-4.0" in card
    assert f"Dataset card     {out / 'dataset_card.md'}" in result.stdout
    assert "the rest of the run directory is private" in result.stdout


def test_a_gate_that_stays_shut_writes_the_report_and_no_row(
    data: Path, table: pd.DataFrame, tmp_path: Path, small: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "made"
    # What a model would do that has learned its rows by heart.
    monkeypatch.setattr(Synthesizer, "generate", lambda self, rows: self.split.training.reset_index(drop=True))
    words = ["run", str(data), "--out", str(out), "--no-progress", *small]
    result = CliRunner().invoke(app, [*words, "--gate"])
    assert result.exit_code == 3
    assert result.stderr.startswith("Not released: release: the privacy light is red. ")
    assert "beyond chance, p " in result.stderr and "generate again" in result.stderr
    assert f"Report           {out / 'report.html'}" in result.stdout
    assert "Synthetic table" not in result.stdout
    evaluation = json.loads((out / "evaluation.json").read_text())
    assert evaluation["privacy"]["light"] == "red"
    names = {path.name for path in out.rglob("*") if path.is_file()}
    assert "report.html" in names
    assert not {name for name in names if name.startswith("synthetic") or name == "dataset_card.md"}

    ungated = CliRunner().invoke(app, [*words, "--overwrite"])
    assert ungated.exit_code == 0
    assert len(pd.read_parquet(out / "synthetic.parquet")) == 192


def test_another_run_takes_the_card_of_the_last_one_away(
    data: Path, tmp_path: Path, small: list[str], call: Callable[..., Any]
) -> None:
    out = tmp_path / "made"
    words = ("run", data, "-n", "90", "--out", out, "--no-progress", *small)
    call(*words, "--gate")
    assert (out / "dataset_card.md").is_file()
    call(*words, "--overwrite")
    assert not (out / "dataset_card.md").exists()


@pytest.mark.parametrize("terms", [["--gate", "--allow", "red"], ["--allow", "green"], ["--licence", "mit"]])
def test_terms_without_a_meaning_are_refused_before_anything_is_done(
    data: Path, tmp_path: Path, small: list[str], terms: list[str]
) -> None:
    result = CliRunner().invoke(app, ["run", str(data), "--out", str(tmp_path / "made"), *terms, *small])
    assert result.exit_code == 2
    assert not (tmp_path / "made").exists()


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
