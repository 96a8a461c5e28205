"""Controls: tables of which it is known what an evaluation must find, and whether it does.

Usage: python evaluation/controls.py FOLDER [--only NAME ...] [--controls NAME ...] [--rows 5000] [--again]
[--results DIR]

FOLDER holds manifest.json (a list `datasets` with name, file, target, group_by and order_by) and the tables. At most
--rows rows of each are split: a quarter is training, a quarter holdout, half fresh rows, from which most controls are
made (so that 5 % of them are as many as can be); of tables with groups whole groups.
Each control is evaluated in place of a synthetic table and its figures are held against the bar. A control that is
already in the results is skipped, unless --again. Writes evaluation/results/controls.json, controls.md (the bar and
where it holds) and controls_figures.md. No cell of a table is written, only figures and names of columns.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from damage import constant, is_number, junk, noisy, nulls, other_type, shuffled

RESULTS = Path(__file__).parent / "results"
COPIED, NOISY = 0.05, 0.2
RUINS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "junk": junk,
    "constant": constant,
    "nulls": nulls,
    "other type": other_type,
}
CONTROLS = ("copy", "fresh", "shuffled", "5 % copies", "20 % noisy copies", *RUINS)
BAR: dict[str, tuple[tuple[str, str, Any], ...]] = {
    "copy": (
        ("light", "is", "red"),
        ("exact_copy_excess", "≥", 0.9),
        ("mia_tpr_at_1fpr", ">", 0.9),
        ("aia_risk", ">", 0.9),
        ("c2st_auc", "<", 0.2),
    ),
    "fresh": (
        ("light", "is", "green"),
        ("c2st_auc", "within", (0.45, 0.55)),
        ("dcr_share", "within", (0.46, 0.54)),
    ),
    "shuffled": (
        ("light", "is", "green"),
        ("c2st_auc", "≥", 0.9),
        ("sqs_skill", "≤", 0.1),
        ("tstr_ratio", "≤", 0.2),
    ),
    "5 % copies": (("light", "is", "red"), ("p", "<", 1e-6)),
    "20 % noisy copies": (("light", "is not", "green"),),
    **{way: (("place of the column", "is", 1.0), ("score of the column", "≤", 0.1)) for way in RUINS},
}
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda found, wanted: bool(found == wanted),
    "is not": lambda found, wanted: bool(found != wanted),
    "≥": lambda found, wanted: bool(found >= wanted),
    "≤": lambda found, wanted: bool(found <= wanted),
    ">": lambda found, wanted: bool(found > wanted),
    "<": lambda found, wanted: bool(found < wanted),
    "within": lambda found, wanted: bool(wanted[0] <= found <= wanted[1]),
}


@dataclass(frozen=True)
class Case:
    """A real table in three parts.

    Attributes:
        training: The rows that a synthesizer would have seen.
        holdout: Rows that it would not.
        fresh: Further rows that nobody saw.
        target: Column to predict.
        group_by: Column that names the group.
        order_by: Column that orders a group.
    """

    training: pd.DataFrame
    holdout: pd.DataFrame
    fresh: pd.DataFrame
    target: str | None
    group_by: str | None
    order_by: str | None


def read_case(file: Path, entry: dict[str, Any], rows: int) -> Case:
    """Draw and split a table by its entry in the manifest."""
    frame, rng = pd.read_csv(file), np.random.default_rng(0)
    keys = np.arange(len(frame)) if entry.get("group_by") is None else pd.factorize(frame[entry["group_by"]])[0]
    drawn = rng.permutation(int(keys.max()) + 1)
    sizes = np.bincount(keys)[drawn]
    drawn = drawn[: max(4, int(np.searchsorted(np.cumsum(sizes), rows, side="right")))]
    drawn = drawn[: len(drawn) // 4 * 4]
    parts = [frame[np.isin(keys, drawn[start::4])] for start in range(4)]
    training, holdout, fresh = (part.reset_index(drop=True) for part in (*parts[:2], pd.concat(parts[2:])))
    target = entry.get("target") if entry.get("tstr_usable") else None
    return Case(training, holdout, fresh, target, entry.get("group_by"), entry.get("order_by"))


def control_of(case: Case, name: str, place: int) -> tuple[pd.DataFrame, str | None]:
    """Return a control table, and the column that is ruined in it.

    Args:
        case: The table.
        name: One of CONTROLS.
        place: Place of the table among all, so that different kinds of columns are ruined.
    """
    rng = np.random.default_rng(1)
    if name in RUINS:
        candidates = ruinable(case)
        column = candidates[(place + list(RUINS).index(name)) % len(candidates)]
        table = case.fresh.copy()
        table[column] = RUINS[name](case.fresh[column])
        return table, column
    if name == "copy":
        return case.training.copy(), None
    if name == "shuffled":
        return shuffled(case.training, rng, kept=case.group_by), None
    if name == "fresh":
        return case.fresh.copy(), None
    copied = case.training
    if name == "20 % noisy copies":
        kept = {case.group_by, case.order_by}
        columns = {
            column: cells if column in kept else noisy(cells, rng, spread=0.05, replaced=0.05, emptied=0)
            for column, cells in copied.items()
        }
        copied = pd.DataFrame(columns)
    return with_copies(case, copied, NOISY if name == "20 % noisy copies" else COPIED, rng), None


def ruinable(case: Case) -> list[str]:
    """Return the columns that an evaluation scores and that hold three values or more: numbers and others in turn."""
    from tabsynth.evaluator.kinds import read_kinds, with_keys
    from tabsynth.schema.column import Kind

    schema = with_keys(read_kinds(case.training), case.group_by, case.order_by, case.target)
    scored = [column.name for column in schema.columns if column.kind is not Kind.IDENTIFIER]
    names = [name for name in scored if case.training[name].nunique() > 2]
    numbers = [name for name in names if is_number(case.training[name])]
    others = [name for name in names if name not in numbers]
    longest = max(len(numbers), len(others))
    return [column[at] for at in range(longest) for column in (numbers, others) if at < len(column)]


def with_copies(case: Case, copied: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Return fresh rows of which a share is replaced by as many copied ones; of groups, whole ones under new keys."""
    if case.group_by is None:
        num = max(1, round(share * len(case.fresh)))
        rows = rng.choice(len(copied), min(num, len(copied)), replace=False)
        return pd.concat([case.fresh.iloc[len(rows) :], copied.iloc[rows]], ignore_index=True)
    old, new = copied[case.group_by].unique(), case.fresh[case.group_by].unique()
    num = max(1, round(share * len(new)))
    renamed = dict(zip(rng.permutation(old)[:num], new[:num], strict=False))
    taken = copied[copied[case.group_by].isin(list(renamed))].copy()
    taken[case.group_by] = taken[case.group_by].map(renamed)
    rest = case.fresh[~case.fresh[case.group_by].isin(list(renamed.values()))]
    return pd.concat([rest, taken], ignore_index=True)


