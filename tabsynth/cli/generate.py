"""`tabsynth generate`: write rows with what a run has learned."""

from __future__ import annotations

from pathlib import Path
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
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write: .csv, .tsv, .parquet or .jsonl.")],
    *,
    settings: Settings,
    progress: ProgressOption = True,
    debug: DebugOption = False,
) -> None:
    """Write synthetic rows; the same --random-state gives the same rows."""
    with explained(debug, run):
        from tabsynth.data.write import check_writable, write_table
        from tabsynth.synthesizer import Synthesizer

        check_writable(out)
        synthesizer = Synthesizer.load(run, progress=None if progress else False, **parsed(settings))
        fake = synthesizer.generate(num_rows)
        write_table(fake, out)
        synthesizer.close()
        say(f"Wrote {len(fake):,} rows to {out}")
