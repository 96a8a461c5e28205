"""The evaluation as data inside the page: inert JSON and CSV links. Draws nothing."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tabsynth.evaluator.result import Evaluation

MAX_JSON, MAX_CSV = 1_000_000, 150_000
"""Characters up to which they are embedded. The page must stay small enough to be mailed."""
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Attachment:
    """A table to save.

    Attributes:
        title: What it holds.
        file: Name to save it under.
        address: Its content as a data: address.
        rows: Number of its rows.
    """

    title: str
    file: str
    address: str
    rows: int


def embedded_json(evaluation: Evaluation) -> Markup | None:
    """Return the evaluation as JSON that no parser of HTML can leave, None if it is too large to carry."""
    text = evaluation.model_dump_json()
    if len(text) > MAX_JSON:
        return None
    for sign, escaped in ESCAPES.items():  # all of them occur in strings only, where JSON reads them the same
        text = text.replace(sign, escaped)
    return Markup(text)


def attachments(evaluation: Evaluation) -> tuple[Attachment, ...]:
    """Return the tables of the report as CSV, those that are small enough and hold a row."""
    made = (
        _attachment("All scores", "scores.csv", SCORES, _scores(evaluation)),
        _attachment("Columns", "columns.csv", COLUMNS, _columns(evaluation)),
        _attachment("Attacks", "attacks.csv", ATTACKS, _attacks(evaluation)),
    )
    return tuple(one for one in made if one is not None)


SCORES = ("score", "value", "low", "high", "reference", "floor", "n", "note")
COLUMNS = (
    "column", "kind", "measure", "score", "score_training", "reference", "missing_training", "missing_synthetic",
    "unreadable_synthetic", "note",
)  # fmt: skip
ATTACKS = (
    "attack", "decides", "unit", "effect", "limit", "attack_p_value", "part", "value", "control", "low", "high",
    "p_value", "n", "note",
)  # fmt: skip


def _scores(evaluation: Evaluation) -> list[tuple[object, ...]]:
    return [
        (name, score.value, score.low, score.high, score.reference, score.floor, score.n, score.note)
        for name, score in evaluation.scores.items()
    ]


def _columns(evaluation: Evaluation) -> list[tuple[object, ...]]:
    return [
        (
            column.name, column.kind, column.measure, column.score, column.score_training, column.reference,
            column.missing_training, column.missing_synthetic, column.unreadable_synthetic, column.note,
        )
        for column in evaluation.columns
    ]  # fmt: skip


def _attacks(evaluation: Evaluation) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for attack in evaluation.attacks:
        whole = (attack.title, attack.decides, attack.unit, attack.effect, attack.limit, attack.p_value)
        for part in attack.parts:
            rows.append(
                (*whole, part.name, part.value, part.control, part.low, part.high, part.p_value, part.n, part.note)
            )
        if not attack.parts:
            rows.append((*whole, "", None, None, None, None, None, 0, attack.note))
    return rows


def _attachment(title: str, file: str, heads: Sequence[str], rows: Sequence[Iterable[object]]) -> Attachment | None:
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    text = written.getvalue()
    if not rows or len(text) > MAX_CSV:
        return None
    content = base64.b64encode(("\ufeff" + text).encode()).decode()
    return Attachment(title, file, f"data:text/csv;charset=utf-8;base64,{content}", len(rows))


def _cell(value: object) -> object:
    """A spreadsheet would run a text that begins like a formula; an apostrophe keeps it a text."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
