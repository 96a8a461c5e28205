"""Whether `sqs_nss` is what NeMo Safe Synthesizer itself would say: its own classes on the same pairs of tables.

Usage: python evaluation/nss_agreement.py FOLDER --venv VENV [--rows 2000] [--only NAME ...] [--results DIR]

FOLDER holds manifest.json (a list `datasets` with name and file) and the tables. VENV is a virtual environment for the
peer alone; it is made and filled on first use, with the peer's distribution and what its quality classes import, not
with the engine and the models that it asks for. Of each table two halves of at most --rows rows are drawn, so that the
peer has nothing to sample. Training is compared with the other half, with itself shuffled column by column, with a
noisy copy, and with the other half after every column was ruined in one of several ways. Text-semantic similarity is
left out: it needs a model. Writes evaluation/results/nss_agreement.json and nss_agreement.md.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

RESULTS = Path(__file__).parent / "results"
PEER = "nemo-safe-synthesizer==0.1.16"
IMPORTED = (  # by the peer's quality classes; versions as its own extra `engine` bounds them
    "category-encoders",
    "colorama",
    "dython>=0.7.12",
    "faker",
    "httpx",
    "jsonschema",
    "pandas>=2.1.3,<3",
    "plotly",
    "pyarrow",
    "pydantic[email]>=2.12.5",
    "pydantic-settings>=2.14.2",
    "pyyaml",
    "rich",
    "scikit-learn",
    "structlog",
    "tenacity",
    "tqdm",
    "typing-extensions",
)
SCORES = ("sqs", "distribution", "correlation", "deep_structure", "text_structure")
PAIRS = ("other half", "shuffled", "noisy", "ruined")
BAR = 0.01


def peer_python(venv: Path) -> Path:
    """Return the interpreter of the peer's environment, which is made and filled unless it is there."""
    python = venv / "bin" / "python"
    ready = venv / ".filled"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", PEER], check=True)
        subprocess.run([*pip, *IMPORTED], check=True)
        ready.write_text(PEER + "\n")
    return python


def peer_scores(folder: Path) -> dict[str, Any]:
    """Score every pair of a folder with the peer's classes. Runs in the peer's environment and imports it alone."""
    import pandas as pd

    joblib = importlib.import_module("joblib")

    def peer(module: str, name: str) -> Any:
        return getattr(importlib.import_module(f"nemo_safe_synthesizer.evaluation.{module}"), name)

    logging.disable(logging.CRITICAL)
    datasets = peer("data_model.evaluation_datasets", "EvaluationDatasets")
    composite = peer("components.sqs_score", "SQSScore")
    parts = {
        "distribution": peer("components.column_distribution", "ColumnDistribution"),
        "correlation": peer("components.correlation", "Correlation"),
        "deep_structure": peer("components.deep_structure", "DeepStructure"),
        "text_structure": peer("components.text_structure_similarity", "TextStructureSimilarity"),
    }
    found: dict[str, Any] = {}
    training = _read(folder / "training.parquet")
    for file in sorted(folder.glob("pair-*.parquet")):
        started = time.monotonic()
        # In this process: the workers that the peer starts for every matrix cost more than what they compute.
        with joblib.parallel_config(backend="sequential"):
            data = datasets.from_dataframes(training=training, synthetic=_read(file))
            made = {name: part.from_evaluation_datasets(data) for name, part in parts.items()}
            made["sqs"] = composite.from_components(list(made.values()))
        found[file.stem.removeprefix("pair-")] = {
            "seconds": round(time.monotonic() - started, 2),
            "scores": {name: component.score.score for name, component in made.items()},
            "raw": {name: component.score.raw_score for name, component in made.items()},
            "distances": {field.name: field.distribution_distance for field in data.evaluation_fields},
            "types": {field.name: str(field.training_field_features.type) for field in data.evaluation_fields},
        }
    versions = {"pandas": pd.__version__, "joblib": joblib.__version__}
    return {"versions": versions, "pairs": found}


def _read(file: Path) -> pd.DataFrame:
    """Read a table as the peer's own CSV reader would have typed it: missing strings are NaN."""
    import numpy as np
    import pandas as pd

    frame = pd.read_parquet(file)
    for name in frame.select_dtypes(object).columns:
        frame[name] = frame[name].where(frame[name].notna(), np.nan)
    return frame


def own_scores(training: pd.DataFrame, other: pd.DataFrame) -> dict[str, float | None]:
    """Score one pair with tabsynth's arithmetic."""
    from tabsynth.evaluator.nss import nss_scores

    found = nss_scores(training, other, len(training))
    return {name: getattr(found, name) for name in SCORES}


