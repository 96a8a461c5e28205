"""`tabsynth inspect`: the schema that a table would get, or what a run has learned. Prints counts, never cells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from tabsynth.cli.console import explained, say
from tabsynth.cli.settings import DebugOption, Settings, parsed, takes_settings
from tabsynth.learned import count_of, learned_by

if TYPE_CHECKING:
    from tabsynth.artifact.metadata import TrainingMetadata
    from tabsynth.codec.facts import ColumnCodec
    from tabsynth.privacy.pii import PiiReport


@takes_settings(["types"])
def inspect(
    path: Annotated[str, typer.Argument(help="A table, or a run directory.")],
    settings: Settings,
    pii: Annotated[bool, typer.Option("--pii", help="Show the personal data that is found, and what is done.")] = False,
    debug: DebugOption = False,
) -> None:
    """Show the schema that a table would get, the personal data in it, or what a run has learned."""
    with explained(debug):
        from tabsynth.artifact.layout import RunDirectory
        from tabsynth.privacy.pii import PiiReport

        if Path(path).is_dir():
            metadata = RunDirectory(Path(path)).read_metadata()
            if pii:
                _show_pii(None if metadata.pii is None else PiiReport.model_validate(metadata.pii))
            else:
                _show_run(metadata)
        elif pii:
            _show_pii(_find(path, settings))
        else:
            _show_table(path, settings)


def _find(path: str, settings: Settings) -> PiiReport:
    from tabsynth.data.read import read_table
    from tabsynth.privacy.pii import find_pii
    from tabsynth.schema.infer import infer_schema

    frame = read_table(path)
    return find_pii(frame, infer_schema(frame, parsed(settings).get("types")))


def _show_pii(report: PiiReport | None) -> None:
    if report is None:
        say("Nothing was looked for: the run was made with pii='off'.")
        return
    found = report.to_frame()
    say(f"Personal data in {len(found)} of {count_of(len(report.columns), 'column', 'columns')}, {report.rows:,} rows.")
    if len(found):
        table = _grid("Column", "Holds", "Sure", "Told from", "What is done")
        for column, holds, confidence, _, source, action, _ in found.itertuples(index=False, name=None):
            table.add_row(column, holds, f"{confidence:.0%}", source, action)
        say()
        say(table)
    for note, rows in found[found["note"] != ""].groupby("note", sort=False):
        say()
        say(f"{', '.join(rows['column'])}: {note}.")
    say()
    say("Told wrong? --pii COLUMN=ENTITY, text, keep or none with tabsynth fit and run.")


def _show_table(path: str, settings: Settings) -> None:
    from tabsynth.codec.facts import Facts
    from tabsynth.codec.text import ByteTokenizer
    from tabsynth.data.read import read_table
    from tabsynth.models.choice import Workload, choose_base
    from tabsynth.models.reference import MINI
    from tabsynth.models.tokenizer import NoTextTokenizer
    from tabsynth.schema.column import Kind
    from tabsynth.schema.infer import infer_schema
    from tabsynth.trainer.plan import PRETRAINED_CPU_SECONDS

    frame = read_table(path)
    schema = infer_schema(frame, parsed(settings).get("types"))
    base, reason = choose_base(schema, "table", Workload.of(frame, schema, PRETRAINED_CPU_SECONDS))
    # A pretrained base would have to be fetched first.
    facts = Facts.fit(frame, schema, NoTextTokenizer() if base == MINI else ByteTokenizer())
    table = _grid("Column", "Kind", "Dtype", "Missing", "Tokens a row", "Learned")
    for column, codec in zip(schema.columns, facts.columns, strict=True):
        missing = float(frame[column.name].isna().mean())
        learned = learned_by(codec, schema.names)
        table.add_row(column.name, str(column.kind), column.dtype.name, f"{missing:.1%}", _tokens(codec), learned)
    say(f"{len(frame):,} rows, {len(schema.columns)} columns. Another kind: --types COLUMN=KIND.")
    say()
    say(table)
    say()
    say(f"Base model: {base}; {reason}.")
    if base != MINI and schema.of_kind(Kind.TEXT):
        say(f"Text is counted in bytes here; {base} writes it with fewer tokens.")


def _show_run(metadata: TrainingMetadata) -> None:
    training, statistics = metadata.training, metadata.statistics
    held = "not watched" if training.best_holdout_loss is None else f"{training.best_holdout_loss:.3f} nats a record"
    tokens = statistics.tokens_per_record
    say(
        f"Training: {metadata.num_training_rows:,} rows learned, {metadata.num_holdout_rows:,} kept aside; "
        f"{training.epochs:g} epochs, {training.steps:,} steps, {training.tokens:,} tokens "
        f"in {training.seconds:,.0f} s; ended by {training.stopped_by}; best holdout loss {held}."
    )
    if metadata.canaries is not None:
        repetitions = metadata.canaries.repetitions
        say(
            f"Canaries: {count_of(len(repetitions), 'made-up row', 'made-up rows')} "
            f"planted in {count_of(sum(repetitions), 'record', 'records')}."
        )
    say(f"Base model: {metadata.base.name} ({metadata.base.revision}); records as {metadata.record_format}.")
    say(
        f"Tokens a record: mean {tokens.mean:g}, median {tokens.p50:g}, 99 % up to {tokens.p99:g}, "
        f"longest {tokens.max}; prompt {statistics.prompt_tokens}, "
        f"longest example {statistics.max_tokens_per_example}, context {statistics.context_tokens}."
    )
    say(f"Versions: {', '.join(f'{name} {version}' for name, version in metadata.library_versions.items())}.")
    from tabsynth.release.safeguards import guarantee, safeguards

    lines = [(line.label, line.value) for line in safeguards(metadata)]
    lines += [(line.label, line.value) for line in guarantee(metadata)]
    for label, value in lines:
        say(f"{label[0].upper()}{label[1:]}: {value}")
    plan = _grid("Planned", "Value", "Why")
    for decision in metadata.plan:
        plan.add_row(decision.name, decision.value, decision.reason)
    columns = _grid("Column", "Kind", "Tokens a row", "Learned")
    for column, codec in zip(metadata.table.columns, metadata.facts.columns, strict=True):
        columns.add_row(column.name, str(column.kind), _tokens(codec), learned_by(codec, metadata.table.names))
    for table in (plan, columns):
        say()
        say(table)


def _tokens(codec: ColumnCodec) -> str:
    slots = len(codec.slots(""))
    if codec.type in ("text", "characters"):
        return f"{1 if codec.nullable else 2} to {codec.max_tokens + 2}"
    terminal = codec.slots("")[0].terminal if slots else 0
    return f"{slots}" if slots < 2 or not terminal else f"1 to {slots}"


def _grid(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
