"""What was found in a table: a finding a column, as data that the user can read and correct. Holds no cell."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd
from pydantic import BaseModel, ConfigDict

from tabsynth.errors import PrivacyError, did_you_mean
from tabsynth.privacy.pii.columns import Source
from tabsynth.privacy.pii.entities import Action, Entity

NONE, KEEP, TEXT = "none", "keep", "text"
"""Corrections that are no entities: not personal; personal, but left as it is; a text with personal data inside."""


class Finds(BaseModel):
    """Personal data of one kind inside the texts of a column.

    Attributes:
        entity: Its kind.
        count: How often it was found.
        texts: In how many texts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    entity: Entity
    count: int
    texts: int


class Finding(BaseModel):
    """What a column holds.

    Attributes:
        column: Its name.
        entity: The kind of personal data that its cells are; None for a text with personal data inside.
        confidence: How sure that is, 0 to 1; 1 where the user said so.
        share: Share of its distinct values that are such data; of a text, share of the texts with a find.
        source: What it was told from.
        action: What is done to it before training.
        note: Why, in words.
        inside: What was found inside its texts, the most frequent first.
        scanned: Values or texts that were looked at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    column: str
    entity: Entity | None
    confidence: float
    share: float
    source: Source
    action: Action
    note: str = ""
    inside: tuple[Finds, ...] = ()
    scanned: int = 0


class PiiReport(BaseModel):
    """The personal data of a table.

    Attributes:
        findings: One a column that holds any or asks a question, in the order of the table.
        texts: Columns that are searched inside when stand-ins are put in, whether anything was found or not.
        columns: All columns that were looked at.
        rows: Rows of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    findings: tuple[Finding, ...]
    texts: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int

    def __getitem__(self, column: str) -> Finding | None:
        """Return the finding of a column, None if nothing was found in it."""
        return next((finding for finding in self.findings if finding.column == column), None)

    @property
    def questions(self) -> tuple[Finding, ...]:
        """The columns that the user must decide on."""
        return tuple(finding for finding in self.findings if finding.action is Action.ASK)

    def of(self, *entities: Entity) -> list[str]:
        """Return the columns whose cells are one of these kinds of data."""
        return [finding.column for finding in self.findings if finding.entity in entities]

    def corrected(self, overrides: Mapping[str, str]) -> PiiReport:
        """Return the report as the user corrects it.

        Args:
            overrides: By column an entity such as "username", or "none" (not personal), "keep" (personal, but left as
                it is) or "text" (personal data may stand inside its cells).

        Raises:
            PrivacyError: There is no such column or no such entity.
        """
        check_overrides(overrides, self.columns)
        found = {finding.column: finding for finding in self.findings}
        texts = [name for name in self.texts if overrides.get(name, TEXT) == TEXT]
        for column, word in overrides.items():
            if word == NONE:
                found.pop(column, None)
            else:
                found[column] = _as_told(column, word, found.get(column))
            if word == TEXT and column not in texts:
                texts.append(column)
        return self.model_copy(
            update={
                "findings": tuple(found[name] for name in self.columns if name in found),
                "texts": tuple(name for name in self.columns if name in texts),
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a table: column, holds, confidence, share, told from, action, note."""
        rows = [
            {
                "column": finding.column,
                "holds": _holds(finding),
                "confidence": round(finding.confidence, 2),
                "share": round(finding.share, 3),
                "told from": finding.source,
                "action": finding.action.value,
                "note": finding.note,
            }
            for finding in self.findings
        ]
        return pd.DataFrame(rows, columns=["column", "holds", "confidence", "share", "told from", "action", "note"])

    def _repr_html_(self) -> str:
        """Draw the findings for a notebook."""
        frame = self.to_frame()
        head = "".join(f"<th>{escape(name)}</th>" for name in frame.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>"
            for row in frame.itertuples(index=False)
        )
        clean = len(self.columns) - len(self.findings)
        return (
            f"<p>Personal data in {len(self.findings)} of {len(self.columns)} columns; none in {clean}.</p>"
            f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def check_overrides(overrides: Mapping[str, str], columns: tuple[str, ...]) -> None:
    """Refuse corrections of columns or to entities that do not exist."""
    words = [NONE, KEEP, TEXT, *(entity.value for entity in Entity)]
    for column, word in overrides.items():
        if column not in columns:
            raise PrivacyError(f"pii= names the column '{column}'", where="pii", do=did_you_mean(column, columns))
        if word not in words:
            raise PrivacyError(f"pii= gives '{word}' for '{column}'", where="pii", do=did_you_mean(str(word), words))


def _as_told(column: str, word: str, before: Finding | None) -> Finding:
    """The finding that a correction makes."""
    entity: Entity | None = None
    action = Action.REPLACE_INSIDE
    if word == KEEP:
        entity, action = before.entity if before else None, Action.KEEP
    elif word != TEXT:
        entity = Entity(word)
        action = Action.GENERATE if entity is Entity.IDENTIFIER else Action.REPLACE
    return Finding(
        column=column,
        entity=entity,
        confidence=1.0,
        share=before.share if before else 0.0,
        source="you",
        action=action,
        note="you keep it as it is" if word == KEEP else "",
        inside=before.inside if before else (),
        scanned=before.scanned if before else 0,
    )


def _holds(finding: Finding) -> str:
    if finding.entity is not None:
        return finding.entity.value
    listed = ", ".join(f"{find.count} {find.entity.value}" for find in finding.inside)
    return f"text: {listed}" if listed else "text"