def run_control(case: Case, name: str, place: int) -> dict[str, Any]:
    """Evaluate one control and hold its figures against the bar."""
    import tabsynth

    table, column = control_of(case, name, place)
    started = time.process_time()
    with warnings.catch_warnings(record=True) as leaked:
        warnings.simplefilter("always")
        found = tabsynth.evaluate(
            case.training,
            case.holdout,
            table,
            target=case.target,
            group_by=case.group_by,
            order_by=case.order_by,
        )
    shown_figures = figures(found, column)
    result: dict[str, Any] = {
        "cpu_seconds": round(time.process_time() - started, 1),
        "rows": [len(case.training), len(case.holdout), len(table)],
        "ruined": column,
        "figures": shown_figures,
        "checks": checks(name, shown_figures),
        "light": None if found.privacy is None else found.privacy.model_dump(mode="json"),
        "verdict": {"light": found.verdict.light, "headline": found.verdict.headline},
        "attacks": [attack_of(attack) for attack in found.attacks],
        "scores": {
            key: score.model_dump(mode="json", exclude={"note"}, exclude_none=True)
            for key, score in found.scores.items()
        },
        "worst_columns": [
            {"name": c.name, "kind": c.kind, "score": c.score, "note": c.note} for c in found.columns[:3]
        ],
        "json_comes_back": type(found).from_json(found.to_json()) == found,
        "warnings": sorted({f"{one.category.__name__} in {Path(one.filename).name}" for one in leaked}),
    }
    shortened: dict[str, Any] = short(result)
    return shortened


def short(found: Any) -> Any:
    """Return a result with its numbers cut to six digits."""
    if isinstance(found, dict):
        return {key: short(value) for key, value in found.items()}
    if isinstance(found, list):
        return [short(value) for value in found]
    return float(f"{found:.6g}") if isinstance(found, float) else found


def attack_of(attack: Any) -> dict[str, Any]:
    """Return an attack in brief: of its parts the three strongest."""
    brief = {"title", "story", "unit", "scores", "parts"}
    parts = [part.model_dump(mode="json", include={"name", "value", "control", "p_value"}) for part in attack.parts[:3]]
    return {**attack.model_dump(mode="json", exclude=brief), "parts": parts}


def figures(found: Any, column: str | None) -> dict[str, Any]:
    """Return what the bar speaks of; what the evaluation does not have is None."""
    names = [result.name for result in found.columns]
    place = names.index(column) if column in names else None
    return {
        "light": found.privacy_light,
        "p": None if found.privacy is None else found.privacy.p_value,
        "place of the column": None if place is None else place + 1.0,
        "score of the column": None if place is None else found.columns[place].score,
        **{name: score.value for name, score in found.scores.items()},
    }


