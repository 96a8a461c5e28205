"""The command line as a whole: how fast it starts, and what it says of mistakes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

import tabsynth
from tabsynth.cli.main import app, main

HEAVY = {"torch", "transformers", "peft", "vllm", "sklearn", "scipy", "pyarrow", "pandas"}
LIMIT_SECONDS = 3.0
"""For a machine under load; half a second is usual."""


def test_help_names_every_command() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    for command in ("run", "fit", "generate", "evaluate", "inspect"):
        assert f"  {command} " in result.stdout


def test_help_loads_no_heavy_library() -> None:
    program = (
        "import sys; from tabsynth.cli.main import app; app(['run', '--help'], standalone_mode=False);"
        "print('loaded', *{name.partition('.')[0] for name in sys.modules})"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert time.perf_counter() - started < LIMIT_SECONDS
    loaded = done.stdout.splitlines()[-1].split()
    assert loaded[0] == "loaded"
    assert HEAVY & set(loaded) == set()


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"tabsynth {tabsynth.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["rum"], "Did you mean 'run'"),
        (["run", "t.csv", "--out", "x", "--max-minute", "1"], "Did you mean --max-minutes"),
        (["run", "t.csv", "--out", "x", "--zzz"], "See"),
        (["run", "t.csv"], "--out"),
        (["generate", "runs/x", "--out", "f.csv"], "--num-rows"),
    ],
)
def test_a_mistyped_command_is_explained(arguments: list[str], found: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert found in " ".join(result.stderr.split())


def test_the_entry_point_exits_with_the_code_of_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["tabsynth", "inspect", "no such table.csv"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2


def test_what_the_user_set_for_threads_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    CliRunner().invoke(app, ["inspect", "no such table.csv"])
    assert os.environ["OMP_NUM_THREADS"] == "3"
