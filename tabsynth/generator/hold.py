"""A folder in the hands of one process at a time. Ends with the process, however that ends."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from tabsynth.errors import ArtifactError


class Hold:
    """The right to write a folder.

    Args:
        folder: The folder; it must exist when it is taken.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # The system lets go of a file lock when its process is gone, so none is ever left behind.
        self._lock = FileLock(folder / "lock", timeout=0, thread_local=False)

    @property
    def taken(self) -> bool:
        """Whether this hold has the folder."""
        return self._lock.is_locked

    def take(self) -> None:
        """Take the folder.

        Raises:
            ArtifactError: Another process has it.
            OSError: The folder cannot be written.
        """
        if self.taken:
            raise ArtifactError("the journal is open already", where=str(self._folder), do="open it once")
        try:
            self._lock.acquire()
        except Timeout:
            raise ArtifactError(
                f"another process is writing this generation ({self._holder()})",
                where=str(self._folder),
                do="wait until it ends, or stop it",
            ) from None
        # Not in the lock itself: whoever tries it might empty it. And no matter if the disk is full.
        with suppress(OSError):
            (self._folder / "pid").write_text(str(os.getpid()), encoding="ascii")

    def release(self) -> None:
        """Give the folder back."""
        self._lock.release()

    def _holder(self) -> str:
        try:
            return f"pid {int((self._folder / 'pid').read_text(encoding='ascii'))}"
        except (OSError, ValueError):
            return "pid unknown"
