"""The command line over a real engine, killed again and again: no finished part is lost or made twice."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest


def tabsynth(*words: str | Path) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    command = [sys.executable, "-c", "from tabsynth.cli.main import main; main()", *map(str, words)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=quiet, stderr=subprocess.PIPE, env=environment, start_new_session=True)


@pytest.mark.slow
def test_five_kills_with_vllm_cost_no_finished_part(fitted_run: Path, tmp_path: Path) -> None:
    pytest.importorskip("vllm")
    run, out, rows, each, draw = tmp_path / "run", tmp_path / "t.parquet", 6_000, 50, random.Random(13)
    shutil.copytree(fitted_run, run)
    words = ("generate", run, "-n", str(rows), "--rows-per-part", str(each), "--engine", "vllm", "--out", out)
    kept: dict[str, bytes] = {}
    for _ in range(5):
        process = tabsynth(*words, "--no-progress")
        while process.poll() is None and len(list(run.glob("generation/*/part-*"))) <= len(kept):
            time.sleep(0.01)
        time.sleep(draw.uniform(0.0, 0.5))
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        process.kill()
        process.wait()
        parts = {path.name: path.read_bytes() for path in run.glob("generation/*/part-*")}
        assert parts.items() >= kept.items()
        assert len({name[:10] for name in parts}) == len(parts)
        kept = parts
        with pytest.raises(ProcessLookupError):  # it leaves no process behind
            os.killpg(process.pid, 0)
    assert 5 <= len(kept) < rows // each
    process = tabsynth(*words, "--no-progress")
    _, said = process.communicate()
    assert process.returncode == 0, said
    made = pd.read_parquet(out)
    assert len(made) == rows
    (folder,) = run.glob("generation/*")
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "manifest.json", "pid"]
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]
