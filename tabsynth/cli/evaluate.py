"""`tabsynth evaluate`: compare a synthetic table with the rows that a run has learned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabsynth.cli.console import explained, print_scores, say
from tabsynth.cli.settings import DebugOption, ProgressOption, RunArgument, Settings, parsed, takes_settings


@takes_settings(["target", "random_state"])
def evaluate(
    run: RunArgument,
    synthetic: Annotated[str, typer.Argument(help="The synthetic table.")],
    data: Annotated[str, typer.Option("--data", help="The table that was learned; it is not kept in the run.")],
    *,
    settings: Settings,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The report. Default: report.html in the run directory.")
    ] = None,
    scores: Annotated[
        Path | None,
        typer.Option("--json", help="The scores as data. Default: evaluation.json in the run directory, unless --out."),
    ] = None,
    progress: ProgressOption = True,
    debug: DebugOption = False,
) -> None:
    """Score a synthetic table and write the report."""
    with explained(debug):
        from tabsynth.artifact.layout import RunDirectory, write_text
        from tabsynth.synthesizer import Synthesizer

        directory = RunDirectory(run)
        page = out or directory.report_file
        scores = scores or (directory.evaluation_file if out is None else None)
        for file in (page, scores):
            check_folder(file)
        synthesizer = Synthesizer.load(run, progress=None if progress else False, **parsed(settings))
        report = synthesizer.evaluate(synthetic, training=data)
        if scores is not None:
            write_text(scores, report.evaluation.to_json())
        report.save(page)
        print_scores(report)
        say()
        say(f"Report  {page}")


def check_folder(file: Path | None) -> None:
    """Refuse a file that could not be written, before any work is done.

    Raises:
        ArtifactError: It is a folder, or its folder does not exist.
    """
    from tabsynth.errors import ArtifactError

    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        found = "this is a folder" if file.is_dir() else "its folder does not exist"
        raise ArtifactError(found, where=str(file), do="name a file in a folder that exists")
