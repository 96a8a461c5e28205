"""Progress of long stages: a bar in terminals and notebooks, plain log lines elsewhere, or nothing."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

log = logging.getLogger("tabsynth")
LOG_EVERY_SECONDS = 10.0


class Task(Protocol):
    """One running stage."""

    def update(self, done: float, info: str = "") -> None:
        """Report `done` units finished in all, with a short note such as the loss."""


class Progress(Protocol):
    """Where stages report what they have done."""

    def task(self, stage: str, total: float | None) -> AbstractContextManager[Task]:
        """Open a Task for `stage`; `total` is None when the end is not known."""


class SilentTask:
    """A task that nobody watches."""

    def update(self, done: float, info: str = "") -> None:
        """Drop the report."""


class LogTask:
    """A task that writes a log line at most every LOG_EVERY_SECONDS."""

    def __init__(self, stage: str, total: float | None) -> None:
        self.stage, self.total = stage, total
        self.started = self.last = time.monotonic()

    def update(self, done: float, info: str = "") -> None:
        """Log the share done and the time left, not too often."""
        now = time.monotonic()
        if now - self.last < LOG_EVERY_SECONDS:
            return
        self.last = now
        share = "" if not self.total else f" {min(1.0, done / self.total):.0%}"
        left = ""
        if self.total and done > 0:
            left = f", {(now - self.started) * max(0.0, self.total / done - 1):.0f} s left"
        log.info("%s%s%s%s", self.stage, share, left, f", {info}" if info else "")


class Silent:
    """No progress at all."""

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Task]:
        """Yield a task that reports to nobody."""
        yield SilentTask()


class LogLines:
    """Plain log lines, for scripts and services."""

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Task]:
        """Yield a task that logs."""
        log.info("%s started", stage)
        yield LogTask(stage, total)
        log.info("%s finished", stage)


class Bars:
    """A rich bar with ETA, for terminals and notebooks."""

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Task]:
        """Yield a task drawn as a bar."""
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns = (
            TextColumn("{task.description:<12}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[info]}"),
        )
        with RichProgress(*columns, console=Console(stderr=True)) as bars:
            handle = bars.add_task(stage, total=total, info="")

            class BarTask:
                def update(self, done: float, info: str = "") -> None:
                    bars.update(handle, completed=done, info=info)

            yield BarTask()


def default_progress(show: bool | None = None) -> Progress:
    """Return bars where someone watches, else log lines; nothing when `show` is False."""
    if show is False:
        return Silent()
    if show or sys.stderr.isatty() or "ipykernel" in sys.modules:
        return Bars()
    return LogLines()
