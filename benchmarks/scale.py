"""What tabsynth itself costs per row, and that memory does not grow with the rows: a scripted engine, to Parquet.

Usage: python benchmarks/scale.py [--sizes 100000 1000000]

The engine replies with prepared records of a table of 10 columns, so all time and memory is tabsynth's own: queue,
validator, decoding, journal and the final file. Every size runs in a process of its own. Writes scale.json, scale.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, machine, rows_of, write_results

TRAINING_ROWS = 2_000
CAPACITY = 256


def made_up_table() -> pd.DataFrame:
    """Return a table of 10 columns: numbers, whole numbers, categories, a date, a truth value and missing values."""
    rng = np.random.default_rng(0)
    size = TRAINING_ROWS
    kinds = rng.choice(["north", "south", "east", "west"], size)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, size),
            "income": rng.lognormal(10, 0.5, size).round(2),
            "score": rng.normal(size=size).round(3),
            "visits": rng.poisson(4, size),
            "region": kinds,
            "plan": rng.choice(["basic", "plus", "pro"], size, p=[0.6, 0.3, 0.1]),
            "grade": rng.choice(list("abcdef"), size),
            "active": rng.random(size) < 0.7,
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1500, size), unit="D"),
            "discount": np.where(rng.random(size) < 0.3, np.nan, rng.integers(0, 50, size)),
        }
    )


def prepare(folder: Path) -> None:
    """Train a tiny model: what is needed is the run directory and its metadata."""
    import tabsynth

    tabsynth.Synthesizer(
        model="tabsynth-mini",
        hidden_size=32,
        num_layers=1,
        lora_rank=8,
        max_epochs=0.1,
        random_state=0,
        progress=False,
    ).fit(made_up_table(), run_dir=folder)


def held_mib(field: str) -> float:
    """Return VmRSS, the memory held now, or VmHWM, the most since `forget_peak`."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


def forget_peak() -> None:
    """Let VmHWM begin anew: a process starts with its parent's peak, which would hide what generation takes."""
    Path("/proc/self/clear_refs").write_text("5")


def run(folder: Path, rows: int) -> dict[str, float]:
    """Generate `rows` rows into a Parquet file."""
    from tabsynth.artifact.layout import RunDirectory
    from tabsynth.config import Config
    from tabsynth.generation import Task, generate_file
    from tabsynth.generator.engine.engine import Sampling
    from tabsynth.generator.engine.scripted import ScriptedEngine
    from tabsynth.progress import Silent
    from tabsynth.run_codec import codec_of

    directory = RunDirectory(folder)
    metadata = directory.read_metadata()
    codec = codec_of(metadata)
    records = [record.tolist() for record in codec.encode(made_up_table())]
    statistics = metadata.statistics
    engine = ScriptedEngine(
        lambda serial, seed: records[(serial + seed) % len(records)],
        Sampling(1.0, 1.0, codec.vocabulary.stop_tokens),
        capacity=CAPACITY,
        context_tokens=statistics.context_tokens,
    )
    task = Task(directory, metadata, Config(**metadata.config), rows, (), metadata.legal)
    forget_peak()
    before, started, cpu = held_mib("VmRSS"), time.monotonic(), time.process_time()
    delivered, summary = generate_file(task, engine, codec, Silent(), folder / "synthetic.parquet")
    seconds, cpu_seconds = time.monotonic() - started, time.process_time() - cpu
    peak = held_mib("VmHWM")
    import pyarrow.parquet as parquet

    written = parquet.read_metadata(delivered.path).num_rows
    assert written == rows == summary.num_rows, (written, rows)
    return {
        "rows": rows,
        "parts": summary.parts,
        "tokens_per_row": summary.tokens_per_row,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "rows_per_second": rows / seconds,
        "rows_per_cpu_second": rows / cpu_seconds,
        "peak_mib": peak,
        "held_mib_before": before,
        "own_mib": peak - before,
    }


def table_of(results: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    header = ["rows", "parts", "seconds", "rows/s", "rows per CPU second", "peak memory", "held before the first row"]
    lines = [
        [
            f"{found['rows']:,}",
            f"{found['parts']:,}",
            f"{found['seconds']:,.1f}",
            f"{found['rows_per_second']:,.0f}",
            f"{found['rows_per_cpu_second']:,.0f}",
            f"{found['peak_mib']:,.0f} MiB",
            f"{found['held_mib_before']:,.0f} MiB",
        ]
        for found in results["sizes"]
    ]
    first, last = results["sizes"][0], results["sizes"][-1]
    grown = last["peak_mib"] / first["peak_mib"] - 1
    note = (
        f"10 columns, {first['tokens_per_row']:.1f} tokens a row, {CAPACITY} requests side by side, Parquet; "
        f"{results['machine']['cores']} cores. From {first['rows']:,} to {last['rows']:,} rows the peak changes by "
        f"{grown:+.1%}; what was held before the first row are libraries, schema and the prepared records."
    )
    return f"{rows_of(header, lines)}\n{note}\n"


def main() -> None:
    """Run every size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run(Path(options.one[0]), int(options.one[1]))))
        return
    results: dict[str, Any] = {"machine": machine(), "sizes": []}
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for size in options.sizes:
            command = [sys.executable, __file__, "--one", folder, str(size)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            results["sizes"].append(json.loads(done.stdout.strip().splitlines()[-1]))
            print(results["sizes"][-1], flush=True)
            write_results(options.results, "scale", results, table_of)
    print(table_of(results))


if __name__ == "__main__":
    main()
