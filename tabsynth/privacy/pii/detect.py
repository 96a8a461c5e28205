"""Personal data in a table: every column judged, then every text searched. Sends nothing anywhere, keeps no cell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tabsynth.privacy.pii.cells import Cells, written_cells
from tabsynth.privacy.pii.columns import FOUND, Judgement, judge
from tabsynth.privacy.pii.entities import LEARNED_AS_THEY_ARE, QUASI_IDENTIFIERS, Action, Entity
from tabsynth.privacy.pii.model import EntityModel, load_model
from tabsynth.privacy.pii.report import Finding, PiiReport, check_overrides
from tabsynth.privacy.pii.text import TextScanner, count_finds
from tabsynth.schema.column import Kind
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema

MAX_TEXTS = 40_000
"""Texts that are searched for the report, over all columns; when stand-ins are put in, all are."""
MIN_TEXTS = 500
SHARED_ENOUGH = 0.95
"""Share of the rows whose place at least seven rows have, from which places are nobody's own."""
DENSE_DAYS = 0.9
"""Share of the days of their range that occur, from which too few are free for stand-ins."""


def find_pii(
    frame: pd.DataFrame,
    schema: Schema | None = None,
    *,
    overrides: Mapping[str, str] | None = None,
    model: str | Path | EntityModel | None = None,
) -> PiiReport:
    """Find the personal data of a table, on this machine.

    Args:
        frame: The table.
        schema: Its schema; None reads it.
        overrides: Corrections by column: an entity such as "username", or "none", "keep" or "text".
        model: A folder with a spaCy or GLiNER model that searches the texts as well; None does without.

    Returns:
        One finding a column that holds personal data or looks as if.

    Raises:
        PrivacyError: A correction names no column or entity, or the folder holds no model.
    """
    schema = infer_schema(frame) if schema is None else schema
    frame = schema.check(frame, what="the table")
    check_overrides(overrides or {}, tuple(schema.names))
    loaded = load_model(model) if isinstance(model, (str, Path)) else model
    judged = {column.name: Cells.of(frame[column.name], column) for column in schema.columns}
    found = {name: judge(cells) for name, cells in judged.items()}
    beside = _persons_are_named(found, overrides or {})
    findings = {name: _finding(judged[name], found[name], frame[name], beside=beside) for name in schema.names}
    texts = [name for name in schema.names if _is_searched(schema[name].kind, findings[name], frame[name])]
    for name, limit in _limits({name: judged[name].distinct for name in texts}).items():
        findings[name] = _search(frame[name], loaded, limit)
    listed = tuple(finding for finding in findings.values() if finding is not None)
    report = PiiReport(findings=listed, texts=tuple(texts), columns=tuple(schema.names), rows=len(frame))
    return report.corrected(overrides) if overrides else report


def _persons_are_named(found: Mapping[str, Judgement | None], overrides: Mapping[str, str]) -> bool:
    """Whether a column names persons, so that places and dates beside it are theirs."""
    told = {name: word for name, word in overrides.items() if word in set(Entity)}
    own = [Entity(word) for word in told.values()]
    own += [j.entity for name, j in found.items() if j and name not in overrides and j.confidence >= FOUND]
    return any(entity not in QUASI_IDENTIFIERS and entity is not Entity.URL for entity in own)


def _finding(cells: Cells, judged: Judgement | None, series: pd.Series, *, beside: bool) -> Finding | None:
    """What a column's cells are, and what is done to it."""
    if judged is None and beside and cells.kind is Kind.DATETIME:
        judged = Judgement(Entity.DATE, 0.6, 1.0, "beside persons")
    if judged is None:
        return _identifier(cells) if cells.kind is Kind.IDENTIFIER else None
    if judged.entity in QUASI_IDENTIFIERS and not beside:
        return None
    action, note = _action(cells, judged, series)
    return Finding(
        column=cells.name,
        entity=judged.entity,
        confidence=min(1.0, judged.confidence),
        share=judged.share,
        source=judged.source,
        action=action,
        note=note,
        scanned=len(cells.sample),
    )


def _identifier(cells: Cells) -> Finding:
    return Finding(
        column=cells.name,
        entity=Entity.IDENTIFIER,
        confidence=0.9,
        share=1.0,
        source="values",
        action=Action.GENERATE,
        note="unique codes of one form: new ones are made, none is learned",
        scanned=len(cells.sample),
    )


def _action(cells: Cells, judged: Judgement, series: pd.Series) -> tuple[Action, str]:
    if judged.confidence < FOUND:
        name = judged.entity.value
        return Action.ASK, f"it may hold {name}: say pii={{'{cells.name}': '{name}'}}, or 'none', 'keep' or 'text'"
    if judged.entity in LEARNED_AS_THEY_ARE:
        return Action.KEEP, "tells on a person beside the names; learned as it is, rare values are protected"
    if judged.entity in (Entity.CITY, Entity.POSTCODE) and cells.shared >= SHARED_ENOUGH:
        return Action.KEEP, "nearly every value is shared by seven rows or more; rare ones are protected"
    if judged.entity is Entity.DATE_OF_BIRTH and _is_dense(series):
        return Action.KEEP, "most days of its range occur, so none is free for a stand-in; extremes are protected"
    if judged.entity is Entity.MEDICAL_RECORD and cells.kind is Kind.IDENTIFIER:
        return Action.GENERATE, "unique codes of one form: new ones are made, none is learned"
    return Action.REPLACE, ""


def _is_dense(series: pd.Series) -> bool:
    days = pd.to_datetime(series.dropna(), errors="coerce", format="mixed").dropna().dt.floor("D").drop_duplicates()
    if len(days) < 2:
        return False
    return len(days) > DENSE_DAYS * ((days.max() - days.min()).days + 1)


def _is_searched(kind: Kind, finding: Finding | None, series: pd.Series) -> bool:
    """Whether personal data could stand inside the cells of a column."""
    return finding is None and kind in (Kind.TEXT, Kind.CATEGORICAL) and _holds_strings(series)


def _limits(distinct: Mapping[str, int]) -> dict[str, int]:
    """Share out the texts that are searched: all of them where they are few enough, else as many of each column."""
    limits: dict[str, int] = {}
    left = MAX_TEXTS
    for rank, name in enumerate(sorted(distinct, key=lambda name: (distinct[name], name))):
        limits[name] = max(MIN_TEXTS, min(distinct[name], left // (len(distinct) - rank)))
        left = max(0, left - min(distinct[name], limits[name]))
    return limits


def _holds_strings(series: pd.Series) -> bool:
    values = series.cat.categories if isinstance(series.dtype, pd.CategoricalDtype) else series
    return bool(pd.api.types.is_string_dtype(values.dtype) or values.dtype == object)


def _search(series: pd.Series, model: EntityModel | None, limit: int) -> Finding | None:
    """Search texts of a column, evenly spread over its distinct ones."""
    cells = written_cells(series)
    distinct = list(dict.fromkeys(text for text in cells if text))
    texts = distinct[:: max(1, -(-len(distinct) // limit))]
    inside, touched = count_finds(TextScanner.of(cells, model).find_all(texts))
    if not touched:
        return None
    return Finding(
        column=str(series.name),
        entity=None,
        confidence=0.9,
        share=touched / len(texts),
        source="values",
        action=Action.REPLACE_INSIDE,
        inside=inside,
        scanned=len(texts),
    )
