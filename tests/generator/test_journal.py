"""A generation can be killed anywhere: what was finished stays, what was torn is made again. Real faults."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth.errors import ArtifactError, SchemaError
from tabsynth.generator.journal import Journal
from tabsynth.generator.manifest import generation_id
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.schema import Schema

IDENTITY = {"seed": 7, "rows": 10, "rows_per_part": 4}


def frame_of(part: int, rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": np.arange(rows, dtype="int16") + 100 * part,
            "c": pd.Categorical(["x"] * rows, categories=["y", "x"]),
            "t": pd.Series(["secret"] * rows, dtype=object),
        }
    )


def schema() -> Schema:
    frame = frame_of(0, 1)
    columns = [Column(name=name, kind=Kind.TEXT, dtype=ColumnDtype.of(frame[name]), nullable=False) for name in frame]
    return Schema(columns=tuple(columns))


def journal_in(root: Path, identity: dict[str, Any] = IDENTITY, rows: int = 10, each: int = 4) -> Journal:
    return Journal(root / generation_id(identity), identity, schema(), total_rows=rows, rows_per_part=each)


def make(journal: Journal, *parts: int) -> None:
    for part in parts or journal.missing():
        journal.write(part, frame_of(part, journal.rows_of(part)), json.dumps({"part": part}))


def values(journal: Journal) -> list[int]:
    return [int(value) for frame in journal.frames() for value in frame["n"]]


WHOLE = [0, 1, 2, 3, 100, 101, 102, 103, 200, 201]


def test_parts_come_back_in_order_whatever_order_they_were_made_in(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        assert journal.missing() == [0, 1, 2]
        assert [journal.rows_of(part) for part in range(4)] == [4, 4, 2, 0]
        make(journal, 2, 0)
        assert journal.missing() == [1]
        make(journal, 1)
        assert values(journal) == values(journal) == WHOLE
        assert [json.loads(tally)["part"] for tally in journal.tallies()] == [0, 1, 2]
        for part, frame in enumerate(journal.frames()):
            pd.testing.assert_frame_equal(frame, frame_of(part, journal.rows_of(part)))


def test_a_second_run_resumes(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal, 0, 2)
    with journal_in(tmp_path) as journal:
        assert (journal.missing(), journal.damaged, journal.facts) == ([1], 0, None)
        make(journal)
        journal.finish({"rows": 10})
    with journal_in(tmp_path) as journal:
        assert (journal.missing(), journal.facts) == ([], {"rows": 10})
        assert values(journal) == WHOLE


def test_no_file_but_the_parts_holds_a_cell(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal)
        journal.finish({"rows": 10})
        others = [path for path in journal.folder.iterdir() if not path.name.startswith("part-")]
        assert sorted(path.name for path in others) == ["lock", "manifest.json", "pid"]
        assert not any(b"secret" in path.read_bytes() for path in others)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def swap(path: Path) -> None:
    """Another file's contents under the right name of its own: a checksum alone would let it pass."""
    import hashlib

    path.unlink()
    raw = b"no Parquet"
    path.with_name(f"{path.name[:11]}{hashlib.sha256(raw).hexdigest()[:16]}.parquet").write_bytes(raw)


