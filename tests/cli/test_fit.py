"""`tabsynth fit` leaves a run that can be used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tabsynth import Synthesizer
from tabsynth.cli.main import app


def test_fit_says_what_it_learned_and_what_comes_next(
    data: Path, tmp_path: Path, small: list[str], call: Callable[..., Any]
) -> None:
    result = call("fit", data, "--out", tmp_path / "made", *small)
    assert "Learned 192 rows" in result.stdout
    assert f"Next: tabsynth generate {tmp_path / 'made'}" in result.stdout
    assert "train started" in result.stderr
    assert len(Synthesizer.load(tmp_path / "made", progress=False).generate(3)) == 3


def test_a_finished_run_is_replaced_only_on_request(
    data: Path, run: Path, small: list[str], call: Callable[..., Any]
) -> None:
    before = (run / "training_metadata.json").read_text()
    result = CliRunner().invoke(app, ["fit", str(data), "--out", str(run), *small])
    assert result.exit_code == 2
    assert (run / "training_metadata.json").read_text() == before
    call("fit", data, "--out", run, "--overwrite", *small, "--random-state", "1")
    assert (run / "training_metadata.json").read_text() != before


def test_bad_input_leaves_the_run_that_it_would_have_replaced(run: Path, tmp_path: Path) -> None:
    before = (run / "training_metadata.json").read_text()
    arguments = ["fit", str(tmp_path / "none.csv"), "--out", str(run), "--overwrite"]
    assert CliRunner().invoke(app, arguments).exit_code == 2
    assert (run / "training_metadata.json").read_text() == before


def test_ctrl_c_in_training_says_what_was_kept(
    data: Path, tmp_path: Path, small: list[str], monkeypatch: pytest.MonkeyPatch, interrupting: Any
) -> None:
    monkeypatch.setattr("tabsynth.synthesizer.default_progress", lambda show: interrupting("train", 3))
    result = CliRunner().invoke(app, ["fit", str(data), "--out", str(tmp_path / "made"), *small])
    assert result.exit_code == 130
    assert result.stderr == "Interrupted. The training was too short for a checkpoint, so nothing was kept.\n"
