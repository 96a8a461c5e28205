"""The generation study: tokens and time per delivered row of four arms, paired, on many tables.

Usage: python benchmarks/generation.py FOLDER --work DIR [--n 200] [--minutes 3] [--repeats 3] [--only NAME ...]

  full    JSON lines, no cap but the context, a first batch of 100 prompts
  batch   JSON lines, a probe of 10 prompts, batches capped at 1.2 times the longest training example
  stream  table tokens, one queue, records checked while they are written; the same base model as full and batch
  mini    the default: the same as stream, with a small model made from scratch

All learn the same rows for the same minutes. FOLDER holds manifest.json (a list `datasets` with name, file and
target) and the tables. Trainings are kept in DIR/TABLE/FIT and made once. Every run is a process of its own; its
figures are in RESULTS/generation.json before the next one starts, and runs that are there are skipped.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from common import RESULTS, machine, write_results
from generation_arms import ARMS, fit, fit_options, read_rows, run_arm
from generation_charts import write_charts
from generation_table import summary_of, table_of

SKIPPED = ("pii_reviews_planted",)
START_SECONDS = 900
"""What loading a model and scoring rows may take beyond the time of an arm."""


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where trainings are kept")
    parser.add_argument("--n", type=int, default=200, help="rows that every run delivers")
    parser.add_argument("--only", nargs="*", help="tables")
    parser.add_argument("--arms", nargs="*", choices=ARMS, default=list(ARMS))
    parser.add_argument("--minutes", type=float, default=3.0, help="training time")
    parser.add_argument("--rows", type=int, default=1000, help="rows that are learned and held out")
    parser.add_argument("--model", default="smollm2-135m", help="base of all arms but mini")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--max-arm-minutes", type=float, default=6.0, help="after which a run is stopped")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--one", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def run_one(options: argparse.Namespace, entry: dict[str, Any], what: str, *rest: str) -> None:
    """In a process of its own: one training, or one run whose figures are printed."""
    file, folder = options.folder / entry["file"], options.work / entry["name"]
    if what == "fit":
        (name,) = rest
        fit(file, options.rows, folder / name, options.minutes, fit_options(name, options.model))
        return
    arm, repetition = ARMS[what], int(rest[0])
    found = run_arm(
        arm,
        folder / arm.fit,
        read_rows(file, options.rows),
        entry["target"] if entry.get("tstr_usable") else None,
        n=options.n,
        repetition=repetition,
        max_minutes=options.max_arm_minutes,
    )
    print(json.dumps(found))


def call(options: argparse.Namespace, *what: str) -> str | None:
    """Run this script for one training or one run; return the last line it prints, None if it failed."""
    command = [sys.executable, __file__, *sys.argv[1:], "--one", *what]
    log = options.work / what[0] / "log.txt"
    log.parent.mkdir(parents=True, exist_ok=True)
    limit = None if what[1] == "fit" else 60 * options.max_arm_minutes + START_SECONDS
    with log.open("a") as errors:
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=errors, text=True, check=False, timeout=limit)
        except subprocess.TimeoutExpired:
            return None
    lines = done.stdout.strip().splitlines() or [""]
    return None if done.returncode else lines[-1]


def ready(options: argparse.Namespace, table: str, arm: str) -> bool:
    """Train what an arm needs unless it is there; return whether it is."""
    name = ARMS[arm].fit
    metadata = options.work / table / name / "training_metadata.json"
    if not metadata.exists():
        print(f"{table}: training {name}", flush=True)
        call(options, table, "fit", name)
    if not metadata.exists():
        return False
    base = json.loads(metadata.read_text())["base"]["name"]
    wanted = fit_options(name, options.model)["model"]
    if base != wanted:
        raise SystemExit(f"{metadata.parent} was trained on {base}, not {wanted}: choose another --work")
    return True


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return what must be equal in all runs of one study."""
    names = ("n", "minutes", "rows", "model", "max_arm_minutes")
    return {name: getattr(options, name) for name in names}


def load(options: argparse.Namespace) -> dict[str, Any]:
    """Return the study so far."""
    file, settings = options.results / "generation.json", settings_of(options)
    if not file.exists():
        return {"settings": settings, "machine": machine(), "runs": {}}
    results: dict[str, Any] = json.loads(file.read_text())
    if results["settings"] != settings:
        raise SystemExit(f"{file} holds a study with {results['settings']}: choose other --results")
    return results


def save(options: argparse.Namespace, results: dict[str, Any]) -> None:
    """Write figures, tables and charts."""
    results["summary"] = summary_of(results["runs"])
    write_results(options.results, "generation", results, table_of)
    write_charts(results["summary"], options.results)


def main() -> None:
    """Run what is missing: every repetition goes over all tables, and in each over all arms."""
    options = options_of()
    entries = {entry["name"]: entry for entry in json.loads((options.folder / "manifest.json").read_text())["datasets"]}
    if options.one:
        run_one(options, entries[options.one[0]], *options.one[1:])
        return
    results = load(options)
    names = options.only or [name for name in entries if name not in SKIPPED]
    for repetition in range(options.repeats):
        for table in names:
            # Every other repetition in the other order: whatever drifts meets all arms alike.
            for arm in options.arms if repetition % 2 == 0 else options.arms[::-1]:
                key = f"{table}/{arm}/{repetition}"
                if results["runs"].get(key, {}).get("outcome", "crashed") != "crashed":
                    continue
                if not ready(options, table, arm):
                    print(f"{key}: the training failed, see {options.work / table / 'log.txt'}", flush=True)
                    continue
                line = call(options, table, arm, str(repetition))
                results["runs"][key] = json.loads(line) if line else {"outcome": "crashed"}
                save(options, results)
                print(key, line, flush=True)
    save(options, results)
    print(table_of(results))


if __name__ == "__main__":
    main()
