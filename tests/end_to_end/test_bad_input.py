"""Input that cannot be learned: one clear message, and nothing half-made is left behind."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tabsynth import Synthesizer, TabsynthError
from tabsynth.cli.main import app

FILES: dict[str, tuple[str, bytes, str]] = {
    "an empty file": ("t.csv", b"", "the file is empty"),
    "a header and nothing else": ("t.csv", b"a,b\n", "a header and no rows"),
    "one row": ("t.csv", b"a,b\n1,2\n", "1 rows"),
    "a column name twice": ("t.csv", b"a,a\n" + b"1,2\n" * 30, "occur more than once"),
    "nothing but missing values": ("t.csv", b"a,b\n" + b",\n" * 30, "every value of the table is missing"),
    "an infinite value": ("t.csv", b"a,b\n" + b"1.5,2\n" * 30 + b"inf,2\n", "values are infinite"),
    "two thousand columns": (
        "t.csv",
        ",".join(f"c{i}" for i in range(2_000)).encode() + b"\n" + (b",".join([b"1"] * 2_000) + b"\n") * 30,
        "2,000 columns",
    ),
    "nothing that varies": ("t.csv", b"a,b\n" + b"x,y\n" * 30, "every column is constant"),
    "another encoding": ("t.csv", b"a,b\n" + "é,1\n".encode("latin-1") * 30, "not UTF-8"),
    "a suffix that is no table": ("t.docx", b"a,b\n", "not a known kind of table"),
    "text that calls itself Parquet": ("t.parquet", b"a,b\n1,2\n", "not a whole Parquet file"),
    "rows of different lengths": ("t.csv", b"a,b\n" + b"1,2\n" * 30 + b"1,2,3\n", "has 3 cells, the header has 2"),
}
FRAMES: dict[str, tuple[Callable[[], pd.DataFrame], str]] = {
    "no rows": (lambda: pd.DataFrame({"a": []}), "0 rows"),
    "one row": (lambda: pd.DataFrame({"a": [1]}), "1 rows"),
    "no columns": (lambda: pd.DataFrame(index=range(30)), "0 columns"),
    "a column name twice": (lambda: pd.DataFrame([[1, 2]] * 30, columns=["a", "a"]), "occur more than once"),
    "names that are no strings": (lambda: pd.DataFrame(np.eye(30)), "30 column names are not strings"),
    "nothing but missing values": (lambda: pd.DataFrame({"a": [None] * 30}), "every value of the table is missing"),
    "an infinite value": (lambda: pd.DataFrame({"a": [*range(30), np.inf]}), "1 of 31 values are infinite"),
    "two thousand columns": (lambda: pd.DataFrame(np.ones((30, 2_000))).add_prefix("c"), "2,000 columns"),
    "objects of mixed types": (lambda: pd.DataFrame({"a": [1, "x", 2.5] * 10, "b": range(30)}), "column 'a'"),
    "cells that are lists": (lambda: pd.DataFrame({"a": [[1], [2]] * 15, "b": range(30)}), "column 'a'"),
}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "runs" / "bad"


def fails_in_python(data: Any, run: Path, **options: Any) -> str:
    with pytest.raises(TabsynthError) as caught:
        Synthesizer(progress=False, **options).fit(data, run_dir=run)
    assert not run.exists() or not any(run.iterdir())
    return str(caught.value)


def fails_on_the_command_line(*arguments: str | Path) -> str:
    """Run a command that must fail with code 2; return its one message as one line."""
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.count("Error: ") == 1
    return re.sub(r"\s+", " ", result.stderr)


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file(case: str, tmp_path: Path, run: Path) -> None:
    name, content, found = FILES[case]
    (tmp_path / name).write_bytes(content)
    assert found in fails_in_python(tmp_path / name, run)
    message = fails_on_the_command_line("fit", tmp_path / name, "--out", run, "--no-progress")
    assert found in message
    assert not run.exists() or not any(run.iterdir())


@pytest.mark.parametrize("case", FRAMES)
def test_a_bad_frame(case: str, run: Path) -> None:
    make, found = FRAMES[case]
    assert found in fails_in_python(make(), run)


def test_a_folder_and_a_missing_file(tmp_path: Path, run: Path) -> None:
    assert "a folder, not a file" in fails_in_python(tmp_path, run)
    assert "a folder, not a file" in fails_on_the_command_line("run", tmp_path, "--out", run)
    assert "there is no such file" in fails_in_python(tmp_path / "t.csv", run)
    assert "there is no such file" in fails_on_the_command_line("run", tmp_path / "t.csv", "--out", run)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"max_epoch": 1}, "Did you mean 'max_epochs'"),
        ({"target": "agee"}, "Did you mean 'age'"),
        ({"types": {"age": "integr"}}, "Did you mean 'integer'"),
        ({"types": {"agee": "integer"}}, "Did you mean 'age'"),
        ({"types": {"city": "datetime"}}, "column 'city'"),
        ({"types": {"city": "integer"}}, "column 'city'"),
        ({"model": "tabsynth-mimi"}, "Did you mean 'tabsynth-mini'"),
        ({"holdout": 0.99}, "'holdout'"),
        ({"max_minutes": 0}, "'max_minutes'"),
    ],
)
def test_a_bad_setting(options: dict[str, Any], found: str, table: pd.DataFrame, run: Path) -> None:
    assert found in fails_in_python(table, run, **options)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--max-epoch", "1"], "Did you mean --max-epochs"),
        (["--target", "agee"], "Did you mean 'age'"),
        (["--types", "age=integr"], "Did you mean 'integer'"),
        (["--types", "age"], "Write --types COLUMN=KIND"),
        (["--model", "tabsynth-mimi"], "Did you mean 'tabsynth-mini'"),
        (["--holdout", "most"], "setting 'holdout' must be a share"),
        (["--max-minutes", "0"], "setting 'max_minutes' must be"),
        (["--max-minutes", "soon"], "--max-minutes"),
        (["--engine", "vlm"], "--engine"),
    ],
)
def test_a_bad_option(arguments: list[str], found: str, table: pd.DataFrame, tmp_path: Path, run: Path) -> None:
    table.to_csv(tmp_path / "t.csv", index=False)
    assert found in fails_on_the_command_line("fit", tmp_path / "t.csv", "--out", run, *arguments)
    assert not run.exists() or not any(run.iterdir())


def test_a_config_file_with_an_unknown_key(table: pd.DataFrame, tmp_path: Path, run: Path) -> None:
    table.to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "c.yaml").write_text("max_epoch: 3\n")
    message = fails_on_the_command_line("fit", tmp_path / "t.csv", "--out", run, "--config", tmp_path / "c.yaml")
    assert "c.yaml: there is no setting 'max_epoch'. Did you mean 'max_epochs'" in message


@pytest.mark.parametrize("num_rows", ["0", "-3", "1.5"])
def test_a_number_of_rows_that_is_none(num_rows: str, fitted_run: Path, tmp_path: Path) -> None:
    assert "--num-rows" in fails_on_the_command_line(
        "generate", fitted_run, "--out", tmp_path / "f.csv", f"--num-rows={num_rows}"
    )
    assert list(tmp_path.iterdir()) == []


def torn(metadata: Path) -> None:
    metadata.write_text(metadata.read_text()[:500])


def newer(metadata: Path) -> None:
    metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"format_version": 99}))


def gone(metadata: Path) -> None:
    metadata.unlink()


def odd(metadata: Path) -> None:
    metadata.write_text(json.dumps(json.loads(metadata.read_text()) | {"statistics": {}}))


def binary(metadata: Path) -> None:
    metadata.write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (torn, "the file is torn"),
        (newer, "format version 99 is newer than 1"),
        (gone, "there is no finished training"),
        (odd, "entries are not understood, first statistics"),
        (binary, "cannot be read"),
    ],
)
def test_a_bad_run_directory(
    spoil: Callable[[Path], None], found: str, fitted_run: Path, tmp_path: Path, table: pd.DataFrame
) -> None:
    run = shutil.copytree(fitted_run, tmp_path / "run")
    spoil(run / "training_metadata.json")
    with pytest.raises(TabsynthError, match=found):
        Synthesizer.load(run)
    out = tmp_path / "f.csv"
    assert found in fails_on_the_command_line("generate", run, "--num-rows", "5", "--out", out)
    table.to_csv(tmp_path / "t.csv", index=False)
    data = tmp_path / "t.csv"
    assert found in fails_on_the_command_line("evaluate", run, data, "--data", data, "--out", tmp_path / "r.html")
    assert found in fails_on_the_command_line("inspect", run)
    assert not out.exists() and not (tmp_path / "r.html").exists()


def test_a_run_directory_without_its_adapter(fitted_run: Path, tmp_path: Path) -> None:
    run = shutil.copytree(fitted_run, tmp_path / "run")
    shutil.rmtree(run / "adapter")
    shutil.rmtree(run / "merged", ignore_errors=True)
    message = fails_on_the_command_line("generate", run, "--num-rows", "5", "--out", tmp_path / "f.csv")
    assert "adapter" in message


def test_a_table_that_cannot_be_written_is_refused_before_a_model_is_loaded(fitted_run: Path, tmp_path: Path) -> None:
    for name, found in {"f.xlsx": "not a kind of table to write", "no/f.csv": "its folder does not exist"}.items():
        message = fails_on_the_command_line("generate", fitted_run, "-n", "5", "--out", tmp_path / name)
        assert found in message
    assert list(tmp_path.iterdir()) == []
