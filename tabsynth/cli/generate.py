"""`tabsynth generate`: write rows with what a run has learned."""

from __future__ import annotations

from typing import Annotated

import typer

from tabsynth.cli.console import explained, say
from tabsynth.cli.settings import (
    GENERATION,
    DebugOption,
    ProgressOption,
    RunArgument,
    Settings,
    parsed,
    takes_settings,
)


@takes_settings(GENERATION)
def generate(
    run: RunArgument,
    num_rows: Annotated[int, typer.Option("--num-rows", "-n", min=1, help="Rows to make.")],
    out: Annotated[
        str,
        typer.Option("--out", "-o", help="The file or fsspec URL to write: .csv, .tsv, .parquet or .jsonl."),
    ],
    *,
    settings: Settings,
    progress: ProgressOption = True,
    debug: DebugOption = False,
) -> None:
    """Write synthetic rows; the same --random-state gives the same rows, and a killed command goes on where it was."""
    with explained(debug, run):
        from tabsynth.data.deliver import check_target
        from tabsynth.synthesizer import Synthesizer

        check_target(out)
        synthesizer = Synthesizer.load(run, progress=None if progress else False, **parsed(settings))
        path = synthesizer.generate(num_rows, to=out)
        synthesizer.close()
        say(f"Wrote {num_rows:,} rows to {path}")
