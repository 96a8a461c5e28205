"""The arms of the generation study: what each fits, how it generates, and what is noted of a run."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from common import TimeOut, WatchedEngine, warm

SCORES = ("sqs", "sqs_skill", "c2st_auc", "column_shapes")
MIN_SCORED_ROWS = 50
"""Rows from which those of an unfinished arm are scored."""
TAIL = 0.95


@dataclass(frozen=True)
class Arm:
    """One way to generate: which training it uses, and how prompts are sent."""

    fit: str
    schedule: str
    options: dict[str, Any]


ARMS = {
    "full": Arm("jsonl", "full", {"constraint": "reject"}),
    "batch": Arm("jsonl", "batch", {"constraint": "reject"}),
    "stream": Arm("table", "stream", {}),
    "mini": Arm("mini", "stream", {}),
}


def fit_options(fit: str, model: str) -> dict[str, Any]:
    """Return the settings of a training; minutes are the same for all.

    Table tokens take what the plan settles; for lines, batch and rate are the best that were found. What protects the
    table is left out: the arms are about tokens and time, and peers do nothing of the kind.
    """
    plain = {"pii": "off", "protect": False}
    if fit == "mini":
        return {"model": "tabsynth-mini", **plain}
    lines = {"batch_records": 2, "learning_rate": 3e-3}
    options = {"model": model, "record_format": fit, "context_tokens": 1024, "max_epochs": 30.0, **plain}
    return options | (lines if fit == "jsonl" else {})


def read_rows(file: Path, rows: int) -> pd.DataFrame:
    """Return the rows of a table that all arms learn from."""
    frame = pd.read_csv(file)
    return frame.sample(min(rows, len(frame)), random_state=0).reset_index(drop=True)


def fit(file: Path, rows: int, run: Path, minutes: float, options: dict[str, Any]) -> None:
    """Train one adapter."""
    import tabsynth

    synth = tabsynth.Synthesizer(random_state=0, max_minutes=minutes, progress=False, **options)
    synth.fit(read_rows(file, rows), run_dir=run)


def run_arm(
    arm: Arm, run: Path, frame: pd.DataFrame, target: str | None, *, n: int, repetition: int, max_minutes: float
) -> dict[str, Any]:
    """Generate n rows once and note what it cost and how good they are."""
    import tabsynth

    # What an earlier, unfinished run of this arm has left would be taken up again.
    shutil.rmtree(run / "generation", ignore_errors=True)
    # One part: the peers that the batch arms stand for know no parts, and each would begin with a probe.
    options = {"schedule": arm.schedule, "random_state": repetition, "rows_per_part": n, **arm.options}
    synth = tabsynth.Synthesizer.load(run, progress=False, **options)
    codec = synth._codec()
    engine = WatchedEngine(synth._open_engine(codec), 60 * max_minutes)
    warm(engine, codec.prompt)
    engine.forget()
    synth._engine = engine  # type: ignore[assignment]
    engine.start()
    fake, failure = None, None
    try:
        fake = synth.generate(n)
    except tabsynth.GenerationError as error:
        failure = error
    seconds = time.monotonic() - engine.started
    summary = synth.last_generation
    found = _cost(engine, seconds, n, fake, failure, summary)
    found |= _tail(engine, codec, n, seconds)
    synth.close()
    if failure is not None and failure.saved_to is not None:
        fake = _saved_rows(failure.saved_to, n)
    shutil.rmtree(run / "generation", ignore_errors=True)
    split = synth._learned(frame).split
    found["base"] = synth.metadata.base.name
    found["tokens_per_record"] = synth.metadata.statistics.tokens_per_record.mean
    found["text_columns"] = sum(column.kind == "text" for column in synth.metadata.table.columns)
    if fake is not None and len(fake) >= min(n, MIN_SCORED_ROWS):
        found["scored_rows"] = len(fake)
        report = tabsynth.evaluate(split.training, split.holdout, fake, schema=synth.metadata.table, target=target)
        found["scores"] = {name: report.scores[name].value for name in SCORES}
    return found


def _saved_rows(place: Path, n: int) -> pd.DataFrame | None:
    """Return what an unfinished arm has saved: a file, or a journal with other files beside it."""
    files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
    parts = [pd.read_parquet(file) for file in files]
    return pd.concat(parts, ignore_index=True).head(n) if parts else None


def _cost(
    engine: WatchedEngine, seconds: float, n: int, fake: pd.DataFrame | None, failure: Any, summary: Any
) -> dict[str, Any]:
    tokens = engine.decoded
    if failure is None:
        valid, rejects = summary.num_valid, summary.rejected
        assert fake is not None
        rows = len(fake)
        fraction = summary.valid_record_fraction
        assert summary.decoded_tokens == tokens
    else:
        valid, rejects, rows = failure.num_valid, failure.reasons, 0
        # Records that the stop itself has cut say nothing of the model.
        judged = valid + sum(count for reason, count in rejects.items() if reason != "truncated")
        fraction = valid / max(1, judged)
    # Where an arm was stopped: what it would need per row at the rate so far. No row at all counts as three, the
    # most that its true rate would have brought with a probability of 5 %.
    per = n if failure is None else min(n, max(3, valid))
    return {
        "outcome": "done" if failure is None else "out of time" if TimeOut.__name__ in failure.message else "gave up",
        "error": None if failure is None else failure.message,
        "rows": rows,
        "num_valid": valid,
        "decoded_tokens": tokens,
        "tokens_per_row": tokens / per,
        "seconds": round(seconds, 3),
        "milliseconds_per_row": 1000 * seconds / per,
        "beyond_n": max(0, valid - n),
        "valid_record_fraction": fraction,
        "rejected": rejects,
        "requests": len(engine.requests),
        "cap_tokens": max((request.max_tokens for request in engine.requests), default=0),
    }


def _tail(engine: WatchedEngine, codec: Any, n: int, seconds: float) -> dict[str, Any]:
    """When the engine had decoded 95 % of n valid rows: what comes after is the tail, whoever waits for what."""
    from tabsynth.codec.verdict import Rejected, Verdict

    closed: list[float] = []
    prompt = len(codec.prompt)
    requests = {request.request_id: request for request in engine.requests}
    for name, completion in engine.completions().items():
        scanner = codec.scanner()
        # A resumed request begins with what it had: after accepted records the scanner stands at a start anyway.
        for token in requests[name].prompt[prompt:]:
            scanner.push(token)
        for second, token in completion:
            verdict = scanner.push(token)
            if verdict is Verdict.ACCEPTED:
                closed.append(second)
            elif isinstance(verdict, Rejected):
                scanner.reset()
    closed.sort()
    need = int(TAIL * n + 0.999)
    reached = closed[need - 1] if len(closed) >= need else None
    return {
        "seconds_to_95_percent": None if reached is None else round(reached, 3),
        "tail_seconds": None if reached is None else round(seconds - reached, 3),
    }
