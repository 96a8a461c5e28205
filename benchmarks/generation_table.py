"""From the runs of the generation study to its figures per table, their medians, and the Markdown table."""

from __future__ import annotations

from typing import Any

from common import median, rows_of, shown

ARM_NAMES = ("full", "batch", "stream", "mini")
RATIOS = {
    "tokens_stream_batch": ("tokens_per_row", "stream", "batch"),
    "tokens_stream_full": ("tokens_per_row", "stream", "full"),
    "wall_batch_stream": ("milliseconds_per_row", "batch", "stream"),
    "wall_full_stream": ("milliseconds_per_row", "full", "stream"),
    "wall_batch_mini": ("milliseconds_per_row", "batch", "mini"),
}
FIGURES = (
    "tokens_per_row",
    "milliseconds_per_row",
    "seconds",
    "valid_record_fraction",
    "beyond_n",
    "cap_tokens",
    "tail_seconds",
)


def summary_of(runs: dict[str, Any]) -> dict[str, Any]:
    """Return medians over repetitions per table and arm, paired ratios, and medians over tables."""
    names = sorted({key.split("/")[0] for key in runs})
    tables = {name: _table(name, runs) for name in names}
    medians = {ratio: median(found["ratios"][ratio] for found in tables.values()) for ratio in RATIOS}
    medians["wall_batch_mini_without_text"] = median(
        found["ratios"]["wall_batch_mini"] for found in tables.values() if not found["text_columns"]
    )
    medians["sqs_stream_minus_batch"] = median(found["sqs_stream_minus_batch"] for found in tables.values())
    return {"tables": tables, "medians": medians, "arms": {arm: _over_tables(arm, tables) for arm in ARM_NAMES}}


def _over_tables(arm: str, tables: dict[str, Any]) -> dict[str, float | None]:
    return {
        figure: median(found["arms"][arm].get(figure) for found in tables.values())
        for figure in (*FIGURES, "sqs", "sqs_skill", "c2st_auc")
    }


def _table(name: str, runs: dict[str, Any]) -> dict[str, Any]:
    by_arm: dict[str, dict[int, Any]] = {arm: {} for arm in ARM_NAMES}
    for key, run in runs.items():
        table, arm, repetition = key.split("/")
        if table == name and run["outcome"] != "crashed":
            by_arm[arm][int(repetition)] = run
    differences = [
        after - before
        for repetition, run in by_arm["stream"].items()
        if (after := _score(run, "sqs")) is not None
        and (before := _score(by_arm["batch"].get(repetition), "sqs")) is not None
    ]
    known = [run for arm in by_arm.values() for run in arm.values()]
    return {
        "arms": {arm: _arm(list(found.values())) for arm, found in by_arm.items()},
        "ratios": {ratio: _ratio(by_arm, *what) for ratio, what in RATIOS.items()},
        "sqs_stream_minus_batch": median(differences),
        "text_columns": known[0]["text_columns"] if known else None,
        "crashed": sum(run["outcome"] == "crashed" for key, run in runs.items() if key.split("/")[0] == name),
    }