def pairs_of(training: pd.DataFrame, half: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables to compare with training, all of its size."""
    from damage import constant, junk, new_value, noisy, nulls, other_type, shuffled

    ways = (junk, constant, nulls, other_type, new_value, None)
    ruined = half.copy()
    for place, name in enumerate(half.columns):
        way = ways[place % len(ways)]
        ruined[name] = half[name] if way is None else way(half[name])
    noise = training.apply(lambda column: noisy(column, rng, spread=0.2, replaced=0.1, emptied=0.05))
    return dict(zip(PAIRS, (half, shuffled(training, rng), noise, ruined), strict=True))


def run_table(file: Path, rows: int, python: Path) -> dict[str, Any]:
    """Score the pairs of one table on both sides."""
    import numpy as np
    import pandas as pd

    frame = pd.read_csv(file)
    size = min(rows, len(frame) // 2)
    drawn = frame.sample(2 * size, random_state=0).reset_index(drop=True)
    training, half = drawn.iloc[:size].reset_index(drop=True), drawn.iloc[size:].reset_index(drop=True)
    pairs = pairs_of(training, half, np.random.default_rng(0))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        training.to_parquet(folder / "training.parquet")
        for pair, other in pairs.items():
            other.to_parquet(folder / f"pair-{pair}.parquet")
        # The peer orders columns by a set; without a fixed hash its own runs differ in the last digits.
        environment = os.environ | {"PYTHONHASHSEED": "0", "NEMO_TELEMETRY_ENABLED": "false"}
        command = [str(python), __file__, "--peer", str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
        peer = json.loads(done.stdout.strip().splitlines()[-1])
    found: dict[str, Any] = {"rows": size, "columns": frame.shape[1], "versions": peer["versions"], "pairs": {}}
    for pair, other in pairs.items():
        theirs, mine = peer["pairs"][pair]["scores"], own_scores(training, other)
        found["pairs"][pair] = {
            "peer": theirs,
            "own": mine,
            "difference": {score: difference(mine[score], theirs[score]) for score in SCORES},
            "peer_seconds": peer["pairs"][pair]["seconds"],
        }
    return found


def difference(own: float | None, peer: float | None) -> float | None:
    """Return the absolute difference; 0 if both say nothing, None if one alone does."""
    if own is None or peer is None:
        return 0.0 if own is None and peer is None else None
    return round(abs(own - peer), 4)


def holds(found: dict[str, Any]) -> bool:
    """Whether every score of a pair agrees."""
    return all(gap is not None and gap <= BAR for gap in found["difference"].values())


def table_of(results: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    lines = [
        "| table | rows x columns | compared with | sqs: peer / ours | distribution | correlation | deep structure "
        "| text structure | agrees |",
        "|" + "---|" * 9,
    ]
    every = [
        (name, found, pair, found["pairs"][pair])
        for name, found in sorted(results["tables"].items())
        for pair in PAIRS
        if pair in found["pairs"]
    ]
    for name, found, pair, compared in every:
        cells = [_cell(compared["peer"][score], compared["own"][score]) for score in SCORES]
        mark = "yes" if holds(compared) else "NO"
        lines.append(f"| {name} | {found['rows']:,} x {found['columns']} | {pair} | {' | '.join(cells)} | {mark} |")
    agreed = sum(holds(compared) for *_, compared in every)
    note = (
        f"{agreed} of {len(every)} pairs agree to {BAR} in every score. One number: both sides say the same; "
        "a dash: neither can say; two numbers: peer / ours."
    )
    return "\n".join(lines) + f"\n\n{note}\n"


def _cell(peer: float | None, own: float | None) -> str:
    words = ["-" if value is None else f"{value:.1f}" for value in (peer, own)]
    return words[0] if words[0] == words[1] else " / ".join(words)


def main() -> None:
    """Compare all tables, one after the other."""
    if sys.argv[1:2] == ["--peer"]:
        with contextlib.redirect_stdout(sys.stderr):
            found = peer_scores(Path(sys.argv[2]))
        print(json.dumps(found))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--venv", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=2_000)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    python = peer_python(options.venv)
    tables = {entry["name"]: entry for entry in json.loads((options.folder / "manifest.json").read_text())["datasets"]}
    options.results.mkdir(parents=True, exist_ok=True)
    file = options.results / "nss_agreement.json"
    results = json.loads(file.read_text()) if file.exists() else {"tables": {}}
    results["peer"] = PEER
    for name in options.only or tables:
        found = run_table(options.folder / tables[name]["file"], options.rows, python)
        results["tables"][name] = found
        file.write_text(json.dumps(results, indent=1) + "\n")
        (options.results / "nss_agreement.md").write_text(table_of(results))
        print(name, {pair: holds(compared) for pair, compared in found["pairs"].items()}, flush=True)
    print(table_of(results))


if __name__ == "__main__":
    main()
