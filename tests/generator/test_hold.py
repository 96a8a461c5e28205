"""A folder is held by one process at a time, and free again when that process is gone. Real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tabsynth.errors import ArtifactError
from tabsynth.generator.hold import Hold

TAKE = """
import os, sys, time
from pathlib import Path
from tabsynth.generator.hold import Hold
hold = Hold(Path(sys.argv[1]))
hold.take()
if len(sys.argv) == 2 or os.fork() == 0:  # the child outlives its parent
    print("taken", flush=True)
time.sleep(60)
"""


@contextmanager
def other_process(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", TAKE, str(folder), *options],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_second_process_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with other_process(tmp_path) as process:
        with pytest.raises(ArtifactError, match=rf"another process .* \(pid {process.pid}\)\. Wait until it ends"):
            Hold(tmp_path).take()
        (tmp_path / "pid").write_text("torn")
        with pytest.raises(ArtifactError, match=r"\(pid unknown\)"):
            Hold(tmp_path).take()


@pytest.mark.parametrize("options", [[], ["fork"]], ids=["alone", "with a forked child"])
def test_a_killed_process_holds_nothing(tmp_path: Path, options: list[str]) -> None:
    with other_process(tmp_path, *options) as process:
        process.kill()
        process.wait()
        hold = Hold(tmp_path)
        hold.take()
        assert hold.taken
        hold.release()


def test_two_holds_of_one_process_are_two(tmp_path: Path) -> None:
    first, second = Hold(tmp_path), Hold(tmp_path)
    first.take()
    with pytest.raises(ArtifactError, match=rf"\(pid {os.getpid()}\)"):
        second.take()
    with pytest.raises(ArtifactError, match="open already"):
        first.take()
    first.release()
    second.take()
    second.release()
    assert not second.taken
