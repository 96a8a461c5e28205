"""Where a run goes: the checks of --out that come before anything is made. Makes and removes nothing."""

from __future__ import annotations

from pathlib import Path

from tabsynth.artifact.layout import RunDirectory
from tabsynth.data.read import table_suffix
from tabsynth.errors import ArtifactError

KEPT_SUFFIXES = (".tsv", ".parquet", ".jsonl", ".ndjson")


def open_destination(out: Path, *, overwrite: bool) -> RunDirectory:
    """Return the run directory `out`, new, of a training that was interrupted, or to be replaced.

    Raises:
        ArtifactError: It is a file, holds a finished run, or belongs to something else.
    """
    run = RunDirectory(out)
    if out.exists() and not out.is_dir():
        raise ArtifactError("it is a file, not a directory", where=str(out), do="choose another --out")
    if run.metadata_file.exists():
        if overwrite:
            return run
        raise ArtifactError(
            "there is a finished run",
            where=str(out),
            do=f"use it (tabsynth generate {out}), choose another --out, or replace it with --overwrite",
        )
    if out.exists() and any(out.iterdir()) and not run.checkpoints.is_dir():
        raise ArtifactError("it holds files that are no run", where=str(out), do="choose a new directory for --out")
    return run


def synthetic_file(run: RunDirectory, data: str) -> Path:
    """Return where `tabsynth run` writes its table: the format of the real one where it can be written, else CSV."""
    suffix = table_suffix(data)
    return run.synthetic_file.with_suffix(suffix) if suffix in KEPT_SUFFIXES else run.synthetic_file
