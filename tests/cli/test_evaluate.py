"""`tabsynth evaluate` scores a table against the rows of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tabsynth.cli.main import app


@pytest.fixture
def fake(run: Path, tmp_path: Path, call: Callable[..., Any]) -> Path:
    call("generate", run, "-n", "60", "--out", tmp_path / "f.csv", "--no-progress")
    return tmp_path / "f.csv"


def test_scores_and_report_go_into_the_run(run: Path, fake: Path, data: Path, call: Callable[..., Any]) -> None:
    result = call("evaluate", run, fake, "--data", data, "--target", "member", "--no-progress")
    assert result.stderr == ""
    assert "Synthetic quality" in result.stdout
    assert json.loads((run / "evaluation.json").read_text())["target"] == "member"
    assert (run / "report.html").is_file()


def test_scores_and_report_go_where_they_are_sent(
    run: Path, fake: Path, data: Path, tmp_path: Path, call: Callable[..., Any]
) -> None:
    call("evaluate", run, fake, "--data", data, "--out", tmp_path / "r.html", "--json", tmp_path / "r.json")
    assert (tmp_path / "r.html").is_file()
    assert json.loads((tmp_path / "r.json").read_text())["rows"]["synthetic"] == 60
    assert not (run / "evaluation.json").exists()


def fails(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)])
    assert result.exit_code == 2
    return " ".join(result.stderr.split())


def test_the_learned_table_must_be_given_and_be_the_same(run: Path, fake: Path) -> None:
    assert "--data" in fails(run, fake)
    assert "this is not the table that was learned" in fails(run, fake, "--data", fake)


def test_a_report_into_a_folder_that_is_not_there_is_refused_first(run: Path, fake: Path, data: Path) -> None:
    assert "its folder does not exist" in fails(run, fake, "--data", data, "--out", run / "no" / "r.html")


def test_a_target_that_does_not_exist_is_refused(run: Path, fake: Path, data: Path) -> None:
    assert "Did you mean 'member'" in fails(run, fake, "--data", data, "--target", "membr")
