"""Frames are delivered whole or not at all, to paths and URLs, and what was delivered is accounted for."""

from __future__ import annotations

import errno
import gc
import hashlib
import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tabsynth.data.deliver import check_target, deliver
from tabsynth.data.read import read_table
from tabsynth.data.write import write_table
from tabsynth.errors import ArtifactError, DataError

NAMES = ["a.csv", "a.tsv", "a.jsonl", "a.ndjson", "a.csv.gz", "a.jsonl.gz", "a.parquet"]


def part_of_a_table(start: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "n": np.arange(start, start + 3),
            "word": pd.Series(["a, b", None, "ü"] if start else [None] * 3, dtype=object),
            "day": pd.to_datetime(["2024-01-31"] * 3) + pd.to_timedelta([start] * 3, unit="h"),
            "c": pd.Categorical(["x"] * 3, categories=["y", "x"]),
        }
    )


def frames_of_a_table() -> list[pd.DataFrame]:
    return [part_of_a_table(start) for start in (0, 3, 6)]


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    system.store.clear()  # it is one store for the whole process
    yield system
    system.store.clear()


@pytest.mark.parametrize("name", NAMES)
def test_a_delivered_table_is_the_table_written_at_once(tmp_path: Path, name: str) -> None:
    frames = frames_of_a_table()
    write_table(pd.concat(frames, ignore_index=True), tmp_path / f"whole-{name}")
    delivered = deliver(frames, tmp_path / name)
    raw = (tmp_path / name).read_bytes()
    assert (delivered.path, delivered.rows, delivered.bytes) == (str(tmp_path / name), 9, len(raw))
    assert delivered.sha256 == hashlib.sha256(raw).hexdigest()
    if name == "a.parquet":
        pd.testing.assert_frame_equal(read_table(tmp_path / name), read_table(tmp_path / f"whole-{name}"))
    else:
        assert raw == (tmp_path / f"whole-{name}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, f"whole-{name}"])


@pytest.mark.parametrize("name", NAMES)
def test_a_url_gets_the_same_file(tmp_path: Path, memory: Any, name: str) -> None:
    local, remote = deliver(frames_of_a_table(), tmp_path / name), deliver(frames_of_a_table(), f"memory://d/{name}")
    assert remote.path == f"memory://d/{name}"
    assert (remote.rows, remote.bytes, remote.sha256) == (local.rows, local.bytes, local.sha256)
    assert memory.cat(f"/d/{name}") == (tmp_path / name).read_bytes()
    assert memory.find("/") == [f"/d/{name}"]
    deliver(frames_of_a_table()[:1], f"memory://d/{name}")
    assert len(read_table(f"memory://d/{name}")) == 3


def test_a_url_of_a_local_file_is_that_file(tmp_path: Path) -> None:
    deliver(frames_of_a_table(), f"file://{tmp_path}/a.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def failing(error: Exception) -> Iterator[pd.DataFrame]:
    yield frames_of_a_table()[1]
    raise error


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_on_the_way_leaves_the_old_file_alone(tmp_path: Path, memory: Any, name: str) -> None:
    for target in (str(tmp_path / name), f"memory://d/{name}"):
        deliver(frames_of_a_table(), target)
        before = deliver(frames_of_a_table(), target)
        with pytest.raises(ArtifactError, match="torn"):
            deliver(failing(ArtifactError("torn")), target)
        with pytest.raises(DataError, match=r"does not fit this format \(ValueError\)") as caught:
            deliver(failing(ValueError("secret")), target)
        assert "secret" not in str(caught.value)
        with fsspec.open(target, "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == before.sha256
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert memory.find("/") == [f"/d/{name}"]


class Unmovable(MemoryFileSystem):
    """A store that cannot move files."""

    protocol = "unmovable"

    def mv(self, *args: Any, **options: Any) -> None:
        raise NotImplementedError


class Short(MemoryFileSystem):
    """A store that loses the last byte."""

    protocol = "short"

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        found = super().info(path, **options)
        return {**found, "size": found["size"] - 1}


class Shut(MemoryFileSystem):
    """A store whose driver complains with a key."""

    protocol = "shut"

    def _open(self, *args: Any, **options: Any) -> Any:
        raise PermissionError(errno.EACCES, "key=secret")


for store in (Unmovable, Short, Shut):
    fsspec.register_implementation(store.protocol, store, clobber=True)


def test_a_store_that_cannot_move_files_gets_a_copy(memory: Any) -> None:
    delivered = deliver(frames_of_a_table(), "unmovable://d/a.csv")
    assert list(memory.store) == ["unmovable://d/a.csv"]
    assert delivered.bytes == len(memory.store["unmovable://d/a.csv"].getvalue())


def test_a_file_of_another_size_is_an_error(memory: Any) -> None:
    with pytest.raises(DataError, match=r"[\d,]+ bytes were written, but [\d,]+ lie there"):
        deliver(frames_of_a_table(), "short://d/a.csv")


def test_an_error_of_a_driver_is_told_by_its_type(memory: Any) -> None:
    with pytest.raises(DataError, match=r"the URL cannot be written \(PermissionError\)") as caught:
        deliver(frames_of_a_table(), "shut://user:secret@d/a.csv?key=secret")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("a.xlsx", "'.xlsx' is not a kind of table to write"),
        ("s3://bucket/a", "'' is not a kind of table to write"),
        ("memory://d/a.parquet.gz", "'.parquet.gz' is not a kind of table to write"),
        ("none/a.csv", "its folder does not exist"),
        ("https://host/a.csv", "https:// is for reading only"),
        ("nothing://host/a.csv", "nothing:// is not known to fsspec"),
    ],
)
def test_a_target_that_cannot_be_written_is_refused_early(target: str, found: str) -> None:
    with pytest.raises(DataError, match=found):
        check_target(target)


def test_a_driver_that_is_not_installed_is_named() -> None:
    missing = next(
        name
        for name, package in {"s3": "s3fs", "gs": "gcsfs", "abfs": "adlfs", "hf": "huggingface_hub"}.items()
        if subprocess.run([sys.executable, "-c", f"import {package}"], capture_output=True).returncode
    )
    with pytest.raises(DataError, match=r"no driver for .*:// is installed.*(s3fs|gcsfs|adlfs|huggingface_hub)"):
        check_target(f"{missing}://bucket/a.csv")


def test_a_target_is_a_local_file_or_none(tmp_path: Path) -> None:
    assert check_target(tmp_path / "a.csv") == tmp_path / "a.csv"
    assert check_target(f"file://{tmp_path}/a.csv") == tmp_path / "a.csv"
    assert check_target("memory://d/a.csv") is None


def test_one_frame_is_in_memory_at_a_time(tmp_path: Path) -> None:
    earlier: list[weakref.ref[pd.DataFrame]] = []
    alive: list[int] = []

    class Parts:
        def __iter__(self) -> Iterator[pd.DataFrame]:
            for start in (0, 3, 6, 9):
                gc.collect()
                alive.append(sum(reference() is not None for reference in earlier))
                frame = part_of_a_table(start)
                earlier.append(weakref.ref(frame))
                yield frame
                del frame

    for name in NAMES:
        deliver(Parts(), tmp_path / name)
    assert max(alive) == 1  # the one before, which its name still holds
