"""The folder of one generation: parts that are finished stay so, wherever the process dies. Knows rows, not engines."""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd

from tabsynth.data.write import TEMPORARY_SUFFIX, replacing, sync_folder
from tabsynth.errors import ArtifactError, SchemaError
from tabsynth.generator.hold import Hold
from tabsynth.generator.manifest import generation_id, manifest_bytes, read_manifest
from tabsynth.generator.parts import part_bytes, part_facts, part_frame
from tabsynth.schema.schema import Schema

_PART = re.compile(r"part-(\d{5,})-([0-9a-f]{16})\.parquet")
_UNFINISHED = re.compile(r"unfinished-(\d{5,})\.parquet")


class Journal:
    """The parts of one generation in a folder of their own, which one process at a time may write.

    A part is one Parquet file that holds its rows and its tally, and is named after its checksum. Renaming it into
    place is what finishes the part: there is no second file that could disagree.

    Args:
        folder: The folder; its name should be the `generation_id`.
        identity: What the rows depend on, as JSON. Holds no cells.
        schema: The columns of the rows.
        total_rows: Rows of all parts together.
        rows_per_part: Rows of each part but the last.

    Attributes:
        damaged: Parts that were torn or changed on disk, and are missing now.
        facts: What `finish` was told, once the generation has finished.
    """

    def __init__(
        self, folder: Path, identity: dict[str, Any], schema: Schema, *, total_rows: int, rows_per_part: int
    ) -> None:
        self.folder, self.damaged = folder, 0
        self.facts: dict[str, Any] | None = None
        self._identity, self._id, self._schema = identity, generation_id(identity), schema
        self._total, self._each = total_rows, rows_per_part
        self._done: dict[int, Path] = {}
        self._manifest_file, self._hold = folder / "manifest.json", Hold(folder)

    def __enter__(self) -> Self:
        """Take the folder, and look at what is in it.

        Raises:
            ArtifactError: Another process has it, it holds another generation or is from a newer version, or it cannot
                be written.
        """
        with self._explained():
            self.folder.mkdir(parents=True, exist_ok=True)
            sync_folder(self.folder.parent)
            self._hold.take()
            try:
                self._open()
            except BaseException:
                self._hold.release()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hold.release()

    @property
    def total_rows(self) -> int:
        """Rows of all parts together."""
        return self._total

    @property
    def num_parts(self) -> int:
        """Number of parts."""
        return -(-self._total // self._each)

    def first_row(self, part: int) -> int:
        """Return the number of a part's first row in the whole table."""
        return part * self._each

    def missing(self) -> list[int]:
        """Return the parts that are not finished, in order."""
        return [part for part in range(self.num_parts) if part not in self._done]

    def rows_of(self, part: int) -> int:
        """Return the rows that a part has."""
        return max(0, min(self._each, self._total - part * self._each))

    def write(self, part: int, frame: pd.DataFrame, tally: str) -> None:
        """Finish a part.

        Args:
            part: Its position.
            frame: Its rows, as many as `rows_of` says.
            tally: What it cost, as text.

        Raises:
            ArtifactError: It cannot be written, is finished already or has other rows.
            SchemaError: The frame is not of the schema.
        """
        if part in self._done or part < 0 or not 0 < len(frame) == self.rows_of(part):
            raise ArtifactError(
                f"part {part} with {len(frame):,} rows is not missing, or not so large",
                where=str(self.folder),
                do="ask missing() and rows_of() which parts to make",
            )
        raw = part_bytes(frame, self._schema, {**self._marks(part), "tally": tally})
        path = self.folder / f"part-{part:05}-{_digest(raw)}.parquet"
        self._store(path, raw)
        self._done[part] = path
        with self._explained():
            self._unfinished_file(part).unlink(missing_ok=True)

    def write_unfinished(self, part: int, frame: pd.DataFrame) -> Path | None:
        """Keep the rows of a part that could not be finished, as an ordinary Parquet file.

        Args:
            part: Its position.
            frame: Its rows so far.

        Returns:
            The folder, or None if it holds no rows at all.

        Raises:
            ArtifactError: They cannot be written.
            SchemaError: Parquet cannot hold them.
        """
        if len(frame):
            out = BytesIO()
            try:
                frame.to_parquet(out, index=False)
            except Exception as error:  # quotes cells
                raise SchemaError(f"Parquet cannot hold the rows ({type(error).__name__})") from None
            self._store(self._unfinished_file(part), out.getvalue())
        return self.folder if self._done or any(self.folder.glob("unfinished-*.parquet")) else None

    def frames(self) -> Iterable[pd.DataFrame]:
        """Return the finished parts in order, each with exactly the schema's dtypes.

        They are read one by one, each time that they are gone through.
        """
        return _Frames(self)

    def tallies(self) -> list[str]:
        """Return the tallies of the finished parts, in order."""
        with self._explained():
            return [part_facts(path)["tally"] for _, path in sorted(self._done.items())]

    def finish(self, facts: dict[str, Any]) -> None:
        """Write into the manifest that the generation has finished, and its totals."""
        self._write_manifest(facts)

    def remove_parts(self) -> None:
        """Remove all rows; the manifest stays."""
        with self._changing():
            self._done.clear()
            for path in list(self.folder.iterdir()):
                if _PART.fullmatch(path.name) or _UNFINISHED.fullmatch(path.name):
                    path.unlink()

    def remove(self) -> None:
        """Remove the folder."""
        with self._changing():
            self._done.clear()
            shutil.rmtree(self.folder)

    def _open(self) -> None:
        manifest = read_manifest(self._manifest_file, self._identity)
        self._done, self.damaged = {}, 0
        for path in sorted(self.folder.iterdir()):
            if path.name.startswith(".") and path.name.endswith(TEMPORARY_SUFFIX):
                path.unlink()
            elif match := _PART.fullmatch(path.name):
                part = int(match[1])
                if self._is_whole(part, path):
                    self._done[part] = path
                else:
                    path.unlink()
                    self.damaged += 1
        for part in self._done:
            self._unfinished_file(part).unlink(missing_ok=True)
        self.facts = (manifest or {}).get("finished")
        if manifest is None:  # new, or torn: parts tell of themselves
            self._write_manifest(None)

    def _is_whole(self, part: int, path: Path) -> bool:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest()[:16] != path.stem[-16:]:
                return False
        try:
            facts = part_facts(path)
        except ValueError:  # never was a part
            return False
        if not self._marks(part).items() <= facts.items():
            raise ArtifactError(
                f"'{path.name}' is a part of another generation", where=str(self.folder), do="move it elsewhere"
            )
        return True

    def _marks(self, part: int) -> dict[str, str]:
        return {"generation": self._id, "part": str(part), "rows": str(self.rows_of(part))}

    def _write_manifest(self, facts: dict[str, Any] | None) -> None:
        self._store(self._manifest_file, manifest_bytes(self._identity, facts))
        self.facts = facts

    def _unfinished_file(self, part: int) -> Path:
        return self.folder / f"unfinished-{part:05}.parquet"

    def _store(self, path: Path, raw: bytes) -> None:
        with self._changing(), replacing(path) as file:
            file.write(raw)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        if not self._hold.taken:
            raise ArtifactError("the journal is not open", where=str(self.folder), do="use it in a with statement")
        with self._explained():
            yield

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            kept = len(self._done)
            with suppress(OSError):  # a folder that cannot be opened cannot be listed, either
                kept = sum(1 for _ in self.folder.glob("part-*.parquet"))
            found, advice = _FAULTS.get(error.errno or 0, (f"the disk fails ({error.strerror})", "check the disk"))
            raise ArtifactError(
                f"{found}; {kept:,} finished parts are kept",
                where=str(self.folder),
                do=f"{advice}, then make the same call again",
            ) from None


@dataclass(frozen=True)
class _Frames:
    """The finished parts of a journal, to be gone through any number of times."""

    journal: Journal

    def __iter__(self) -> Iterator[pd.DataFrame]:
        for _, path in sorted(self.journal._done.items()):
            with self.journal._explained():
                raw = path.read_bytes()
            if _digest(raw) != path.stem[-16:]:
                raise ArtifactError(
                    "a finished part was changed on disk", where=str(path), do="make the same call again"
                )
            yield part_frame(raw, self.journal._schema)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]


_UNWRITABLE = ("it may not be written", "make it writable")
_FAULTS = {
    errno.ENOSPC: ("the disk is full", "free some space"),
    errno.EDQUOT: ("the disk quota is used up", "free some space"),
    errno.EFBIG: ("a file may not be so large", "raise the limit (ulimit -f)"),
    errno.EROFS: _UNWRITABLE,
    errno.EACCES: _UNWRITABLE,
    errno.EPERM: _UNWRITABLE,
}
