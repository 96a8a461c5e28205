"""`tabsynth compare`: score a table from any synthesizer, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabsynth.cli.console import explained, print_scores, say
from tabsynth.cli.evaluate import check_folder
from tabsynth.cli.settings import DebugOption, ProgressOption, Settings, takes_settings


@takes_settings(["target", "random_state"])
def compare(
    training: Annotated[str, typer.Argument(help="The rows that the synthesizer learned.")],
    holdout: Annotated[str, typer.Argument(help="Real rows of the same table that it never saw.")],
    synthetic: Annotated[str, typer.Argument(help="The synthetic table.")],
    *,
    settings: Settings,
    group_by: Annotated[
        str | None, typer.Option("--group-by", help="Column whose equal values make a group, such as a patient.")
    ] = None,
    order_by: Annotated[str | None, typer.Option("--order-by", help="Column that orders the rows of a group.")] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="The report.")] = Path("report.html"),
    scores: Annotated[Path | None, typer.Option("--json", help="The scores as data.")] = None,
    progress: ProgressOption = True,
    debug: DebugOption = False,
) -> None:
    """Score a synthetic table of any origin against learned and unseen rows, and write the report."""
    with explained(debug):
        from tabsynth.artifact.layout import write_text
        from tabsynth.evaluator.evaluator import evaluate
        from tabsynth.progress import default_progress
        from tabsynth.report.report import Report

        for file in (out, scores):
            check_folder(file)
        evaluation = evaluate(
            training,
            holdout,
            synthetic,
            group_by=group_by,
            order_by=order_by,
            progress=default_progress(None if progress else False),
            **settings,
        )
        report = Report(evaluation)
        if scores is not None:
            write_text(scores, evaluation.to_json())
        report.save(out)
        print_scores(report)
        say()
        say(f"Report  {out}")
