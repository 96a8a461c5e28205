"""The release of a synthetic table: through the gate, with its card, or not at all. Evaluates nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from tabsynth.artifact.layout import RunDirectory, write_text
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.data.formats import write_frames
from tabsynth.data.write import check_writable, explained, replacing
from tabsynth.evaluator.result import Evaluation
from tabsynth.release.card import CARD_NAME, dataset_card, file_of
from tabsynth.release.facts import CardFacts, card_facts
from tabsynth.release.gate import Allowed, check_coverage, open_gate
from tabsynth.release.origin import Origin
from tabsynth.release.refusal import ReleaseError


@dataclass(frozen=True)
class Release:
    """A table that was released.

    Attributes:
        path: Its file.
        card: The dataset card beside it.
        light: Its privacy light.
    """

    path: Path
    card: Path
    light: Literal["green", "amber"]


@dataclass(frozen=True)
class Terms:
    """On what terms a table may go out.

    Attributes:
        allow: The worst privacy light that opens the gate.
        licence: Of the data, for the card; None leaves it open.
    """

    allow: Allowed = "amber"
    licence: str | None = None


def check_place(to: str | Path) -> Path:
    """Return the file that a table can be released to, before any work is done.

    Raises:
        DataError: It is no local path, its suffix is unknown, or its folder is not there.
        ReleaseError: The card of another table lies there.
    """
    target = check_writable(to)
    card = target.with_name(CARD_NAME)
    if card.is_file():
        about = file_of(card.read_text(encoding="utf-8", errors="replace"))
        if about != target.name and (about is None or card.with_name(about).exists()):
            raise ReleaseError(
                "a card lies there that is not about this table",
                where=str(card),
                do="release into a folder of its own, or move that card away",
            )
    return target


def release_run(
    run: RunDirectory,
    metadata: TrainingMetadata,
    frame: pd.DataFrame,
    to: str | Path,
    evaluation: Evaluation,
    *,
    terms: Terms,
) -> Release:
    """Release a table that a run made, see `release`.

    Args:
        run: The run directory.
        metadata: Of the run.
        frame: The synthetic table, as it was evaluated.
        to: A local path whose suffix settles the format.
        evaluation: What was found of it.
        terms: The worst light that is allowed, and the licence.
    """
    origin = Origin(metadata.source_fingerprint, run.release_key_file)
    facts = card_facts(metadata, source=origin.mark())
    return release(frame, to, evaluation, facts, mark=evaluation.mark, origin=origin, terms=terms)


def release(
    frame: pd.DataFrame,
    to: str | Path,
    evaluation: Evaluation,
    facts: CardFacts,
    *,
    mark: str | None,
    origin: Origin,
    terms: Terms | None = None,
) -> Release:
    """Write a table and its card if its evaluation opens the gate; else nothing exists afterwards that did not before.

    The table takes its place after the card, in one step: it never lies there without the card or before the gate is
    open.

    Args:
        frame: The synthetic table.
        to: A local path whose suffix settles the format.
        evaluation: What was found of it.
        facts: What the card says of the run.
        mark: `Origin.mark` of the table that `evaluation` is about; None if nobody knows.
        origin: The table that the run has learned.
        terms: The worst light that is allowed, and the licence.

    Raises:
        ReleaseError: The gate stays shut; says why and what to do.
        ConfigError: The terms make no sense.
        DataError: The file cannot be written.
        ArtifactError: The card cannot be written.
    """
    terms = terms or Terms()
    target = check_place(to)
    if mark is None or mark != origin.mark(frame):
        found = "it is not known which tables were" if mark is None else "other tables than these were"
        raise ReleaseError(
            f"{found} compared", where="release", do="evaluate this very table, or release without a report"
        )
    check_coverage(evaluation, len(frame.columns))
    privacy = open_gate(evaluation, terms.allow)
    assert privacy.light != "red"
    card = target.with_name(CARD_NAME)
    with explained(str(to)), replacing(target) as file:
        write_frames([frame], file, str(to))
        file.flush()
        with Path(file.name).open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        text = dataset_card(frame, evaluation, facts, file=target.name, sha256=digest, licence=terms.licence)
        write_text(card, text)
    return Release(target, card, privacy.light)
