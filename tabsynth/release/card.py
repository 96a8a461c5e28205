"""The dataset card: an evaluation and the facts of a run laid into Markdown. Every figure is generated; no arithmetic.

Its form is that of the Hugging Face hub: a YAML block for machines, then Markdown for people. What comes from a table
or a setting is escaped by default; only `Markup` passes as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd
import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tabsynth.data.read import table_suffix
from tabsynth.evaluator.result import Evaluation
from tabsynth.release.facts import CardFacts
from tabsynth.release.markdown import code, words
from tabsynth.report import numbers
from tabsynth.report.outcome import outcomes
from tabsynth.report.term import ScoreWording
from tabsynth.report.wording import BY_NAME, CARDS

CARD_NAME = "dataset_card.md"
UNKNOWN, OTHER = "unknown", "other"
LICENCES = (
    "apache-2.0", "cc-by-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc-by-sa-4.0", "cc0-1.0", "cdla-permissive-1.0",
    "cdla-permissive-2.0", "cdla-sharing-1.0", "mit", "odbl", "odc-by", "pddl", OTHER, UNKNOWN,
)  # fmt: skip
"""Licences of data that the hub knows by this name; it wants all others as "other" with a name."""
SIZES = tuple(zip((1_000, 10_000, 100_000, 1_000_000, 10_000_000), ("1K", "10K", "100K", "1M", "10M"), strict=True))
READERS = {
    ".parquet": ("pandas.read_parquet({0})", 'load_dataset("parquet", data_files={0})'),
    ".csv": (
        'pandas.read_csv({0}, keep_default_na=False, na_values=[""])',
        'load_dataset("csv", data_files={0})',
    ),
    ".tsv": (
        'pandas.read_csv({0}, sep="\\t", keep_default_na=False, na_values=[""])',
        'load_dataset("csv", data_files={0}, delimiter="\\t")',
    ),
    ".jsonl": ("pandas.read_json({0}, lines=True)", 'load_dataset("json", data_files={0})'),
}
READERS[".ndjson"] = READERS[".jsonl"]
"""How pandas and datasets read each format: {0} is the name of the file as a string."""


def dataset_card(
    frame: pd.DataFrame, evaluation: Evaluation, facts: CardFacts, *, file: str, sha256: str, licence: str | None = None
) -> str:
    """Return the card of a table that is released.

    Args:
        frame: The synthetic table. Names, dtypes and shares of missing cells are read; no cell is shown.
        evaluation: What was found of it. Its privacy light must be known.
        facts: What is known of the run.
        file: Name of the file that holds the table, without its folder.
        sha256: Of that file.
        licence: Of the data, best an identifier such as "cc-by-4.0"; None leaves it open, and says so.
    """
    shown = [BY_NAME[name] for name in evaluation.scores if name in BY_NAME]
    text = (
        _environment()
        .get_template("dataset_card.md.j2")
        .render(
            front=Markup(front_matter(len(frame), file, licence)),
            frame=frame,
            evaluation=evaluation,
            privacy=evaluation.privacy,
            facts=facts,
            file=file,
            sha256=sha256,
            licence=licence,
            columns=_columns(frame, facts),
            metrics=[(term, evaluation.scores[term.name]) for term in sorted(shown, key=_place)],
            outcomes=outcomes(evaluation.attacks, evaluation.privacy),
            titles={attack.name: attack.title for attack in evaluation.attacks},
            readers=_readers(file),
            keeps_dtypes=table_suffix(file) == ".parquet",
        )
    )
    return text.encode("utf-8", "replace").decode("utf-8")


def front_matter(rows: int, file: str, licence: str | None) -> str:
    """Return the YAML block that the hub reads, without its fences.

    Args:
        rows: Of the table.
        file: Name of its file.
        licence: Of the data, None if none is named.
    """
    known = (licence or UNKNOWN).strip().lower()
    entries: dict[str, Any] = {"license": known if known in LICENCES else OTHER}
    if known not in LICENCES:
        entries |= {"license_name": re.sub(r"[^a-z0-9.]+", "-", known).strip("-") or OTHER, "license_details": licence}
    entries |= {
        "pretty_name": f"Synthetic table {file}",
        "tags": ["synthetic", "tabular", "tabsynth"],
        "size_categories": [_size(rows)],
        "configs": [{"config_name": "default", "data_files": [file]}],
    }
    return yaml.safe_dump(entries, sort_keys=False, allow_unicode=False, width=1_000).strip()


def file_of(card: str) -> str | None:
    """Return the file that a card is about, None if it is no card of ours."""
    parts = card.split("---\n", 2)
    try:
        entries: Any = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0] else None
        file = entries["configs"][0]["data_files"][0]
    except (yaml.YAMLError, KeyError, IndexError, TypeError):
        return None
    return file if isinstance(file, str) else None


def _size(rows: int) -> str:
    before = ""
    for limit, name in SIZES:
        if rows < limit:
            return f"{before}<n<{name}" if before else f"n<{name}"
        before = name
    return f"n>{before}"


def _place(term: ScoreWording) -> int:
    """The headline scores first, in the order of the report."""
    return CARDS.index(term) if term in CARDS else len(CARDS)


def _columns(frame: pd.DataFrame, facts: CardFacts) -> list[tuple[str, str, str, float]]:
    missing = frame.isna().mean() if len(frame) else frame.isna().sum()
    shares: Iterable[float] = missing.tolist()
    return [
        (str(name), str(dtype), facts.kinds.get(str(name), ""), float(share))
        for name, dtype, share in zip(frame.columns, frame.dtypes, shares, strict=True)
    ]


def _readers(file: str) -> tuple[Markup, Markup]:
    # JSON writes the name on one line in ASCII, as Python reads it, so nothing in it can end the block of code.
    first, second = READERS[table_suffix(file)]
    return Markup(first.format(json.dumps(file))), Markup(second.format(json.dumps(file)))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("tabsynth.release", "templates"),
        autoescape=False,  # that is for HTML; `finalize` escapes what this card prints
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markup) else words(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for write in (numbers.percent, numbers.count, numbers.p_value, numbers.minus):
        environment.filters[write.__name__] = write
    environment.filters["code"] = code
    environment.globals.update(quantity=numbers.quantity)
    return environment
