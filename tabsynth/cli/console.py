"""What the commands print: errors, what an interruption leaves, and scores. Knows no stage that made them."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tabsynth.errors import GenerationError, TabsynthError

if TYPE_CHECKING:
    from tabsynth.report.report import Report

ERROR, UNFINISHED, INTERRUPTED = 2, 1, 130
"""Exit codes: what was asked for cannot be done, rows are missing, Ctrl-C."""
LIGHTS = {"green": "green", "amber": "yellow", "red": "red"}


def say(text: str | Text | Table = "") -> None:
    """Print a line or a table for the user, on stdout."""
    Console(highlight=False, soft_wrap=isinstance(text, str)).print(text, markup=False)


def complain(text: str) -> None:
    """Print one message in red, on stderr."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text, style="red"))


@contextmanager
def explained(debug: bool, root: Path | None = None) -> Iterator[None]:
    """Turn errors inside a with block into one message and an exit code.

    Args:
        debug: Show the traceback as well, and log more.
        root: The run directory that an interruption leaves something in.
    """
    _log_to_stderr(logging.DEBUG if debug else logging.INFO)
    started = time.time()
    try:
        yield
    except KeyboardInterrupt:
        complain(f"Interrupted. {kept(root, started)}")
        raise typer.Exit(INTERRUPTED) from None
    except typer.Exit:
        raise
    except Exception as error:
        if debug:
            Console(stderr=True).print_exception(show_locals=False)
        complain(_explanation(error))
        raise typer.Exit(UNFINISHED if isinstance(error, GenerationError) else ERROR) from None


def kept(root: Path | None, since: float) -> str:
    """Say what an interruption leaves in a run directory.

    Args:
        root: The directory, or None.
        since: When the command began, seconds since 1970.
    """
    from tabsynth.artifact.layout import RunDirectory

    run = RunDirectory(root) if root is not None else None
    if run is None or not run.root.exists():
        return "Nothing was made."
    # Whoever opens a journal writes into it; rows in it may be older, of a call that this one went on with.
    opened = {file.parent for file in run.generations.glob("*/*") if file.stat().st_mtime >= since - 1}
    rows = sorted(folder for folder in opened if any(folder.glob("*.parquet")))
    if rows:
        return f"The rows so far are in {rows[0]}: the same command goes on from there."
    if any(run.checkpoints.glob("checkpoint-*")):
        return f"The training so far is in {run.root}: the same command goes on from there."
    if run.metadata_file.is_file():
        return f"The trained model in {run.root} is kept: tabsynth generate {run.root} makes rows."
    return "The training was too short for a checkpoint, so nothing was kept."


def print_scores(report: Report) -> None:
    """Print the headline scores beside what real rows and shuffled columns score, and the recommendation."""
    from tabsynth.report.wording import CARDS

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Score")
    for heading in ("Synthetic", "Real holdout", "Shuffled"):
        table.add_column(heading, justify="right")
    table.add_column("Best", style="dim")
    for card in CARDS:
        score = report.scores.get(card.name)
        if score is not None and score.value is not None:
            values = (score.value, score.reference, score.floor)
            table.add_row(card.title, *map(card.written, values), card.best)
    verdict = report.evaluation.verdict
    say(table)
    say()
    say(Text(verdict.headline, style=f"bold {LIGHTS[verdict.light]}"))
    for reason in verdict.reasons:
        say(f"  {reason}")


def _explanation(error: Exception) -> str:
    if isinstance(error, TabsynthError):
        return f"Error: {error}"
    if isinstance(error, OSError) and error.filename:
        return f"Error: {error.filename}: {error.strerror}."
    # The text of an error that nobody foresaw may quote a cell.
    return (
        f"Error: an unexpected {type(error).__name__}. This is a bug; run the command again with --debug to see where."
    )


def _log_to_stderr(level: int) -> None:
    log = logging.getLogger("tabsynth")
    log.setLevel(level)
    for handler in [handler for handler in log.handlers if handler.get_name() == __name__]:
        log.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(__name__)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
