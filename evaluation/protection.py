"""Value protection: what few subjects hold, counted in 20,000 generated rows of five tables, with and without it.

Usage: python evaluation/protection.py FOLDER [--epochs 3] [--rows 20000] [--engine NAME] [--only NAME ...]

FOLDER holds manifest.json (a list `datasets` with name and file) and the tables. Each table is learned twice by the
small base, once protected and once not: without protection the same counts must not be zero, or they would prove
nothing. Personal data is left as it is, so that protection alone is measured. Counted are generated cells whose value
fewer training subjects hold than the threshold, cells beyond the k-th most extreme subject, and exact numbers in the
metadata that fewer than five subjects hold; then the evaluator's replay attack. Writes
evaluation/results/protection.json and protection.md. No cell of a table is written.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

RESULTS = Path(__file__).parent / "results"
TABLES: dict[str, str | None] = {
    "adult": None,
    "california_housing": None,
    "nyc_taxis": None,
    "penguins": None,
    "pbc_patients": "id",
}
"""Tables and the column that says whose row it is, None where each row is a subject."""
LEAST = 5


def subjects_of(training: pd.DataFrame, group_by: str | None) -> pd.Series:
    """A number for the subject of each training row."""
    numbers = np.arange(len(training)) if group_by is None else pd.factorize(training[group_by])[0]
    return pd.Series(numbers, index=training.index)


def holders(cells: pd.Series, subjects: pd.Series) -> pd.Series:
    """Distinct subjects of each value, missing being one."""
    pairs = pd.DataFrame({"value": cells.to_numpy(dtype=object), "subject": subjects.to_numpy()}).drop_duplicates()
    return pairs["value"].value_counts(dropna=False)


def rare_cells(fake: pd.Series, held: pd.Series, threshold: int) -> int:
    """Generated cells whose value fewer than `threshold` training subjects hold."""
    known = held.to_dict()
    gone = next((count for value, count in known.items() if pd.isna(value)), 0)
    return sum((gone if pd.isna(cell) else known.get(cell, 0)) < threshold for cell in fake.tolist())


def cells_beyond(real: pd.Series, fake: pd.Series, subjects: pd.Series, thresholds: tuple[int, int]) -> int:
    """Generated cells below the k-th lowest subject's lowest value, or above the k-th highest subject's highest."""
    by_subject = real.groupby(subjects.loc[real.index])
    lowest, highest = by_subject.min().sort_values(), by_subject.max().sort_values()
    if len(lowest) < max(thresholds):
        return 0
    low, high = lowest.iloc[thresholds[0] - 1], highest.iloc[-thresholds[1]]
    return int(((fake < low) | (fake > high)).sum()) if low <= high else 0


def counts_of(synth: Any, training: pd.DataFrame, fake: pd.DataFrame, subjects: pd.Series) -> dict[str, int]:
    """Count what must not be there."""
    from tabsynth.privacy.protect.thresholds import Thresholds
    from tabsynth.schema.column import Kind
    from tabsynth.schema.values import plain_values
    from tabsynth.seeds import Seeds

    found = {"rare_categories": 0, "rare_cells": 0, "cells_beyond": 0, "long_texts": 0}
    protection = synth.metadata.protection
    stand_ins = {column.name for column in protection.columns if column.stand_in} if protection else set()
    for column in synth.metadata.table.columns:
        name, thresholds = column.name, Thresholds.draw(column.name, Seeds(0))
        value, low, high = thresholds.value, thresholds.low, thresholds.high
        if protection:
            value = next(record.threshold for record in protection.columns if record.name == name)
        if column.kind in (Kind.CATEGORICAL, Kind.BOOLEAN) and name not in stand_ins:
            held = holders(training[name], subjects)
            found["rare_categories"] += int((held < value).sum())
            found["rare_cells"] += rare_cells(fake[name], held, value)
        elif column.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.DATETIME):
            real, made = plain_values(training[name], column), plain_values(fake[name], column)
            if 0 < subjects[real.missing].nunique() < value:
                found["rare_cells"] += int(made.missing.sum())
            found["cells_beyond"] += cells_beyond(
                pd.Series(real.data, index=training.index)[~real.missing],
                pd.Series(made.data)[~made.missing],
                subjects,
                (low, high),
            )
        elif column.kind is Kind.TEXT:
            real_lengths, lengths = training[name].dropna().str.len(), fake[name].dropna().str.len()
            longest = real_lengths.groupby(subjects.loc[real_lengths.index]).max().nlargest(high).min()
            found["long_texts"] += int((lengths > longest).sum())
    return found


def rare_atoms(synth: Any, training: pd.DataFrame, subjects: pd.Series) -> int:
    """Exact numbers in the metadata that fewer than five subjects hold in the training rows as they were."""
    from tabsynth.codec.numeric import NumericCodec

    protection, total = synth.metadata.protection, 0
    numbers = [column for column in protection.columns if column.kind in ("integer", "decimal")] if protection else []
    ends = {column.name: [str(float(end)) for end in (column.low, column.high) if end] for column in numbers}
    for column, codec in zip(synth.metadata.table.columns, synth.metadata.facts.columns, strict=True):
        inner = getattr(codec, "inner", codec)
        if isinstance(inner, NumericCodec) and not column.dtype.name.startswith("timedelta"):
            present = training[column.name].notna()
            held = holders(training[column.name][present].astype(float), subjects[present])
            # The ends of the range are those of the k-th subject, to which the more extreme ones were clipped.
            atoms = [float(atom) for atom in inner.atoms if str(float(atom)) not in ends.get(column.name, ())]
            total += sum(int(held.get(atom, 0)) < LEAST for atom in atoms)
    return total


def replay_of(synth: Any, fake: pd.DataFrame, group_by: str | None) -> dict[str, Any]:
    """The evaluator's replay attack, and its light by itself."""
    from tabsynth.evaluator.attacks.replay import attack
    from tabsynth.evaluator.privacy import severity
    from tabsynth.evaluator.sides import Sides, read_side
    from tabsynth.seeds import Seeds

    schema, seeds = synth.metadata.table, Seeds(0)
    tables = {"training": synth.split.training, "holdout": synth.split.holdout, "synthetic": fake}
    sides = {
        name: read_side(frame, schema, seeds, what=name, group_by=None if name == "synthetic" else group_by)
        for name, frame in tables.items()
    }
    found = attack(Sides(**sides, schema=schema, target=None, seeds=seeds))
    level = severity(found.p_value, found) if found.p_value is not None else 0
    return {
        "replay_effect": found.effect,
        "replay_p": found.p_value,
        "replay_light": ("green", "amber", "red")[level],
    }


