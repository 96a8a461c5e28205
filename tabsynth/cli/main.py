"""The command line: the commands by name, and the environment that they run in. Holds no work of its own."""

from __future__ import annotations

import os

import typer

from tabsynth.cli.compare import compare
from tabsynth.cli.evaluate import evaluate
from tabsynth.cli.fit import fit
from tabsynth.cli.generate import generate
from tabsynth.cli.inspect import inspect
from tabsynth.cli.run import run
from tabsynth.cli.settings import Command
from tabsynth.cores import num_cores
from tabsynth.version import __version__

app = typer.Typer(
    name="tabsynth",
    help="Learn a private table on this machine and write a synthetic one with the same columns and statistics.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (run, fit, generate, evaluate, compare, inspect):
    app.command(cls=Command)(command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tabsynth {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Set what third-party libraries read when they are first loaded, so before any of them is."""
    os.environ.setdefault("OMP_NUM_THREADS", str(num_cores()))  # vLLM for CPUs takes one thread otherwise
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # torch's C++ warns of how vLLM binds memory


def main() -> None:
    """Run the command line."""
    app()
