"""Quality at a fixed budget: 10,000 training rows, 90 seconds of training, 4,000 synthetic rows, on two cores.

Usage: python evaluation/quality.py FOLDER [--minutes 1.5] [--only adult california_housing]

The detector of `c2st_holdout` tells synthetic rows from 4,000 holdout rows, which training never saw. Writes
evaluation/results/quality.json and quality.md.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
TRAINING_ROWS, HOLDOUT_ROWS = 10_000, 4_000
TABLES = {"adult": "income", "california_housing": "median_house_value"}


def run_table(file: Path, target: str, minutes: float) -> dict[str, Any]:
    """Fit, generate and evaluate one table."""
    import pandas as pd

    import tabsynth

    frame = pd.read_csv(file).sample(TRAINING_ROWS + HOLDOUT_ROWS, random_state=0).reset_index(drop=True)
    synth = tabsynth.Synthesizer(
        random_state=0, max_minutes=minutes, target=target, holdout=HOLDOUT_ROWS, progress=False
    ).fit(frame)
    fake = synth.generate(HOLDOUT_ROWS)
    summary = synth.last_generation
    assert summary is not None
    metadata, report = synth.metadata, synth.evaluate(fake)
    synth.close()
    # With the roles of training and holdout exchanged, the detector sees rows that the model never saw.
    split = synth.split
    assert split is not None
    exchanged = tabsynth.evaluate(split.holdout, split.training, fake, schema=metadata.table)
    return {
        "training_rows": metadata.num_training_rows,
        "tokens_per_record": metadata.statistics.tokens_per_record.mean,
        "train_seconds": metadata.training.seconds,
        "epochs": metadata.training.epochs,
        "trained_tokens_per_second": round(metadata.training.tokens / metadata.training.seconds),
        "decoded_tokens_per_row": round(summary.tokens_per_row, 2),
        "generated_rows_per_second": round(summary.num_rows / summary.seconds),
        "engine": summary.engine,
        "c2st_holdout": exchanged.scores["c2st_auc"].value,
        "scores": {name: score.model_dump() for name, score in report.scores.items()},
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the results as a Markdown table."""
    lines = [
        "| table | tokens a record | training | epochs | mean column shape | C2ST AUC | skill | TSTR / TRTR "
        "| rows/s (vLLM) |",
        "|" + "---|" * 9,
    ]
    for name, found in results["tables"].items():
        score = {key: value["value"] for key, value in found["scores"].items()}
        lines.append(
            f"| {name} | {found['tokens_per_record']:.1f} | {found['train_seconds']:.0f} s | {found['epochs']:.1f} "
            f"| {score['column_shapes']:.3f} | {found['c2st_holdout']:.3f} | {score['sqs_skill']:.2f} "
            f"| {score['tstr']:.3f} / {score['trtr']:.3f} | {found['generated_rows_per_second']:,} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the tables one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=1.5)
    parser.add_argument("--only", nargs="*", default=list(TABLES))
    options = parser.parse_args()
    file = RESULTS / "quality.json"
    results = json.loads(file.read_text()) if file.exists() else {"tables": {}}
    for name in options.only:
        results["tables"][name] = run_table(options.folder / f"{name}.csv", TABLES[name], options.minutes)
        file.write_text(json.dumps(results, indent=1) + "\n")
        (RESULTS / "quality.md").write_text(table_of(results))
    print(table_of(results))


if __name__ == "__main__":
    main()
