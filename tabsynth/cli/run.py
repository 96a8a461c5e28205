"""`tabsynth run`: fit, generate and evaluate in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabsynth.cli.console import explained, print_scores, say
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


@takes_settings(ALL)
def run(
    data: DataArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run directory to make.")],
    *,
    settings: Settings,
    num_rows: Annotated[
        int | None, typer.Option("--num-rows", "-n", min=1, help="Rows to make. Default: as many as the table has.")
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
        from tabsynth.synthesizer import Synthesizer

        directory = open_destination(out, overwrite=overwrite)
        options = config_from(config, settings).model_dump()
        synthesizer = Synthesizer(progress=None if progress else False, **options).fit(data, run_dir=out)
        metadata = synthesizer.metadata
        fake = synthesizer.generate(num_rows or metadata.num_training_rows + metadata.num_holdout_rows)
        table = synthetic_file(directory, data)
        write_table(fake, table)
        report = synthesizer.evaluate(fake)
        synthesizer.close()
        write_text(directory.evaluation_file, report.evaluation.to_json())
        report.save(directory.report_file)
        print_scores(report)
        say()
        say(f"Synthetic table  {table} ({len(fake):,} rows)")
        say(f"Report           {directory.report_file}")
