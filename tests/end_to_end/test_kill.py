"""A generation that is killed anywhere, or meets a broken disk, loses no finished row. Real kills, real faults.

A warm process forks a generation for every order, so that a kill costs no start of an interpreter.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.config import Config
from tabsynth.generation import Task, generate_file
from tabsynth.generator.engine.engine import Delta, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.progress import Silent
from tabsynth.run_codec import codec_of
from tabsynth.seeds import Seeds

ROWS, EACH = 300, 20
PARTS = ROWS // EACH
STEP_SECONDS = 0.0003
NEW_USER, NEW_MOUNTS, REMOUNT = 0x10000000, 0x00020000, 32
"""Of Linux, for the tests of a full disk."""
TOUCHES = ("open", "os.rename", "os.remove", "os.mkdir")
"""What Python tells its audit hooks of before it does it."""


class Noted(ScriptedEngine):
    """Writes down the seed of every part that it is asked for, where a kill cannot take it back."""

    def __init__(self, log: Path, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def seed(self, number: int) -> None:
        os.write(self._log, f"{number}\n".encode())
        super().seed(number)


def watch_files(folder: str, kill_at: int | None, touched: list[str]) -> None:
    """Note every file in `folder` that is about to be touched; die before the `kill_at`-th."""

    def hook(event: str, facts: tuple[Any, ...]) -> None:
        if event in TOUCHES and facts and isinstance(facts[0], str | Path) and str(facts[0]).startswith(folder):
            if len(touched) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            touched.append(f"{event} {Path(str(facts[1] if event == 'os.rename' else facts[0])).name}")

    sys.addaudithook(hook)


def carry_out(order: dict[str, Any], source: RunDirectory, records: list[list[int]]) -> str:
    """Generate; return what went wrong in words, or the files that were touched."""
    touched: list[str] = []
    metadata = source.read_metadata()
    codec = codec_of(metadata)
    config = Config(**metadata.config).replace(rows_per_part=EACH)

    def reply(serial: int, seed: int) -> list[int]:
        draw = random.Random(f"{seed} {serial}")
        record = draw.choice(records)
        return record[:1] + record if draw.random() < 0.1 else record  # one in ten is illegal

    def on_step(step: int, deltas: list[Delta]) -> list[Delta]:
        time.sleep(order.get("step_seconds", STEP_SECONDS))
        return deltas

    run = RunDirectory(Path(order["run"]))
    engine = Noted(Path(order["log"]), reply, Sampling(1.0, 1.0, codec.vocabulary.stop_tokens), on_step=on_step)
    task = Task(run, metadata, config, ROWS, (), legal_weights=True)
    if "cd" in order:  # where another user may not go by name
        os.chdir(order["cd"])
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    watch_files(order["watch"], order.get("kill_at"), touched)
    try:
        generate_file(task, engine, codec, Silent(), order["to"])
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return json.dumps(touched)


def on_a_small_disk(order: dict[str, Any], source: RunDirectory, records: list[list[int]]) -> str:
    """Generate with a full disk, then with a larger one, both seen by this process alone; return what was said."""
    libc, disk = ctypes.CDLL(None), order["disk"].encode()
    maps = {"uid_map": f"0 {os.geteuid()} 1", "gid_map": f"0 {os.getegid()} 1"}
    if libc.unshare(NEW_USER | NEW_MOUNTS):
        return "no mount"
    for name, line in {"setgroups": "deny", **maps}.items():
        Path(f"/proc/self/{name}").write_text(line)
    if libc.mount(b"none", disk, b"tmpfs", 0, f"size={order['size']}".encode()):
        return "no mount"
    first = carry_out(order, source, records)
    kept = len(list(Path(order["run"]).glob("generation/*/part-*")))
    libc.mount(b"none", disk, b"tmpfs", REMOUNT, b"size=8m")
    second = carry_out(order, source, records)
    shutil.copy(order["to"], order["copy"])
    return "\n".join((first, str(kept), second))


def serve(source: str, records: str) -> None:
    """Fork a generation for every order on standard input; tell its pid, and what became of it."""
    run, known = RunDirectory(Path(source)), json.loads(Path(records).read_text())
    codec_of(run.read_metadata())
    for line in sys.stdin:
        order = json.loads(line)
        if not (pid := os.fork()):
            with Path(order["log"] + ".said").open("w") as said:
                act = on_a_small_disk if "disk" in order else carry_out
                said.write(act(order, run, known))
            if order.get("warms"):
                Path(order["log"] + ".modules").write_text("\n".join(sys.modules))
            os._exit(0)
        print(pid, flush=True)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if order.get("warms"):  # what the first one loaded, the others find there; it started no threads here
            for name in Path(order["log"] + ".modules").read_text().splitlines():
                with suppress(Exception):
                    importlib.import_module(name)
        print(status, flush=True)


class Place:
    """A run directory, a folder for the table, and the warm process that generates into them."""

    def __init__(self, server: subprocess.Popen[str], source: Path, root: Path, suffix: str = ".csv") -> None:
        self.server, self.root, self.log = server, root, root / "log"
        self.run, self.out = root / "run", root / "out"
        self.run.mkdir(parents=True)
        self.out.mkdir()
        shutil.copytree(source / "adapter", self.run / "adapter")
        self.to = self.out / f"table{suffix}"

    def start(self, **facts: Any) -> int:
        self.log.write_text("")
        Path(f"{self.log}.said").unlink(missing_ok=True)
        order = {"run": str(self.run), "to": str(self.to), "log": str(self.log), "watch": str(self.root)} | facts
        assert self.server.stdin is not None and self.server.stdout is not None
        self.server.stdin.write(json.dumps(order) + "\n")
        self.server.stdin.flush()
        return int(self.server.stdout.readline())

    def end(self) -> int:
        assert self.server.stdout is not None
        return int(self.server.stdout.readline())

    def generate(self, **facts: Any) -> str:
        self.start(**facts)
        assert self.end() == 0
        return Path(f"{self.log}.said").read_text()

    @property
    def folder(self) -> Path | None:
        return next((self.run / "generation").glob("*"), None)

    @property
    def finished(self) -> list[int]:
        """Numbers of the parts that are committed."""
        return sorted(int(path.name[5:10]) for path in self.run.glob("generation/*/part-*.parquet"))

    @property
    def made(self) -> list[int]:
        """Numbers of the parts that the engine was asked for in the last call."""
        numbers = {Seeds(7).number(f"generator part {part}"): part for part in range(PARTS)}
        return [numbers[int(line)] for line in self.log.read_text().split()]

    @property
    def delivered(self) -> bool:
        """Whether the manifest says that all is done."""
        folder = self.folder
        if folder is None or not (folder / "manifest.json").exists():
            return False
        return json.loads((folder / "manifest.json").read_text())["finished"] is not None

    def names(self) -> list[str]:
        """All files but the adapter's."""
        files = [path.name for path in (*self.run.glob("generation/*/*"), *self.out.iterdir())]
        return sorted(files)