def checks(control: str, found: dict[str, Any]) -> list[dict[str, Any]]:
    """Hold figures against the bar; `holds` is None where the evaluation says nothing."""
    return [
        {
            "what": said(name, relation, wanted),
            "found": found.get(name),
            "holds": None if found.get(name) is None else HOLDS[relation](found[name], wanted),
        }
        for name, relation, wanted in BAR[control]
    ]


def said(name: str, relation: str, wanted: Any) -> str:
    """Return a line of the bar in words."""
    return f"{name} {relation} {' to '.join(map(shown, wanted)) if isinstance(wanted, tuple) else shown(wanted)}"


def done(results: dict[str, Any], control: str, what: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every table with what one check found there."""
    for table, found in sorted(results["tables"].items()):
        for check in found["controls"].get(control, {}).get("checks", ()):
            if check["what"] == what:
                yield table, check


def table_of(results: dict[str, Any]) -> str:
    """Return the bar with the tables on which it holds, as Markdown."""
    lines = ["| control | bar | held on | not held on | not known on |", "|---|---|---|---|---|"]
    for control, bar in BAR.items():
        for what in (said(*line) for line in bar):
            every = list(done(results, control, what))
            bad = [f"{table} ({shown(check['found'])})" for table, check in every if check["holds"] is False]
            unknown = [table for table, check in every if check["holds"] is None]
            held = f"{len(every) - len(bad) - len(unknown)} of {len(every)}"
            cells = [control, what, held, ", ".join(bad) or "-", ", ".join(unknown) or "-"]
            lines.append(f"| {' | '.join(cells)} |")
    failed = [
        f"{table}, {control}"
        for table, found in sorted(results["tables"].items())
        for control, one in found["controls"].items()
        if "failed" in one
    ]
    return "\n".join(lines) + "\n" + (f"\nFailed: {'; '.join(failed)}.\n" if failed else "")


def figures_of(results: dict[str, Any]) -> str:
    """Return the figures of every table and control as Markdown."""
    lines = [
        "| table | control | rows | decided by | figures | CPU seconds |",
        "|---|---|---|---|---|---|",
        *(
            line_of(table, control, found["controls"][control])
            for table, found in sorted(results["tables"].items())
            for control in CONTROLS
            if control in found["controls"]
        ),
    ]
    return "\n".join(lines) + "\n"


def line_of(table: str, control: str, found: dict[str, Any]) -> str:
    """Return one line of figures, or what went wrong."""
    if "failed" in found:
        return f"| {table} | {control} | - | - | FAILED: {found['failed']} | - |"
    names = list(dict.fromkeys(name for name, *_ in BAR[control]))
    cells = ", ".join(f"{name} {shown(found['figures'].get(name))}" for name in names)
    ruined = f" ({found['ruined']})" if found["ruined"] else ""
    light = (found["light"] or {}).get("decided_by", "-")
    return f"| {table} | {control}{ruined} | {found['rows'][2]:,} | {light} | {cells} | {found['cpu_seconds']:.1f} |"


def shown(value: Any) -> str:
    """Return a figure in a few characters."""
    return value if isinstance(value, str) else "-" if value is None else f"{value + 0.0:.3g}"


def main() -> None:
    """Run the controls that are not in the results yet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--controls", nargs="*", default=list(CONTROLS), choices=CONTROLS)
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    entries = json.loads((options.folder / "manifest.json").read_text())["datasets"]
    options.results.mkdir(parents=True, exist_ok=True)
    file = options.results / "controls.json"
    results = json.loads(file.read_text()) if file.exists() else {"tables": {}}
    for place, entry in enumerate(entries):
        name = entry["name"]
        found = results["tables"].get(name)
        if found is None or found["rows"] != options.rows:
            found = {"rows": options.rows, "controls": {}}
        wanted = [c for c in options.controls if options.again or c not in found["controls"]]
        if not wanted or (options.only and name not in options.only):
            continue
        case = read_case(options.folder / entry["file"], entry, options.rows)
        for control in wanted:
            try:
                found["controls"][control] = run_control(case, control, place)
            except Exception as error:  # an evaluation must not fail on any content: that it did is a result
                found["controls"][control] = {"failed": f"{type(error).__name__} in {_where(error)}"}
            results["tables"][name] = found
            # One line a control: a third of the size of indented JSON.
            text = json.dumps(results, separators=(",", ":")).replace('{"cpu_seconds"', '\n{"cpu_seconds"')
            file.write_text(text + "\n")
            (options.results / "controls.md").write_text(table_of(results))
            (options.results / "controls_figures.md").write_text(figures_of(results))
            print(line_of(name, control, found["controls"][control]), flush=True)
    print(table_of(results))


def _where(error: BaseException) -> str:
    """Return the innermost function of an error; its message could quote a cell."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "?" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


if __name__ == "__main__":
    main()