def run_arm(frame: pd.DataFrame, group_by: str | None, protect: bool, options: argparse.Namespace) -> dict[str, Any]:
    """Fit, generate, count and attack."""
    import tabsynth

    synth = tabsynth.Synthesizer(
        protect=protect,
        group_by=group_by,
        pii="off",
        model="tabsynth-mini",
        max_epochs=options.epochs,
        engine=options.engine,
        random_state=0,
        progress=False,
    )
    started = time.monotonic()
    synth.fit(frame)
    fitted = time.monotonic()
    fake = synth.generate(options.rows)
    generated = time.monotonic()
    assert synth.split is not None
    training = synth.split.training
    subjects = subjects_of(training, group_by)
    protection = synth.metadata.protection
    counts = counts_of(synth, training, fake, subjects) | {"rare_atoms": rare_atoms(synth, training, subjects)}
    replay = replay_of(synth, fake, group_by)
    synth.close()
    return counts | {
        "rows": len(fake),
        "training_rows": len(training),
        "subjects": int(subjects.nunique()),
        "changed_share": protection.share if protection else 0.0,
        **replay,
        "fit_seconds": round(fitted - started, 1),
        "generate_seconds": round(generated - fitted, 1),
    }


def table_of(results: dict[str, dict[str, Any]]) -> str:
    """Return the results as a Markdown table: protected, in brackets unprotected."""
    lines = [
        "Generated cells that hold what must not be there, with value protection and in brackets without it.",
        "",
        "| table | subjects | rare categories in training | cells changed | cells of rare categories | cells beyond the"
        " range | texts too long | rare exact numbers in the metadata | replay |",
        "|" + "---|" * 9,
    ]
    for name, arms in results.items():
        on, off = arms["protected"], arms["unprotected"]
        both = [f"{on[key]:,} ({off[key]:,})" for key in ("rare_cells", "cells_beyond", "long_texts", "rare_atoms")]
        first = [name, f"{on['subjects']:,}", f"{on['rare_categories']:,}", f"{on['changed_share']:.2%}"]
        lights = f"{on['replay_light']} ({off['replay_light']})"
        lines.append("| " + " | ".join([*first, *both, lights]) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--engine", default=None)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    files = {
        entry["name"]: entry["file"] for entry in json.loads((options.folder / "manifest.json").read_text())["datasets"]
    }
    out = options.results / "protection.json"
    results = json.loads(out.read_text()) if out.exists() else {}
    for name, group_by in TABLES.items():
        if name not in options.only if options.only else name in results:
            continue
        frame = pd.read_csv(options.folder / files[name])
        results[name] = {
            label: run_arm(frame, group_by, protect, options)
            for label, protect in (("protected", True), ("unprotected", False))
        }
        print(name, json.dumps(results[name]), flush=True)
        options.results.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(results, indent=1) + "\n")
        (options.results / "protection.md").write_text(table_of(results))


if __name__ == "__main__":
    main()
