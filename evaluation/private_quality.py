"""What privacy costs in quality: one table learned plainly, with value protection, and with differential privacy.

Usage: python evaluation/private_quality.py FOLDER [--table adult] [--epsilon 8 2] [--rows 4000] [--engine NAME]

FOLDER holds manifest.json (a list `datasets` with name, file and target) and the tables. All arms learn the same rows
by the small base; the plain one and the protected one with the product's defaults, a private one with as many steps as
its plan settles. Arms that results hold already are not made again. Writes evaluation/results/private_quality.json and
private_quality.md. No cell of a table is written.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import pandas as pd

RESULTS = Path(__file__).parent / "results"
SCORES = ("sqs", "sqs_skill", "c2st_auc", "tstr_ratio", "mia_auc", "exact_copy_excess")


def arms(epsilons: list[float]) -> dict[str, dict[str, Any]]:
    """Return the settings of each arm."""
    private = {f"epsilon {epsilon:g}": {"epsilon": epsilon} for epsilon in epsilons}
    return {"plain": {"protect": False}, "protected": {}, **private}


def measured(frame: pd.DataFrame, target: str, options: dict[str, Any], rows: int, engine: str | None) -> Any:
    """Learn, generate and evaluate once; return the figures."""
    import tabsynth

    started = time.monotonic()
    synth = tabsynth.Synthesizer(model="tabsynth-mini", target=target, engine=engine, progress=False, **options)
    synth.fit(frame)
    fitted = time.monotonic()
    report = synth.evaluate(synth.generate(rows))
    synth.close()
    training, ledger = synth.metadata.training, synth.metadata.ledger
    return {
        "scores": {name: report.scores[name].value for name in SCORES},
        "ceiling": {name: report.scores[name].reference for name in SCORES},
        "light": report.evaluation.privacy_light,
        "steps": training.steps,
        "passes": training.epochs,
        "fit_seconds": round(fitted - started, 1),
        "epsilon": None if ledger is None else ledger.total.epsilon,
        "delta": None if ledger is None else ledger.delta,
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    header = ["arm", "ε spent", "light", *SCORES, "passes", "fit s"]
    text = f"| {' | '.join(header)} |\n|{'---|' * len(header)}\n"
    for name, found in results["arms"].items():
        spent = "no bound" if found["epsilon"] is None else f"{found['epsilon']:.2f}"
        scores = ["–" if found["scores"][score] is None else f"{found['scores'][score]:.3f}" for score in SCORES]
        cells = [name, spent, found["light"], *scores, f"{found['passes']:g}", f"{found['fit_seconds']:.0f}"]
        text += f"| {' | '.join(cells)} |\n"
    return text + (
        f"\n{results['table']}, {results['training_rows']:,} rows in all, {results['rows']:,} synthetic ones; "
        f"target {results['target']}.\n"
    )


def main() -> None:
    """Make every arm and write the results after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--table", default="adult")
    parser.add_argument("--epsilon", type=float, nargs="*", default=[8.0, 2.0])
    parser.add_argument("--rows", type=int, default=4_000)
    parser.add_argument("--engine")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    listed = json.loads((options.folder / "manifest.json").read_text())["datasets"]
    entry = next(entry for entry in listed if entry["name"] == options.table)
    frame = pd.read_csv(options.folder / entry["file"])
    file = options.results / "private_quality.json"
    facts = {"table": options.table, "target": entry["target"], "rows": options.rows, "training_rows": len(frame)}
    results = json.loads(file.read_text()) if file.exists() else {}
    if {name: results.get(name) for name in facts} != facts:
        results = {**facts, "arms": {}}
    for name, settings in arms(options.epsilon).items():
        if name not in results["arms"]:
            results["arms"][name] = measured(frame, entry["target"], settings, options.rows, options.engine)
            print(name, results["arms"][name], flush=True)
        options.results.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(results, indent=1) + "\n")
        (options.results / "private_quality.md").write_text(table_of(results))


if __name__ == "__main__":
    main()
