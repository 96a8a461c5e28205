"""`tabsynth generate` writes exactly the rows that Python would give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from tabsynth import Synthesizer
from tabsynth.cli.main import app


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


def test_a_table_goes_to_an_address(run: Path, call: Callable[..., Any]) -> None:
    import fsspec

    result = call("generate", run, "-n", "12", "--out", "memory://cli/f.csv", "--no-progress")
    assert result.stdout == "Wrote 12 rows to memory://cli/f.csv\n"
    with fsspec.open("memory://cli/f.csv", "rt") as file:
        assert len(file.read().splitlines()) == 13


def test_rules_are_options(run: Path, tmp_path: Path, call: Callable[..., Any]) -> None:
    rules = ["--rules", "age >= 50", "--rules", "city != 'Oslo'"]
    call("generate", run, "-n", "12", "--out", tmp_path / "f.parquet", *rules)
    made = pd.read_parquet(tmp_path / "f.parquet")
    assert made["age"].min() >= 50
    assert "Oslo" not in set(made["city"])


def test_what_cannot_be_done_is_said_in_one_line(run: Path, tmp_path: Path) -> None:
    for words, found in (
        (["--rules", "agge > 3"], "Did you mean 'age'"),
        (["--constraint", "reject"], "was trained to write legal table tokens only"),
    ):
        command = ["generate", str(run), "-n", "12", "--out", str(tmp_path / "f.csv"), *words]
        result = CliRunner().invoke(app, command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert found in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "f.csv").exists()


def test_ctrl_c_says_where_the_rows_are_and_the_same_command_goes_on(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupting: Any, call: Callable[..., Any]
) -> None:
    command = ["generate", str(run), "-n", "60", "--rows-per-part", "10", "--out", str(tmp_path / "f.parquet")]
    whole = Synthesizer.load(run, progress=False, rows_per_part=10).generate(60)
    with monkeypatch.context() as patch:
        patch.setattr("tabsynth.synthesizer.default_progress", lambda show: interrupting("generate", 25))
        result = CliRunner().invoke(app, command)
    assert result.exit_code == 130
    (folder,) = (run / "generation").iterdir()
    assert f"The rows so far are in {folder}: the same command goes on from there." in result.stderr
    assert list(folder.glob("part-*")) and not (tmp_path / "f.parquet").exists()
    call(*command, "--no-progress")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "f.parquet"), whole)
