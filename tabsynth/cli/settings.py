"""Settings as options: every field of Config becomes one, so that the command line mirrors Python one to one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from typer.core import TyperCommand

from tabsynth.config import Config
from tabsynth.errors import ConfigError

ALL = tuple(Config.model_fields)
GENERATION = (
    "temperature",
    "top_p",
    "schedule",
    "constraint",
    "rules",
    "rows_per_part",
    "max_generation_minutes",
    "max_prompts_per_batch",
    "max_tokens_multiplier",
    "engine",
    "random_state",
)
"""What may differ from one generation of a run to the next."""

MAPPINGS = {"types": ("COLUMN=KIND", "COLUMN=KIND, such as zip=text"), "pii": ("COLUMN=ENTITY", "COLUMN=ENTITY or off")}
"""Settings by column: how help calls what is given, and what an error advises."""

Settings = dict[str, Any]
"""The settings that the user gave on the command line, by name, as typed there."""

DataArgument = Annotated[str, typer.Argument(help="The table: CSV, TSV, Parquet, Arrow, JSON lines; a path or URL.")]
RunArgument = Annotated[Path, typer.Argument(help="The run directory.")]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="A YAML or TOML file of settings; options here win over it.")
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace the finished run in --out.")]
ProgressOption = Annotated[bool, typer.Option("--progress/--no-progress", help="Show how far it is.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Log more, and show where an error comes from.")]


class Command(TyperCommand):
    """A command that knows what a mistyped option was meant to be."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse `args`; an unknown option is an error with a suggestion."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            # By name: where the class lives depends on typer's version.
            if type(error).__name__ == "NoSuchOption":
                known = [name for parameter in self.params for name in parameter.opts if name.startswith("--")]
                close = get_close_matches(getattr(error, "option_name", ""), known, n=1, cutoff=0.6)
                advice = f"Did you mean {close[0]}?" if close else f"See {ctx.command_path} --help."
                error.message = f"{getattr(error, 'message', error)}. {advice}"  # type: ignore[attr-defined]
                error.possibilities = None  # type: ignore[attr-defined]
            raise


def takes_settings(names: Iterable[str]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command an option for each of these settings; it gets those that are given as `settings`.

    Args:
        names: Fields of Config.
    """
    fields = list(names)

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def wrapper(**given: Any) -> None:
            settings = {name: given.pop(name) for name in fields}
            command(**given, settings={name: value for name, value in settings.items() if value is not None})

        own = inspect.signature(command, eval_str=True).parameters.values()
        kept = [parameter for parameter in own if parameter.name != "settings"]
        wrapper.__signature__ = inspect.Signature([*kept, *map(_option, fields)])  # type: ignore[attr-defined]
        return wrapper

    return decorate


def config_from(file: Path | None, settings: Settings) -> Config:
    """Return the config that a file and the command line make; the latter wins.

    Raises:
        ConfigError: A setting does not exist, is of the wrong type or out of its bounds.
    """
    given = parsed(settings)
    return Config.from_options(**given) if file is None else Config.load(file).replace(**given)


def parsed(settings: Settings) -> Settings:
    """Return the settings with their values as Python knows them.

    Raises:
        ConfigError: A value cannot be read.
    """
    values = dict(settings)
    if "types" in values:
        values["types"] = dict(_column_and_word("types", text) for text in values["types"])
    if "pii" in values:
        off = values["pii"] == ["off"]
        values["pii"] = "off" if off else dict(_column_and_word("pii", text) for text in values["pii"])
    if "delta" in values:
        values["delta"] = _number(values["delta"])
    if "holdout" in values:
        values["holdout"] = _number(values["holdout"])
    return values


def _column_and_word(setting: str, text: str) -> tuple[str, str]:
    name, equals, word = text.rpartition("=")
    if not (name and equals and word):
        listed = MAPPINGS[setting]
        raise ConfigError(f"'{text}' is no {listed[0]}", where=f"--{setting}", do=f"write --{setting} {listed[1]}")
    return name, word


def _number(text: str) -> int | float | str:
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text  # which Config refuses in words that fit


def _option(name: str) -> inspect.Parameter:
    field = Config.model_fields[name]
    flag = f"--{name.replace('_', '-')}"
    kind, metavar = _kind(name, field.annotation)
    declared = f"{flag}/--no-{flag[2:]}" if kind is bool else flag
    text = (field.description or "").replace("None: ", "Default: ")
    if field.default not in (None, {}, []):
        text += f" Default: {field.default}."
    option = typer.Option(declared, help=text, metavar=metavar, show_default=False)
    annotation: Any = Annotated[kind | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _kind(name: str, annotation: Any) -> tuple[Any, str | None]:
    """The type that typer parses a setting as, and how help calls its values."""
    if name in MAPPINGS:
        return list[str], MAPPINGS[name][0]
    if name == "delta":
        return str, "NUMBER|auto"
    if name == "rules":
        return list[str], "RULE"
    if name == "holdout":
        return str, "SHARE|ROWS"
    if get_origin(annotation) in (Union, UnionType):
        (annotation,) = (part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Literal:
        return annotation, None
    return annotation, {str: "TEXT", int: "INTEGER", float: "NUMBER"}.get(annotation)
