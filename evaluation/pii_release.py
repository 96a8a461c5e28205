"""Personal data from end to end: what of it is in the synthetic table, and in any file of the run.

Usage: python evaluation/pii_release.py FOLDER [--rows 1000] [--epochs 6] [--engine NAME]

FOLDER holds pii_reviews_planted.csv and pii_reviews_planted.truth.json (a list of rows with spans of type and value).
The table is learned with the product's defaults on the small base, rows are generated, and every planted value (each
distinct cell of the personal columns, each span of a text) is searched for as a part of any generated cell, and as
bytes in every file of the run directory but the holdout, which is kept with consent. A birth date or a short code can
be hit by chance: as a control, the values of rows that were never learned are searched for as well. Values of fewer
than MIN_LENGTH characters are left out. Writes evaluation/results/pii_release.json and pii_release.md, counts only.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from tabsynth.data.split import split_holdout
from tabsynth.seeds import Seeds

RESULTS = Path(__file__).parent / "results"
NAME = "pii_reviews_planted"
COLUMNS = ("customer_id", "full_name", "email", "phone", "birth_date", "address", "ssn", "ip_address")
MIN_LENGTH = 7


def planted_values(folder: Path, frame: pd.DataFrame) -> dict[str, set[str]]:
    """Return the planted values of some rows, whose places in the table are in `row`, by where they stand."""
    spans = json.loads((folder / f"{NAME}.truth.json").read_text())
    rows = set(frame["row"])
    values = {name: set(frame[name].dropna().astype(str)) for name in COLUMNS}
    values["inside texts"] = {span["value"] for row in spans if row["row"] in rows for span in row["spans"]}
    return {where: {value for value in found if len(value) >= MIN_LENGTH} for where, found in values.items()}


def measured(folder: Path, rows: int, epochs: float, engine: str | None) -> dict[str, Any]:
    """Learn, generate, search."""
    import tabsynth

    frame = pd.read_csv(folder / f"{NAME}.csv")
    # No two rows are equal, so the split takes the same rows with and without personal data.
    split = split_holdout(frame.assign(row=range(len(frame))), None, Seeds(0))
    values, unseen = (planted_values(folder, side) for side in (split.training, split.holdout))
    unseen = {where: found - values[where] for where, found in unseen.items()}
    with tempfile.TemporaryDirectory() as place:
        run = Path(place) / "run"
        options = {"model": "tabsynth-mini", "max_epochs": epochs, "engine": engine, "progress": False}
        synth = tabsynth.Synthesizer(random_state=0, **options).fit(frame, run_dir=run)
        fake = synth.generate(rows)
        synth.evaluate(fake).save(run / "report.html")
        synth.close()
        cells = "\n".join(fake.astype(str).to_numpy().ravel())
        files = [file for file in run.rglob("*") if file.is_file() and file.name != "holdout.parquet"]
        written = b"\n".join(file.read_bytes() for file in files)
    return {
        "rows": rows,
        "epochs": epochs,
        "files": len(files),
        "bytes": len(written),
        "where": {
            where: {
                "planted": len(found),
                "in the output": sum(value in cells for value in found),
                "unseen": len(unseen[where]),
                "unseen in the output": sum(value in cells for value in unseen[where]),
                "in a file": sum(value.encode() in written for value in found),
            }
            for where, found in values.items()
        },
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    text = (
        "| planted in | values learned from | in the output | in a file of the run | never learned | in the output |\n"
    )
    text += "|---|---|---|---|---|---|\n"
    for where, found in results["where"].items():
        text += f"| {where} | {found['planted']:,} | {found['in the output']} | {found['in a file']} | "
        text += f"{found['unseen']:,} | {found['unseen in the output']} |\n"
    return text + (
        f"\n{results['rows']:,} generated rows; {results['files']} files of {results['bytes'] / 2**20:.1f} MiB in all, "
        f"the report among them, the holdout not; {results['epochs']:g} epochs of training.\n"
    )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--epochs", type=float, default=6.0)
    parser.add_argument("--engine")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    results = measured(options.folder, options.rows, options.epochs, options.engine)
    (options.results / "pii_release.json").write_text(json.dumps(results, indent=1) + "\n")
    (options.results / "pii_release.md").write_text(table_of(results))
    print(table_of(results))


if __name__ == "__main__":
    main()