@pytest.mark.parametrize("harm", [cut, empty, flip, swap])
def test_a_damaged_part_is_counted_and_made_again(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    with journal_in(tmp_path) as journal:
        make(journal)
        harm(next(journal.folder.glob("part-00001-*")))
    with journal_in(tmp_path) as journal:
        assert (journal.missing(), journal.damaged) == ([1], 1)
        make(journal)
        assert values(journal) == WHOLE
    with journal_in(tmp_path) as journal:
        assert (journal.missing(), journal.damaged) == ([], 0)


def test_a_part_that_changes_while_the_journal_is_open_is_not_delivered(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal)
        flip(next(journal.folder.glob("part-00001-*")))
        with pytest.raises(ArtifactError, match="a finished part was changed on disk"):
            values(journal)


def test_a_part_that_was_removed_is_missing(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal)
        next(journal.folder.glob("part-00001-*")).unlink()
    with journal_in(tmp_path) as journal:
        assert (journal.missing(), journal.damaged) == ([1], 0)


def test_leftovers_of_a_kill_are_removed(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal, 0)
        for name in (
            ".part-00001-00.parquet.ab12cd34.part",
            ".manifest.json.ab12cd34.part",
            "unfinished-00000.parquet",
        ):
            (journal.folder / name).write_bytes(b"x")
        (journal.folder / "notes.txt").write_text("mine")
    with journal_in(tmp_path) as journal:
        names = sorted(path.name for path in journal.folder.iterdir())
    assert [name for name in names if not name.startswith("part-")] == ["lock", "manifest.json", "notes.txt", "pid"]


@pytest.mark.parametrize("text", ["", '{"format_version": 1, "iden'])
def test_a_torn_manifest_is_written_again(tmp_path: Path, text: str) -> None:
    with journal_in(tmp_path) as journal:
        make(journal, 0, 1)
        manifest = journal.folder / "manifest.json"
        whole = manifest.read_text()
        manifest.write_text(text)
    with journal_in(tmp_path) as journal:
        assert journal.missing() == [2]
    assert manifest.read_text() == whole


def test_another_generation_is_left_alone(tmp_path: Path) -> None:
    other = {**IDENTITY, "seed": 8}
    with journal_in(tmp_path) as journal:
        make(journal)
        stranger = Journal(journal.folder, other, schema(), total_rows=10, rows_per_part=4)
    with pytest.raises(ArtifactError, match="another generation: seed differ"), stranger:
        pass
    (journal.folder / "manifest.json").unlink()
    with pytest.raises(ArtifactError, match="is a part of another generation"), stranger:
        pass
    longer = Journal(journal.folder, IDENTITY, schema(), total_rows=12, rows_per_part=4)
    with pytest.raises(ArtifactError, match="is a part of another generation"), longer:
        pass
    with journal_in(tmp_path) as journal:
        assert values(journal) == WHOLE


def test_a_part_is_written_once_and_whole(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal, 0)
        for part, rows in ((0, 4), (1, 3), (3, 0), (-1, 4), (2, 4)):
            with pytest.raises(ArtifactError, match=f"part {part} with {rows} rows is not missing, or not so large"):
                journal.write(part, frame_of(part, rows), "")
        with pytest.raises(SchemaError, match="it is of dtype int64, not int16"):
            journal.write(1, frame_of(1, 4).astype({"n": "int64"}), "")
    for change in (lambda: make(journal, 1), lambda: journal.finish({}), journal.remove_parts, journal.remove):
        with pytest.raises(ArtifactError, match="the journal is not open"):
            change()


def test_unfinished_rows_are_kept_until_their_part_is_done(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        assert journal.write_unfinished(1, frame_of(1, 0)) is None
        assert journal.write_unfinished(1, frame_of(1, 2)) == journal.folder
        assert journal.write_unfinished(1, frame_of(1, 3)) == journal.folder
        kept = pd.read_parquet(journal.folder / "unfinished-00001.parquet")
        pd.testing.assert_frame_equal(kept.astype({"t": object}), frame_of(1, 3))
        assert journal.missing() == [0, 1, 2]
        make(journal, 1)
        assert not list(journal.folder.glob("unfinished-*"))
        with pytest.raises(SchemaError, match="Parquet cannot hold the rows") as caught:
            journal.write_unfinished(0, pd.DataFrame({"t": pd.Series([1, "secret"], dtype=object)}))
        assert "secret" not in str(caught.value)


def test_rows_can_be_removed_and_the_manifest_stays(tmp_path: Path) -> None:
    with journal_in(tmp_path) as journal:
        make(journal, 0, 1)
        journal.write_unfinished(2, frame_of(2, 1))
        journal.finish({"rows": 8})
        journal.remove_parts()
        assert journal.missing() == [0, 1, 2]
        assert sorted(path.name for path in journal.folder.iterdir()) == ["lock", "manifest.json", "pid"]
    with journal_in(tmp_path) as journal:
        assert journal.facts == {"rows": 8}
        journal.remove()
    assert not journal.folder.exists()


PROGRAM = """
import os, resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_journal as t
root, mode = Path(sys.argv[1]), sys.argv[2]
journal = t.journal_in(root, t.IDENTITY, 4000, 4) if mode == "long" else t.journal_in(root)
if mode == "plain user":
    os.setgid(65534), os.setuid(65534)
try:
    with journal:
        if mode == "limit":
            t.make(journal, 0)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
        print("open", flush=True)
        if mode == "fill":
            t.make(journal, 0)
            with open(root / "filler", "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(1024))
                except OSError:
                    pass
        t.make(journal)
except t.ArtifactError as error:
    print(error)
    print(sorted(path.name[:10] for path in journal.folder.glob("*part*")) + sorted(p.name for p in root.rglob(".*")))
"""


def run(root: Path, mode: str, *prefix: str) -> subprocess.Popen[str]:
    program = PROGRAM.format(tests=str(Path(__file__).parent))
    command = [*prefix, sys.executable, "-c", program, str(root), mode]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_write_that_fails_says_why_and_keeps_the_finished_parts(tmp_path: Path) -> None:
    out, _ = run(tmp_path, "limit").communicate()
    assert (
        "a file may not be so large; 1 finished parts are kept. Raise the limit (ulimit -f), then make the same" in out
    )
    assert out.endswith("['part-00000']\n")
    assert "secret" not in out
    with journal_in(tmp_path) as journal:
        assert journal.missing() == [1, 2]


def test_a_full_disk_is_an_error_and_keeps_the_finished_parts(tmp_path: Path) -> None:
    inside = [
        "unshare",
        "-Urm",
        "sh",
        "-c",
        f'mount -t tmpfs -o size=200k none "{tmp_path}" || exit 77; exec "$@"',
        "sh",
    ]
    try:
        process = run(tmp_path, "fill", *inside)
    except FileNotFoundError:
        pytest.skip("no unshare")
    out, _ = process.communicate()
    if process.returncode in (1, 77) and "open" not in out:
        pytest.skip("no file system can be mounted here")
    assert "the disk is full; 1 finished parts are kept. Free some space, then make the same call again." in out
    assert out.endswith("['part-00000']\n")


def test_a_folder_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    out, _ = run(tmp_path, "plain user" if os.geteuid() == 0 else "user").communicate()
    tmp_path.chmod(0o755)
    assert "it may not be written; 0 finished parts are kept. Make it writable" in out


def test_a_file_in_the_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / generation_id(IDENTITY)).write_text("")
    with pytest.raises(ArtifactError, match=r"the disk fails \(File exists\)"), journal_in(tmp_path):
        pass


def test_two_processes_cannot_write_one_generation(tmp_path: Path) -> None:
    with journal_in(tmp_path):
        out, _ = run(tmp_path, "user").communicate()
        assert f"another process is writing this generation (pid {os.getpid()})" in out
    out, _ = run(tmp_path, "user").communicate()
    assert out == "open\n"


def test_a_kill_at_any_time_costs_one_part_at_most(tmp_path: Path) -> None:
    draw, kept = random.Random(7), 0
    for _ in range(6):
        process = run(tmp_path, "long")
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(draw.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with journal_in(tmp_path, IDENTITY, 4000, 4) as journal:
            done = 1000 - len(journal.missing())
            assert journal.damaged == 0
            assert done >= kept
            assert journal.missing() == list(range(done, 1000))
            assert not list(journal.folder.glob(".*"))
            kept = done
            assert values(journal) == [value for part in range(done) for value in frame_of(part, 4)["n"]]
    assert kept > 0