LEFT = ["lock", "manifest.json", "pid"]


@pytest.fixture(scope="module")
def server(fitted_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    records = tmp_path_factory.mktemp("kill") / "records.json"
    codec = codec_of(RunDirectory(fitted_run).read_metadata())
    encoded = codec.encode(pd.read_parquet(fitted_run / "holdout.parquet"))
    records.write_text(json.dumps([record.tolist() for record in encoded]))
    start = "import sys; sys.path.insert(0, sys.argv[1]); import test_kill; test_kill.serve(*sys.argv[2:])"
    command = [sys.executable, "-c", start, str(Path(__file__).parent), str(fitted_run), str(records)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def whole(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bytes, float, list[str]]:
    """The table of an uninterrupted generation, its seconds, and the files that it touched."""
    root = tmp_path_factory.mktemp("whole")
    Place(server, fitted_run, root / "first").generate(warms=True)
    place = Place(server, fitted_run, root / "second")
    started = time.monotonic()
    touched = json.loads(place.generate())
    seconds = time.monotonic() - started
    assert place.made == list(range(PARTS))
    assert place.names() == [*LEFT, "table.csv"]
    assert len(pd.read_csv(place.to)) == ROWS
    return place.to.read_bytes(), seconds, touched


def check_rerun(place: Place, table: bytes) -> None:
    """Make the same call again: exactly the rows of an uninterrupted one, for no more than what was missing."""
    before, was_delivered = place.finished, place.delivered
    place.generate()
    assert place.made == ([] if was_delivered else [part for part in range(PARTS) if part not in before])
    assert place.to.read_bytes() == table
    assert place.names() == [*LEFT, "table.csv"]


def test_forty_kills_at_random_moments_cost_no_finished_part(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, whole: tuple[bytes, float, list[str]]
) -> None:
    table, seconds, _ = whole
    draw, killed, found = random.Random(11), 0, set()
    for number in range(40):
        place = Place(server, fitted_run, tmp_path / str(number))
        pid = place.start()
        time.sleep(seconds * draw.random())
        with suppress(ProcessLookupError):  # it was faster
            os.kill(pid, signal.SIGKILL)
        killed += place.end() == -signal.SIGKILL
        found.add(len(place.finished))
        check_rerun(place, table)
    assert killed >= 30
    assert len(found) >= 8  # the kills were spread over the parts


def test_a_kill_at_any_touch_of_a_file_costs_no_finished_part(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, whole: tuple[bytes, float, list[str]]
) -> None:
    table, _, touched = whole
    draw = random.Random(12)
    renames = [at for at, what in enumerate(touched) if what in ("os.rename table.csv", "os.rename manifest.json")]
    removals = [at for at, what in enumerate(touched) if what.startswith("os.remove part-")]
    at_the_end = [*renames, *(at + 1 for at in renames), removals[0], removals[7], removals[-1]]
    for kill_at in [*at_the_end, *draw.sample(range(removals[0]), 8)]:
        place = Place(server, fitted_run, tmp_path / str(kill_at))
        place.start(kill_at=kill_at)
        assert place.end() == -signal.SIGKILL
        check_rerun(place, table)


def test_a_kill_of_the_rerun_costs_no_finished_part_either(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, whole: tuple[bytes, float, list[str]]
) -> None:
    table, seconds, _ = whole
    place, kept = Place(server, fitted_run, tmp_path / "place"), set[int]()
    for _ in range(6):
        pid = place.start()
        time.sleep(seconds / 5)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        place.end()
        assert kept.isdisjoint(place.made)
        kept |= set(place.finished)
    check_rerun(place, table)


def stopped_half_way(place: Place, touched: list[str]) -> list[int]:
    """Kill a generation after half of its parts; return them."""
    writes = [at for at, what in enumerate(touched) if what.startswith("os.rename part-")]
    place.start(kill_at=writes[PARTS // 2])
    assert place.end() == -signal.SIGKILL
    return place.finished


@pytest.mark.parametrize("harm", ["removed", "flipped", "cut"])
def test_a_damaged_part_alone_is_made_again(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, harm: str, whole: tuple[bytes, float, list[str]]
) -> None:
    table, _, touched = whole
    place = Place(server, fitted_run, tmp_path / "place")
    finished = stopped_half_way(place, touched)
    (path,) = place.run.glob("generation/*/part-00003-*")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    match harm:
        case "removed":
            path.unlink()
        case "flipped":
            path.write_bytes(raw)
        case "cut":
            path.write_bytes(raw[:-1])
    place.generate()
    assert place.made == [part for part in range(PARTS) if part == 3 or part not in finished]
    assert place.to.read_bytes() == table


def test_a_table_that_was_changed_after_its_delivery_is_made_again(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, whole: tuple[bytes, float, list[str]]
) -> None:
    place = Place(server, fitted_run, tmp_path / "place")
    place.generate()
    place.to.write_bytes(whole[0][:-2])
    place.generate()
    assert place.to.read_bytes() == whole[0]
    place.generate()
    assert place.made == []


def test_a_second_writer_is_told_so_and_the_first_goes_on(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, whole: tuple[bytes, float, list[str]]
) -> None:
    from tabsynth.generator.hold import Hold

    table, _, touched = whole
    place = Place(server, fitted_run, tmp_path / "place")
    stopped_half_way(place, touched)
    assert place.folder is not None
    hold, before = Hold(place.folder), place.names()
    hold.take()
    said = place.generate()
    hold.release()
    assert said.startswith("ArtifactError: ")
    assert f"another process is writing this generation (pid {os.getpid()}). Wait until it ends, or stop it." in said
    assert (place.made, place.names()) == ([], before)
    check_rerun(place, table)


def test_a_run_directory_that_may_not_be_written_is_an_error(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, whole: tuple[bytes, float, list[str]]
) -> None:
    if os.geteuid():
        pytest.skip("only root can become another user")
    table, _, touched = whole
    place = Place(server, fitted_run, tmp_path / "place")
    stopped_half_way(place, touched)
    before = place.names()
    place.root.chmod(0o755)
    for path in (place.run / "adapter").iterdir():
        path.chmod(0o644)
    said = place.generate(cd=str(place.root), run="run", to="out/table.csv")
    assert said.startswith("ArtifactError: run/generation/")
    assert "it may not be written; 7 finished parts are kept. Make it writable, then make the same call again." in said
    assert (place.made, place.names()) == ([], before)
    check_rerun(place, table)


@pytest.mark.parametrize("disk", ["run", "out"])
def test_a_full_disk_is_an_error_and_the_same_call_delivers_all_rows(
    server: subprocess.Popen[str], fitted_run: Path, tmp_path: Path, disk: str, whole: tuple[bytes, float, list[str]]
) -> None:
    place = Place(server, fitted_run, tmp_path / "place")
    copy = tmp_path / "copy.csv"
    said = place.generate(disk=str(place.root / disk), size="64k" if disk == "run" else "8k", copy=str(copy))
    if said == "no mount":
        pytest.skip("no file system can be mounted here")
    first, kept, second = said.splitlines()
    if disk == "run":
        assert 0 < int(kept) < PARTS
        assert f"the disk is full; {int(kept)} finished parts are kept. Free some space, then make" in first
        assert place.made == [*range(int(kept) + 1), *range(int(kept), PARTS)]
    else:
        assert int(kept) == PARTS
        assert "the file cannot be written: No space left on device. Check space and rights." in first
        assert place.made == list(range(PARTS))
    assert json.loads(second)
    assert copy.read_bytes() == whole[0]