def _arm(runs: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {figure: median(run[figure] for run in runs) for figure in FIGURES}
    for score in ("sqs", "sqs_skill", "c2st_auc"):
        found[score] = median(_score(run, score) for run in runs)
    found["repetitions"] = len(runs)
    found["finished"] = sum(run["outcome"] == "done" for run in runs)
    found["rows"] = [run["rows"] for run in runs]
    return found


def _score(run: dict[str, Any] | None, name: str) -> float | None:
    value: float | None = None if run is None else run.get("scores", {}).get(name)
    return value


def _ratio(by_arm: dict[str, dict[int, Any]], figure: str, over: str, under: str) -> float | None:
    """The median over repetitions of both arms; an arm that was stopped counts with its bound."""
    pairs = by_arm[over].keys() & by_arm[under].keys()
    return median(by_arm[over][pair][figure] / by_arm[under][pair][figure] for pair in pairs)


def table_of(results: dict[str, Any]) -> str:
    """Return the study as Markdown: costs, then validity and quality."""
    summary, settings = results["summary"], results["settings"]
    stopped = any(
        arm["finished"] < arm["repetitions"] for found in summary["tables"].values() for arm in found["arms"].values()
    )
    note = (
        f"{settings['n']} rows each; {settings['minutes']:g} minutes of training on {settings['rows']:,} rows; "
        f"{settings['model']} for full, batch and stream, tabsynth-mini for mini; {results['machine']['cores']} cores; "
        "medians over the repetitions (last column), ratios paired."
    )
    if stopped:
        note += (
            f" `≥`: the arm was stopped after {settings['max_arm_minutes']:g} minutes or gave up, and counts with what "
            "the valid rows so far had cost each; ratios against it are bounds on the safe side."
        )
    return f"{_costs(summary)}\n{_quality(summary)}\n{note}\n"


def _figure(arm: dict[str, Any], figure: str, form: str) -> str:
    return shown(arm[figure], form, bound="≥" if arm["finished"] < arm["repetitions"] else "")


def _times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.1f}×"


def _repetitions(found: dict[str, Any]) -> str:
    counts = [found["arms"][arm]["repetitions"] for arm in ARM_NAMES]
    return str(counts[0]) if len(set(counts)) == 1 else "/".join(map(str, counts))


def _costs(summary: dict[str, Any]) -> str:
    header = ["table", *(f"tokens/row {arm}" for arm in ARM_NAMES), "stream / batch", "stream / full"]
    header += [*(f"ms/row {arm}" for arm in ARM_NAMES), "time batch / stream", "full / stream", "batch / mini", "reps"]
    lines = []
    for name, found in summary["tables"].items():
        arms, ratios = found["arms"], found["ratios"]
        cells = [name, *(_figure(arms[arm], "tokens_per_row", ",.0f") for arm in ARM_NAMES)]
        cells += [shown(ratios["tokens_stream_batch"], ".3f"), shown(ratios["tokens_stream_full"], ".3f")]
        cells += [_figure(arms[arm], "milliseconds_per_row", ",.0f" if arm != "mini" else ".1f") for arm in ARM_NAMES]
        cells += [_times(ratios[ratio]) for ratio in list(RATIOS)[2:]]
        lines.append([*cells, _repetitions(found)])
    over, medians = summary["arms"], summary["medians"]
    cells = ["**median**", *(shown(over[arm]["tokens_per_row"], ",.0f") for arm in ARM_NAMES)]
    cells += [shown(medians["tokens_stream_batch"], ".3f"), shown(medians["tokens_stream_full"], ".3f")]
    cells += [shown(over[arm]["milliseconds_per_row"], ",.0f" if arm != "mini" else ".1f") for arm in ARM_NAMES]
    cells += [_times(medians[ratio]) for ratio in list(RATIOS)[2:]]
    return rows_of(header, [*lines, [*cells, ""]])


def _quality(summary: dict[str, Any]) -> str:
    header = ["table", "cap full", "cap batch", *(f"valid {arm}" for arm in ARM_NAMES), "beyond n full", "batch"]
    header += ["stream", "mini", *(f"SQS {arm}" for arm in ARM_NAMES), "SQS stream - batch"]
    header += [f"last 5 % {arm}, s" for arm in ARM_NAMES]
    lines = []
    over = {"arms": summary["arms"], "sqs_stream_minus_batch": summary["medians"]["sqs_stream_minus_batch"]}
    for name, found in [*summary["tables"].items(), ("**median**", over)]:
        arms = [found["arms"][arm] for arm in ARM_NAMES]
        cells = [name, *(shown(arm["cap_tokens"], ".0f") for arm in arms[:2])]
        cells += [shown(arm["valid_record_fraction"], ".2f") for arm in arms]
        cells += [shown(arm["beyond_n"], ".0f") for arm in arms]
        cells += [shown(arm["sqs"], ".2f") for arm in arms] + [shown(found["sqs_stream_minus_batch"], "+.2f")]
        lines.append([*cells, *(shown(arm["tail_seconds"], ".2f") for arm in arms)])
    return rows_of(header, lines)
