"""The bad-adapter study: what rejection in flight, with a roll back to the last good record, saves.

Usage: python benchmarks/rejection.py [TABLE] [--rows 2000] [--repeats 3] [--only CASE ...]

Adapters of tabsynth-mini are trained for so few steps that less than half of the records they write are valid, with
no grammar and no legal weights. Two comparisons, both in tokens per valid row:

  paired   schedule="stream" (a record is dropped at its first bad token, and the completion goes on from the last
           good record) against schedule="batch" (completions are decoded to their end, then read)
  same     the very completions of the batch runs: all their tokens, against those up to each rejected token

On the same completions the records kept in flight must be those kept at the end. TABLE is a CSV file; without one it
is the demo's. Writes rejection.json and rejection.md.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
from common import (
    BAD_ROWS,
    BAD_TABLE,
    BAD_VALUES,
    RESULTS,
    WatchedEngine,
    demo_table,
    frame_of,
    machine,
    median,
    rows_of,
    shown,
    warm,
    write_results,
)

CASES: dict[str, dict[str, Any]] = {
    "values, 8 records": {"record_format": "values", "records_per_example": 8, **BAD_VALUES},
    "values, 1 record": {"record_format": "values", "records_per_example": 1, **BAD_VALUES},
    "table tokens, 8 records": {"record_format": "table", "records_per_example": 8, **BAD_TABLE},
    "table tokens, 1 record": {"record_format": "table", "records_per_example": 1, **BAD_TABLE},
}


def fit(frame: pd.DataFrame, run: Path, options: dict[str, Any]) -> float:
    """Train a bad adapter; return its last loss on the holdout."""
    import tabsynth

    synth = tabsynth.Synthesizer(
        model="tabsynth-mini", constraint="reject", random_state=0, engine="vllm", progress=False, **options
    ).fit(frame, run_dir=run)
    return float(synth.metadata.training.best_holdout_loss or 0.0)


def generate(run: Path, schedule: str, rows: int, repetition: int) -> tuple[dict[str, Any], pd.DataFrame, Any, Any]:
    """Generate once; return figures, rows, the watched engine and the codec."""
    import tabsynth

    synth = tabsynth.Synthesizer.load(
        run, schedule=schedule, random_state=repetition, rows_per_part=rows, progress=False
    )
    codec = synth._codec()
    engine = WatchedEngine(synth._open_engine(codec))
    warm(engine, codec.prompt)
    engine.forget()
    synth._engine = engine  # type: ignore[assignment]
    frame = synth.generate(rows)
    summary = synth.last_generation
    assert summary is not None
    synth.close()
    found = {
        "rows": len(frame),
        "num_valid": summary.num_valid,
        "decoded_tokens": summary.decoded_tokens,
        "tokens_per_valid_row": summary.decoded_tokens / summary.num_valid,
        "tokens_per_row": summary.tokens_per_row,
        "valid_record_fraction": summary.valid_record_fraction,
        "rejected": summary.rejected,
        "stages": summary.stages,
        "seconds": summary.seconds,
    }
    return found, frame, engine, codec


def in_flight(codec: Any, completion: Sequence[int]) -> tuple[list[list[int]], int]:
    """Read a completion as the stream would, record by record; return what it keeps and the tokens it would decode.

    A rejected record costs its tokens up to the rejected one. What the completion holds after it is read on, from
    the next line, where the format has lines; table tokens have no mark to go on from.
    """
    from tabsynth.codec.verdict import Rejected, Verdict

    kept: list[list[int]] = []
    scanner, record, tokens, skips = codec.scanner(), list[int](), 0, False
    newlines = getattr(codec, "_newlines", frozenset())
    for token in completion:
        if skips:
            skips = token not in newlines
            continue
        tokens += 1
        record.append(token)
        verdict = scanner.push(token)
        if verdict is Verdict.ENDED:
            break
        if verdict is Verdict.ACCEPTED:
            kept.append(record)
            record = []
        elif isinstance(verdict, Rejected):
            if not newlines or token >= codec.tokenizer.num_text:
                break
            scanner.reset()
            record, skips = [], token not in newlines
    return kept, tokens


def parsed(codec: Any, completion: Sequence[int]) -> list[list[int]] | None:
    """Split a completion into whole lines and keep those that can be parsed: no scanner is involved.

    It keeps a little more: a number of more digits than a float has can be parsed, but no row is written so.

    Returns:
        None where the format has no lines.
    """
    from tabsynth.codec.cells import BadCell

    if not hasattr(codec, "_newlines"):
        return None
    kept, line = list[list[int]](), list[int]()
    for token in completion:
        if token >= codec.tokenizer.num_text:
            break
        line.append(token)
        if token in codec._newlines:
            with suppress(BadCell):
                codec._cells(line)
                kept.append(line)
            line = []
    return kept


def same_completions(engine: WatchedEngine, codec: Any) -> dict[str, Any]:
    """Compare both ways to reject on the completions that a batch run has decoded."""
    late_tokens = flight_tokens = late_rows = flight_rows = different = unparsable = 0
    for timed in engine.completions().values():
        completion = [token for _, token in timed]
        late = codec.read(completion).records
        kept, tokens = in_flight(codec, completion)
        different += late != kept
        lines = parsed(codec, completion)
        unparsable += 0 if lines is None else sum(record not in lines for record in kept)
        late_tokens, flight_tokens = late_tokens + len(completion), flight_tokens + tokens
        late_rows, flight_rows = late_rows + len(late), flight_rows + len(kept)
    return {
        "completions": len(engine.requests),
        "completions_kept_differently": different,
        "kept_but_unparsable": unparsable,
        "rows_late": late_rows,
        "rows_in_flight": flight_rows,
        "tokens_per_valid_row_late": late_tokens / late_rows,
        "tokens_per_valid_row_in_flight": flight_tokens / flight_rows,
        "saved": 1 - (flight_tokens / flight_rows) / (late_tokens / late_rows),
    }


def measure(frame: pd.DataFrame, options: dict[str, Any], rows: int, repeats: int) -> dict[str, Any]:
    """Train one bad adapter and compare both schedules on it."""
    from scipy.stats import ks_2samp

    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        loss = fit(frame, run, options)
        for repetition in range(repeats):
            batch, batch_rows, engine, codec = generate(run, "batch", rows, repetition)
            same = same_completions(engine, codec)
            stream, stream_rows, _, _ = generate(run, "stream", rows, repetition)
            lengths = [codec.encode(made).lengths for made in (stream_rows, batch_rows)]
            pair = {"batch": batch, "stream": stream, "same": same}
            pair["saved"] = 1 - stream["tokens_per_valid_row"] / batch["tokens_per_valid_row"]
            pair["row_lengths_p"] = float(ks_2samp(*lengths).pvalue)
            pairs.append(pair)
            print({name: pair[name] for name in ("saved", "row_lengths_p", "same")}, batch, stream, flush=True)
    return {"options": options, "holdout_loss": loss, "pairs": pairs}


def table_of(results: dict[str, Any]) -> str:
    """Return the result as Markdown."""
    header = ["adapter", "valid", "tokens per valid row, at the end", "in flight", "saved"]
    header += ["same completions: at the end", "in flight", "saved", "kept differently", "row lengths, least p"]
    lines = []
    for case, found in results["cases"].items():
        pairs = found["pairs"]
        same = [pair["same"] for pair in pairs]
        lines.append(
            [
                case,
                shown(median(pair["batch"]["valid_record_fraction"] for pair in pairs)),
                shown(median(pair["batch"]["tokens_per_valid_row"] for pair in pairs), ".1f"),
                shown(median(pair["stream"]["tokens_per_valid_row"] for pair in pairs), ".1f"),
                shown(median(pair["saved"] for pair in pairs), ".0%"),
                shown(median(item["tokens_per_valid_row_late"] for item in same), ".1f"),
                shown(median(item["tokens_per_valid_row_in_flight"] for item in same), ".1f"),
                shown(median(item["saved"] for item in same), ".0%"),
                f"{sum(item['completions_kept_differently'] for item in same)} of "
                f"{sum(item['completions'] for item in same):,}",
                shown(min(pair["row_lengths_p"] for pair in pairs), ".2g"),
            ]
        )
    note = (
        f"tabsynth-mini, {results['rows']:,} rows of {results['table']} a run, medians of {results['repeats']} pairs."
    )
    return f"{rows_of(header, lines)}\n{note}\n"


def main() -> None:
    """Measure all cases and write the result after each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, nargs="?")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--train-rows", type=int, default=BAD_ROWS, help="rows that are learned and held out")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--epochs", type=float, help="instead of each case's own")
    parser.add_argument("--results", type=Path, default=RESULTS)
    options = parser.parse_args()
    file = options.table or demo_table()
    results: dict[str, Any] = {"machine": machine(), "table": file.stem, "rows": options.rows}
    results |= {"repeats": options.repeats, "cases": {}}
    for case in options.only:
        settings = CASES[case] | ({} if options.epochs is None else {"max_epochs": options.epochs})
        frame = frame_of(file, settings["record_format"], options.train_rows)
        results["cases"][case] = measure(frame, settings, options.rows, options.repeats)
        write_results(options.results, "rejection", results, table_of)
    print(table_of(results))


if __name__ == "__main__":
    main()
