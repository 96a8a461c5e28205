"""What an evaluation costs: time and peak memory over rows and columns, against mostlyai-qa and SDMetrics.

Usage: python benchmarks/evaluation.py [--cases 1000x5 100000x50 ...] [--venv-mostly VENV] [--venv-sdmetrics VENV]
[--limit 900] [--repeats 1] [--again] [--results DIR]

The tables are made here, of numbers, labels, dates and a text in every 25 columns, all moved by three hidden factors:
training and synthetic rows as many as the case says, holdout a fifth. Every measurement is a process of its own; the
three sides of a case follow one another, so that they meet the same machine. Seconds count the evaluation and its HTML
report, where a side has one; memory is the peak of the process (getrusage), libraries and tables included. The peers
run with their defaults: SDMetrics makes its quality and its diagnostic report. A peer without an environment, or whose
installation fails, is left out with a note. What is measured is kept; --again measures anew. Writes evaluation.json and
evaluation.md.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import RESULTS, machine, median, rows_of, shown, write_results

SIDES = ("tabsynth", "mostlyai-qa", "sdmetrics")
PACKAGES = {
    # The CPU build of torch, where an index has it; the newest one brings 3 GB of GPU libraries.
    "mostlyai-qa": ("mostlyai-qa==1.10.11", "torch==2.13.0", "pyarrow"),
    "sdmetrics": ("sdmetrics==0.32.0", "pyarrow"),
}
CASES = [f"{rows}x{columns}" for rows in (1_000, 10_000, 100_000) for columns in (5, 50, 200)] + ["20000x15"]
BARS: dict[str, tuple[float, float | None]] = {"100000x50": (120.0, 4096.0), "20000x15": (45.0, None)}
"""Most seconds and MiB of tabsynth."""
WORDS = ("a", "the", "door", "went", "quiet", "seven", "green", "river", "never", "house", "again", "under", "slow")
KINDS = ("decimal", "label 5", "integer", "date", "label 12", "decimal", "label 60", "integer", "truth", "decimal")


def make(folder: Path, rows: int, columns: int) -> dict[str, str]:
    """Write training, holdout and synthetic rows; return the kind of each column."""
    rng = np.random.default_rng(0)
    loadings = rng.normal(0, 1, (columns, 3))
    kinds = {f"c{place:03}": "text" if place % 25 == 24 else KINDS[place % len(KINDS)] for place in range(columns)}
    for name, size in (("training", rows), ("holdout", max(2, rows // 5)), ("synthetic", rows)):
        factors = rng.normal(0, 1, (size, 3))
        table = {
            column: cells_of(kind, factors @ loadings[place] + rng.normal(0, 1, size), rng)
            for place, (column, kind) in enumerate(kinds.items())
        }
        pd.DataFrame(table).to_parquet(folder / f"{name}.parquet")
    (folder / "kinds.json").write_text(json.dumps(kinds))
    return kinds


def cells_of(kind: str, numbers: np.ndarray, rng: np.random.Generator) -> Any:
    """Return a column of a kind that follows some numbers of about unit size."""
    if kind.startswith("label"):
        levels = int(kind.split()[1])
        place = np.clip(((numbers + 4) / 8 * levels).astype(int), 0, levels - 1)
        return np.array([f"level {level}" for level in range(levels)], dtype=object)[place]
    if kind == "date":
        days = np.datetime64("2020-01-01") + (numbers * 300).astype("timedelta64[D]")
        return days.astype(str).astype(object)
    if kind == "text":
        lengths = np.clip((numbers * 3 + 12).astype(int), 1, 30)
        words = rng.choice(WORDS, (len(numbers), 30))
        return np.array([" ".join(line[:length]) for line, length in zip(words, lengths, strict=True)], dtype=object)
    if kind == "integer":
        return np.round(numbers * 25 + 100).astype("int64")
    if kind == "truth":
        return numbers > 0
    return np.where(rng.random(len(numbers)) < 0.05, np.nan, np.round(numbers * 10, 3))


def run_tabsynth(tables: dict[str, pd.DataFrame], kinds: dict[str, str], folder: Path) -> None:
    """Evaluate with a target, and write the report."""
    import tabsynth
    from tabsynth.report.report import Report

    target = next(name for name, kind in kinds.items() if kind.startswith("label"))
    found = tabsynth.evaluate(tables["training"], tables["holdout"], tables["synthetic"], target=target)
    Report(found).save(folder / "report.html")


def run_mostly(tables: dict[str, pd.DataFrame], kinds: dict[str, str], folder: Path) -> None:
    """Make the report of mostlyai-qa."""
    importlib.import_module("mostlyai.qa").report(
        syn_tgt_data=tables["synthetic"],
        trn_tgt_data=tables["training"],
        hol_tgt_data=tables["holdout"],
        report_path=folder / "report.html",
    )


def run_sdmetrics(tables: dict[str, pd.DataFrame], kinds: dict[str, str], folder: Path) -> None:
    """Make both reports of SDMetrics about a single table."""
    single = importlib.import_module("sdmetrics.reports.single_table")
    described = {
        "decimal": {"sdtype": "numerical"},
        "integer": {"sdtype": "numerical"},
        "truth": {"sdtype": "boolean"},
        "date": {"sdtype": "datetime", "datetime_format": "%Y-%m-%d"},
        "text": {"sdtype": "text"},
    }
    columns = {name: described.get(kind, {"sdtype": "categorical"}) for name, kind in kinds.items()}
    for report in (single.QualityReport, single.DiagnosticReport):
        report().generate(tables["training"], tables["synthetic"], {"columns": columns}, verbose=False)


RUNS: dict[str, Callable[[dict[str, pd.DataFrame], dict[str, str], Path], None]] = {
    "tabsynth": run_tabsynth,
    "mostlyai-qa": run_mostly,
    "sdmetrics": run_sdmetrics,
}
MODULES = {
    "tabsynth": ("tabsynth.evaluator.evaluator", "tabsynth.report.report"),
    "mostlyai-qa": ("mostlyai.qa",),
    "sdmetrics": ("sdmetrics.reports.single_table",),
}
"""What each side imports before its clock runs."""


def measure(side: str, folder: Path) -> dict[str, float]:
    """Evaluate once, in this process."""
    started = time.monotonic()
    for module in MODULES[side]:
        importlib.import_module(module)
    imported = time.monotonic() - started
    kinds = json.loads((folder / "kinds.json").read_text())
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("training", "holdout", "synthetic")}
    used = resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    RUNS[side](tables, kinds, folder)
    seconds = time.monotonic() - started
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = own.ru_utime + own.ru_stime - used.ru_utime - used.ru_stime + children.ru_utime + children.ru_stime
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "import_seconds": round(imported, 2),
        "peak_mib": round(own.ru_maxrss / 1024, 1),
        "largest_child_mib": round(children.ru_maxrss / 1024, 1),
        "held_mib_before": round(used.ru_maxrss / 1024, 1),
    }


def environment(side: str, venv: Path | None) -> tuple[Path | None, str]:
    """Return the interpreter of a side, made and filled unless it is there, and a note if there is none."""
    if side == "tabsynth":
        return Path(sys.executable), ""
    if venv is None:
        return None, "no environment was named"
    python, ready = venv / "bin" / "python", venv / ".filled"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES[side]]
        if subprocess.run(command, check=False).returncode:
            return None, "could not be installed"
        ready.write_text(" ".join(PACKAGES[side]) + "\n")
    return python, ""


def apart(python: Path, arguments: list[str], limit: float | None) -> dict[str, Any]:
    """Run this script in a process of its own; what it starts ends with it."""
    # HF_HUB_OFFLINE: a side that would ask a model hub is measured without that.
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
    command = [str(python), __file__, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as process:
        try:
            out, problem = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return {"failed": f"over {limit:.0f} s"}
    if process.returncode:
        last = problem.strip().splitlines()[-1:] or [f"exit status {process.returncode}"]
        return {"failed": "out of memory" if process.returncode == -signal.SIGKILL else last[0].partition(":")[0][:80]}
    found: dict[str, Any] = json.loads(out.strip().splitlines()[-1])
    return found


def run_case(case: str, results: dict[str, Any], options: argparse.Namespace, pythons: dict[str, Path]) -> None:
    """Measure the sides of one case that are not measured yet, one after the other, each time begun by another one."""
    kept: dict[str, list[Any]] = results["cases"].setdefault(case, {})
    for side, found in list(kept.items()):
        # What failed is tried again; what took too long would do so again.
        kept[side] = [] if options.again else [one for one in found if one.get("failed", "over").startswith("over")]
    rows, columns = case.split("x")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for repeat in range(options.repeats):
            order = [side for side in SIDES if side in pythons and len(kept.get(side, [])) <= repeat]
            if order and not (folder / "kinds.json").exists():
                # Apart as well: what this process holds would count as the peak of those that it starts.
                apart(Path(sys.executable), ["--make", name, rows, columns], None)
            for side in order[repeat % len(order) :] + order[: repeat % len(order)] if order else ():
                one = apart(pythons[side], ["--one", side, name], options.limit)
                kept.setdefault(side, []).append(one)
                print(case, side, one, flush=True)
                write_results(options.results, "evaluation", results, table_of)


def known(results: dict[str, Any], case: str, side: str, figure: str) -> float | None:
    """Return the median of a figure over the repeats of a case."""
    return median(found.get(figure) for found in results["cases"].get(case, {}).get(side, ()))


def table_of(results: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    lines = []
    for case in sorted(results["cases"], key=lambda case: [int(part) for part in case.split("x")]):
        rows, columns = map(int, case.split("x"))
        lines.append([f"{rows:,} x {columns}", *(_cell(results, case, side) for side in SIDES)])
    text = rows_of(["rows x columns", *SIDES], lines) + "\n"
    text += (
        f"Seconds, and peak memory of the process in MiB; {results['machine']['usable_cores']} cores, "
        "holdout a fifth of the rows; a process that starts others shows the largest of those after a plus.\n"
    )
    for side, note in results["notes"].items():
        if not any(case.get(side) for case in results["cases"].values()):
            text += f"{side}: {note}.\n"
    for case, (seconds, memory) in BARS.items():
        text += _bar(results, case, seconds, memory)
    return text


def _cell(results: dict[str, Any], case: str, side: str) -> str:
    seconds, peak = (known(results, case, side, figure) for figure in ("seconds", "peak_mib"))
    if seconds is None:
        failed = [found["failed"] for found in results["cases"][case].get(side, ()) if "failed" in found]
        return failed[0] if failed else "-"
    child = known(results, case, side, "largest_child_mib") or 0.0
    # What pip's own tools or a shell take is no share of an evaluation.
    return f"{shown(seconds, ',.1f')} s, {shown(peak, ',.0f')}{f' + {child:,.0f}' if child > 50 else ''} MiB"


def _bar(results: dict[str, Any], case: str, seconds: float, memory: float | None) -> str:
    took, peak = (known(results, case, "tabsynth", figure) for figure in ("seconds", "peak_mib"))
    rows, columns = map(int, case.split("x"))
    wanted = f"{rows:,} x {columns} under {seconds:.0f} s" + (f" and {memory:,.0f} MiB" if memory else "")
    if took is None or peak is None:
        return f"Bar: {wanted}: not measured.\n"
    held = took < seconds and (memory is None or peak < memory)
    return f"Bar: {wanted}: {'held' if held else 'NOT held'} ({took:.1f} s, {peak:,.0f} MiB).\n"


def main() -> None:
    """Measure what is missing, case by case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", default=CASES)
    parser.add_argument("--venv-mostly", type=Path)
    parser.add_argument("--venv-sdmetrics", type=Path)
    parser.add_argument("--limit", type=float, default=900.0, help="seconds that one evaluation may take")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        print(json.dumps(make(Path(options.make[0]), int(options.make[1]), int(options.make[2]))))
        return
    if options.one:
        with contextlib.redirect_stdout(sys.stderr):
            found = measure(options.one[0], Path(options.one[1]))
        print(json.dumps(found))
        return
    file = options.results / "evaluation.json"
    results = json.loads(file.read_text()) if file.exists() else {"cases": {}}
    results |= {"machine": machine() | {"usable_cores": len(os.sched_getaffinity(0))}, "notes": {}}
    venvs = {"tabsynth": None, "mostlyai-qa": options.venv_mostly, "sdmetrics": options.venv_sdmetrics}
    pythons = {}
    for side, venv in venvs.items():
        python, note = environment(side, venv)
        if python is None:
            results["notes"][side] = note
        else:
            pythons[side] = python
    for case in options.cases:
        run_case(case, results, options, pythons)
    write_results(options.results, "evaluation", results, table_of)
    print(table_of(results))


if __name__ == "__main__":
    main()
