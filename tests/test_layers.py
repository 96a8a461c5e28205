"""The layers that pyproject.toml draws, held by import-linter."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_imports_point_down_and_vllm_and_peft_have_one_door_each(tmp_path: Path) -> None:
    # In a process of its own, because import-linter rearranges logging for everyone.
    program = "import sys; from importlinter import cli; sys.exit(cli.lint_imports(cache_dir=sys.argv[1]))"
    command = [sys.executable, "-c", program, os.fspath(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
