"""Every table end to end: fit with a small budget, generate, evaluate, and check columns, order and dtypes.

Usage: python evaluation/tables.py FOLDER [--minutes 0.5] [--rows 50] [--only NAME ...]

FOLDER holds manifest.json (a list `datasets` with name, file and target) and the tables. Each table runs in a process
of its own. Writes evaluation/results/tables.json and tables.md; tables that are already in the JSON are skipped
unless named with --only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
SCORES = ("sqs", "sqs_skill", "c2st_auc", "column_shapes", "tstr_ratio", "exact_copy_excess", "valid_record_fraction")


def run_table(file: Path, target: str | None, minutes: float, rows: int) -> dict[str, Any]:
    """Fit, generate and evaluate one table through the public API."""
    import pandas as pd

    import tabsynth

    frame = pd.read_csv(file)
    synth = tabsynth.Synthesizer(random_state=0, max_minutes=minutes, target=target, progress=False)
    started = time.monotonic()
    synth.fit(frame)
    fitted = time.monotonic()
    fake = synth.generate(rows)
    generated = time.monotonic()
    report = synth.evaluate(fake)
    summary, training = synth.last_generation, synth.metadata.training
    assert summary is not None
    return {
        "base": synth.metadata.base.name,
        "rows": len(frame),
        "columns": frame.shape[1],
        "tokens_per_record": synth.metadata.statistics.tokens_per_record.mean,
        "epochs": training.epochs,
        "train_seconds": training.seconds,
        "fit_seconds": round(fitted - started, 1),
        "generate_seconds": round(generated - fitted, 1),
        "evaluate_seconds": round(time.monotonic() - generated, 1),
        "delivered_rows": len(fake),
        "same_columns": list(fake.columns) == list(frame.columns),
        "same_dtypes": bool((fake.dtypes == frame.dtypes).all()),
        "decoded_tokens_per_row": round(summary.tokens_per_row, 2),
        "rejected": summary.rejected,
        "scores": {name: report.scores[name].value for name in SCORES},
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the results as a Markdown table."""
    lines = [
        "| table | base | rows x columns | tokens a record | fit | epochs | rows back | same columns and dtypes "
        "| valid | C2ST (50 rows) |",
        "|" + "---|" * 10,
    ]
    for name, found in sorted(results["tables"].items()):
        scores = {key: "-" if value is None else f"{value:.2f}" for key, value in found["scores"].items()}
        same = "yes" if found["same_columns"] and found["same_dtypes"] else "NO"
        lines.append(
            f"| {name} | {found['base']} | {found['rows']:,} x {found['columns']} | {found['tokens_per_record']:.1f} "
            f"| {found['fit_seconds']:.0f} s | {found['epochs']:.2g} | {found['delivered_rows']} | {same} "
            f"| {scores['valid_record_fraction']} | {scores['c2st_auc']} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run all tables, each in its own process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=0.5)
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    tables = {entry["name"]: entry for entry in json.loads((options.folder / "manifest.json").read_text())["datasets"]}
    if options.one:
        entry = tables[options.one]
        target = entry["target"] if entry.get("tstr_usable") else None
        print(json.dumps(run_table(options.folder / entry["file"], target, options.minutes, options.rows)))
        return
    file = RESULTS / "tables.json"
    results = json.loads(file.read_text()) if file.exists() else {"tables": {}}
    results |= {"minutes": options.minutes, "generated_rows": options.rows}
    for name in options.only or [name for name in tables if name not in results["tables"]]:
        command = [sys.executable, __file__, *sys.argv[1:], "--one", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(f"{name}: failed", flush=True)
            continue
        results["tables"][name] = json.loads(done.stdout.strip().splitlines()[-1])
        print(name, results["tables"][name], flush=True)
        file.write_text(json.dumps(results, indent=1) + "\n")
        (RESULTS / "tables.md").write_text(table_of(results))


if __name__ == "__main__":
    main()
