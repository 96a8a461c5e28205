"""The gap between rows written under a constraint and rows that only rejection has kept valid.

Usage: python benchmarks/constraint_gap.py [TABLE] [--rows 3000] [--only CASE ...] [--table-minutes 3]

A mask renormalises token by token, so it samples another distribution than p(row | valid), the more so the less valid
the model writes by itself. Table tokens are bound by legal transitions folded into the weights, text by an xgrammar
grammar; each on a well trained and on a badly trained adapter, trained with constraint="reject". Three samples of
each: constrained, rejected, and rejected with other seeds, which shows what two samples of one distribution differ by.

Marginals: Kolmogorov-Smirnov for numbers, chi-square for categories. Pairs: chi-square on both columns in bins. All
p-values are Holm-corrected within a comparison. TABLE is a CSV file; without one it is the demo's. Writes
constraint_gap.json and constraint_gap.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from common import (
    BAD_ROWS,
    BAD_TABLE,
    BAD_VALUES,
    RESULTS,
    demo_table,
    frame_of,
    machine,
    rows_of,
    shown,
    write_results,
)

from tabsynth.errors import GenerationError

BINS = 5
MIN_EXPECTED = 5.0
COMPARISONS = {"constrained": ("grammar", 1), "null": ("reject", 2)}
"""What is compared with rejected rows of random_state 0."""


def cases(table_minutes: float = 1.0, text_minutes: float = 1.0) -> dict[str, dict[str, Any]]:
    """Return the trainings: by the plan for the minutes given, or for a few steps on a few rows."""
    return {
        "table tokens, well trained": {"record_format": "table", "max_minutes": table_minutes},
        "table tokens, badly trained": {"record_format": "table", **BAD_TABLE},
        "values, well trained": {"record_format": "values", "max_minutes": text_minutes},
        "values, badly trained": {"record_format": "values", **BAD_VALUES},
    }


def sample(run: Path, constraint: str, random_state: int, rows: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Generate rows of one run under a constraint."""
    import tabsynth

    synth = tabsynth.Synthesizer.load(run, constraint=constraint, random_state=random_state, progress=False)
    frame = synth.generate(rows)
    summary = synth.last_generation
    assert summary is not None
    synth.close()
    facts = {
        "constraint": summary.constraint,
        "fallback": summary.fallback,
        "valid_record_fraction": summary.valid_record_fraction,
        "tokens_per_row": summary.tokens_per_row,
        "rejected": summary.rejected,
    }
    return frame, facts


def compare(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, Any]:
    """Return p-values and total variation distances of all columns and pairs."""
    one, other = one.reset_index(drop=True), other.reset_index(drop=True)
    numeric = {name: pd.api.types.is_numeric_dtype(one[name]) and one[name].nunique() > BINS for name in one}
    bins = {name: _binned(one[name], other[name], is_number=numeric[name]) for name in one}
    columns, pairs = {}, {}
    for name in one:
        p = _ks(one[name], other[name]) if numeric[name] else _chi_square(*bins[name])
        columns[str(name)] = {"p": p, "tv": _total_variation(*bins[name])}
    for first, second in combinations(one, 2):
        joint = [a.astype(np.int64) * 1_000_000 + b for a, b in zip(bins[first], bins[second], strict=True)]
        pairs[f"{first} x {second}"] = {"p": _chi_square(*joint), "tv": _total_variation(*joint)}
    return {"columns": _corrected(columns), "pairs": _corrected(pairs)}


def _binned(one: pd.Series, other: pd.Series, *, is_number: bool) -> tuple[np.ndarray, np.ndarray]:
    """Both samples as numbers of the same bins; missing is a bin of its own."""
    both = pd.concat([one, other], ignore_index=True)
    if is_number:
        codes = pd.qcut(both.astype("float64"), BINS, labels=False, duplicates="drop").fillna(-1).to_numpy()
    else:
        codes = pd.factorize(both)[0]
    codes = codes.astype(np.int64) + 1
    return codes[: len(one)], codes[len(one) :]


def _counts(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    values = np.unique(np.concatenate([one, other]))
    return np.array([np.bincount(np.searchsorted(values, side), minlength=len(values)) for side in (one, other)])


def _chi_square(one: np.ndarray, other: np.ndarray) -> float:
    """Homogeneity of two samples; cells that are too rare for the test are pooled."""
    from scipy.stats import chi2_contingency

    table = _counts(one, other)
    expected = table.sum(axis=0) * table.sum(axis=1).min() / table.sum()
    rare = expected < MIN_EXPECTED
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)]) if rare.any() else table
    table = table[:, table.sum(axis=0) > 0]
    return 1.0 if table.shape[1] < 2 else float(chi2_contingency(table).pvalue)


