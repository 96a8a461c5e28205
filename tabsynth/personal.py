"""Personal data of a table: found, and replaced before anything else sees the table. The order of two steps."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from tabsynth.config import Config
from tabsynth.errors import ConfigError, PrivacyError
from tabsynth.privacy.pii import PiiReport, Replacer, Secret, find_pii
from tabsynth.privacy.pii.entities import Action
from tabsynth.privacy.pii.model import load_model
from tabsynth.progress import Progress
from tabsynth.schema.column import Kind
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema

STAND_INS = (Action.REPLACE, Action.REPLACE_INSIDE)


@dataclass(frozen=True)
class Cleared:
    """A table without the personal data that was found in it.

    Attributes:
        frame: The table, with stand-ins.
        schema: Its schema.
        pii: What was found; None if nothing was looked for.
    """

    frame: pd.DataFrame
    schema: Schema
    pii: PiiReport | None


def clear(frame: pd.DataFrame, config: Config, key: bytes | None, progress: Progress) -> Cleared:
    """Put stand-ins in place of the personal data of a table.

    Args:
        frame: The table as it was read.
        config: Settles kinds and what is told wrong; `pii="off"` leaves everything as it is.
        key: At least 16 bytes that stand-ins depend on; None draws them.
        progress: Where the bar goes.

    Raises:
        PrivacyError: A column looks personal and it is not clear what it holds, or it cannot be replaced.
        SchemaError: A column cannot be learned.
        ConfigError: The key is too short.
    """
    _check_key(key)
    types = ({} if config.group_by is None else {config.group_by: Kind.IDENTIFIER}) | config.types
    schema = infer_schema(frame, types)
    if config.pii == "off":
        return Cleared(frame, schema, None)
    with progress.task("find personal data", 1.0) as task:
        model = None if config.pii_model is None else load_model(config.pii_model)
        report = find_pii(frame, schema, overrides=config.pii, model=model)
        task.update(0.5)
        found = [finding.column for finding in report.findings if finding.action in STAND_INS]
        if found and config.epsilon is not None:
            raise PrivacyError(
                f"{len(found)} columns hold personal data, whose stand-ins would depend on rows unpaid: {found[:10]}",
                where="epsilon",
                do="drop them from the table, or say pii={column: 'keep'} to learn one under the promise",
            )
        if report.questions or found:
            frame = Replacer(report, key, model=model).apply(frame)
        task.update(1.0)
    made = {finding.column: Kind.IDENTIFIER for finding in report.findings if finding.action is Action.GENERATE}
    return Cleared(frame, infer_schema(frame, made | types), report)


def replaced_columns(report: PiiReport) -> list[str]:
    """Return the columns whose cells are replaced as a whole."""
    return [finding.column for finding in report.findings if finding.action is Action.REPLACE]


def _check_key(key: bytes | None) -> None:
    try:
        Secret(key)
    except ValueError as error:
        raise ConfigError(str(error), where="pii_key", do="pass 32 bytes of secrets.token_bytes(32), or None") from None
