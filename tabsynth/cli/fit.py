"""`tabsynth fit`: learn a table and keep what was learned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tabsynth.cli.console import explained, say
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
def fit(
    data: DataArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run directory to make.")],
    *,
    settings: Settings,
    config: ConfigOption = None,
    overwrite: OverwriteOption = False,
    progress: ProgressOption = True,
    debug: DebugOption = False,
) -> None:
    """Learn a table; a training that was interrupted goes on."""
    with explained(debug, out):
        from tabsynth.cli.destination import open_destination
        from tabsynth.synthesizer import Synthesizer

        open_destination(out, overwrite=overwrite)
        options = config_from(config, settings).model_dump()
        synthesizer = Synthesizer(progress=None if progress else False, **options).fit(data, run_dir=out)
        training = synthesizer.metadata.training
        say(f"Learned {synthesizer.metadata.num_training_rows:,} rows in {training.seconds:,.0f} s: {out}")
        say(f"Next: tabsynth generate {out} --num-rows 1000 --out fake.csv")
