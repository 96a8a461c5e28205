"""`tabsynth run`: fit, generate and evaluate in one go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tabsynth.cli.console import complain, explained, print_scores, say
from tabsynth.cli.settings import (
    ALL,
    ConfigOption,
    DataArgument,
    DebugOption,
    OverwriteOption,
    ProgressOption,
    Settings,
    config_from,
    takes_settings,
)

if TYPE_CHECKING:
    import pandas as pd

    from tabsynth.report.report import Report
    from tabsynth.synthesizer import Synthesizer

SHUT = 3
"""Exit code: the table was made and evaluated, and the gate kept it back."""


@takes_settings(ALL)
def run(
    data: DataArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run directory to make.")],
    *,
    settings: Settings,
    num_rows: Annotated[
        int | None, typer.Option("--num-rows", "-n", min=1, help="Rows to make. Default: as many as the table has.")
    ] = None,
    gate: Annotated[
        bool,
        typer.Option(
            "--gate",
            help="Write the synthetic table, and a dataset card beside it, only if the privacy light is not red; "
            "exit with code 3 otherwise. The report is written in any case.",
        ),
    ] = False,
    allow: Annotated[
        Literal["amber", "green"], typer.Option("--allow", help="With --gate: the worst privacy light that opens it.")
    ] = "amber",
    licence: Annotated[
        str | None, typer.Option("--licence", help="With --gate: licence of the synthetic table, for its card.")
    ] = None,
    config: ConfigOption = None,
    overwrite: OverwriteOption = False,
    progress: ProgressOption = True,
    debug: DebugOption = False,
) -> None:
    """Learn a table, write a synthetic one and its quality report."""
    with explained(debug, out):
        from tabsynth.artifact.layout import write_text
        from tabsynth.cli.destination import open_destination, synthetic_file
        from tabsynth.data.write import write_table
        from tabsynth.errors import ConfigError
        from tabsynth.synthesizer import Synthesizer

        if not gate and (allow != "amber" or licence is not None):
            raise ConfigError("--allow and --licence are terms of a gate", where="run", do="add --gate")
        directory = open_destination(out, overwrite=overwrite)
        options = config_from(config, settings).model_dump()
        synthesizer = Synthesizer(progress=None if progress else False, **options).fit(data, run_dir=out)
        metadata = synthesizer.metadata
        fake = synthesizer.generate(num_rows or metadata.num_training_rows + metadata.num_holdout_rows)
        table = synthetic_file(directory, data)
        if not gate:
            write_table(fake, table)
        report = synthesizer.evaluate(fake)
        synthesizer.close()
        write_text(directory.evaluation_file, report.evaluation.to_json())
        report.save(directory.report_file)
        print_scores(report)
        say()
        if gate:
            card = _release(synthesizer, fake, table, report, allow=allow, licence=licence, page=directory.report_file)
            say(f"Dataset card     {card}")
        say(f"Synthetic table  {table} ({len(fake):,} rows)")
        say(f"Report           {directory.report_file}")
        if gate:
            say("Only the table and its card are meant for others; the rest of the run directory is private.")


def _release(
    synthesizer: Synthesizer,
    fake: pd.DataFrame,
    table: Path,
    report: Report,
    *,
    allow: Literal["amber", "green"],
    licence: str | None,
    page: Path,
) -> Path:
    """Let the table out through the gate and return its card; say why not, and end the command, where it stays shut."""
    from tabsynth.release.refusal import ReleaseError

    try:
        return synthesizer.release(fake, table, report=report, allow=allow, licence=licence).card
    except ReleaseError as error:
        complain(f"Not released: {error}")
        say(f"Report           {page}")
        raise typer.Exit(SHUT) from None