def _ks(one: pd.Series, other: pd.Series) -> float:
    from scipy.stats import ks_2samp

    return float(ks_2samp(one.dropna(), other.dropna()).pvalue)


def _total_variation(one: np.ndarray, other: np.ndarray) -> float:
    shares = _counts(one, other) / np.array([[len(one)], [len(other)]])
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _corrected(found: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Add Holm's p-values, and what they come to."""
    ordered, worst = sorted(found, key=lambda name: found[name]["p"]), 0.0
    for at, name in enumerate(ordered):
        worst = max(worst, min(1.0, (len(ordered) - at) * found[name]["p"]))
        found[name]["p_holm"] = worst
    distances = [item["tv"] for item in found.values()]
    return {
        "least_p_holm": min(item["p_holm"] for item in found.values()),
        "differ": sum(item["p_holm"] < 0.05 for item in found.values()),
        "of": len(found),
        "mean_tv": float(np.mean(distances)),
        "max_tv": max(distances),
        "all": found,
    }


def measure(frame: pd.DataFrame, options: dict[str, Any], rows: int) -> dict[str, Any]:
    """Train one adapter and compare its samples."""
    import tabsynth

    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        synth = tabsynth.Synthesizer(
            model="tabsynth-mini", constraint="reject", random_state=0, engine="vllm", progress=False, **options
        ).fit(frame, run_dir=run)
        training = synth.metadata.training
        base, facts = sample(run, "reject", 0, rows)
        found: dict[str, Any] = {"options": options, "epochs": training.epochs, "loss": training.best_holdout_loss}
        found |= {"rejected": facts, "comparisons": {}}
        for name, (constraint, seed) in COMPARISONS.items():
            other, facts = sample(run, constraint, seed, rows)
            found["comparisons"][name] = {"facts": facts, **compare(base, other)}
    return found


def table_of(results: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    header = ["adapter", "valid", "tokens/row rejected", "constrained", "against rejected rows"]
    header += ["columns that differ", "least p", "mean TV", "pairs that differ", "least p", "mean TV"]
    lines = []
    for case, found in results["cases"].items():
        for name, compared in found["comparisons"].items():
            cells = [case, shown(found["rejected"]["valid_record_fraction"])]
            cells += [shown(found["rejected"]["tokens_per_row"], ".1f")]
            cells += [shown(found["comparisons"]["constrained"]["facts"]["tokens_per_row"], ".1f")]
            cells += ["constrained" if name == "constrained" else "rejected, other seeds"]
            for part in (compared["columns"], compared["pairs"]):
                cells += [f"{part['differ']} of {part['of']}", shown(part["least_p_holm"], ".2g")]
                cells += [shown(part["mean_tv"], ".3f")]
            lines.append(cells)
    note = (
        f"tabsynth-mini, {results['rows']:,} rows a sample, table {results['table']}. p-values after Holm; TV: total "
        f"variation distance, numbers in {BINS} bins. `valid`: share of the records that are valid without constraint."
    )
    return f"{rows_of(header, lines)}\n{note}\n"


def main() -> None:
    """Measure all cases and write the result after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--only", nargs="*", choices=cases())
    parser.add_argument("--table-minutes", type=float, default=3.0, help="a good training on table tokens")
    parser.add_argument("--text-minutes", type=float, default=10.0, help="a good training on text")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    file = options.table or demo_table()
    results: dict[str, Any] = {"machine": machine(), "table": file.stem, "rows": options.rows, "cases": {}}
    before = options.results / "constraint_gap.json"
    if options.only and before.exists():
        # Cases that are not measured anew stay, if they are of the same table and size.
        kept = json.loads(before.read_text())
        results["cases"] = kept["cases"] if (kept["table"], kept["rows"]) == (file.stem, options.rows) else {}
    known = cases(options.table_minutes, options.text_minutes)
    for case in options.only or known:
        bad = "max_minutes" not in known[case]
        frame = frame_of(file, known[case]["record_format"], BAD_ROWS if bad else None)
        try:
            results["cases"][case] = measure(frame, known[case], options.rows)
        except GenerationError as error:
            print(f"{case}: {error.message}", flush=True)
            continue
        print(case, results["cases"][case], flush=True)
        write_results(options.results, "constraint_gap", results, table_of)
    print(table_of(results))


if __name__ == "__main__":
    main()
