"""The generator: batches of prompts until exactly n valid records are there. Knows engines and codecs, no frames."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tabsynth.artifact.metadata import TokenStatistics
from tabsynth.codec.codec import Codec
from tabsynth.codec.records import Records
from tabsynth.config import Config
from tabsynth.errors import GenerationError
from tabsynth.generator.budget import generation_cap_tokens, next_prompts
from tabsynth.generator.engine.engine import Engine, Request
from tabsynth.generator.summary import GenerationSummary
from tabsynth.progress import Progress, Task
from tabsynth.seeds import Seeds

MAX_BARREN_BATCHES = 4
"""Batches in a row without a valid record after which generation gives up."""


@dataclass(frozen=True)
class Generated:
    """Exactly the records asked for, and what they cost."""

    records: Records
    summary: GenerationSummary


@dataclass
class _Tally:
    """What the batches so far have brought."""

    records: list[list[int]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    prompts: int = 0
    decoded_tokens: int = 0
    rejected_tokens: int = 0
    barren: int = 0
    probe_records_per_prompt: float | None = None


class Generator:
    """Makes exactly n valid records.

    Args:
        engine: Decodes.
        codec: Reads completions.
        statistics: What training left: prompt length, longest example, context.
        config: Schedule, cap multiplier, batch limit.
    """

    def __init__(self, engine: Engine, codec: Codec, statistics: TokenStatistics, config: Config) -> None:
        self._engine = engine
        self._codec = codec
        self._config = config
        self._statistics = statistics
        self.cap_tokens = cap_of(statistics, config)

    def generate(
        self,
        num_rows: int,
        seeds: Seeds,
        *,
        progress: Progress,
        rescue: Callable[[Records], Path],
    ) -> Generated:
        """Make `num_rows` records.

        Args:
            num_rows: Rows to make, 1 or more.
            seeds: The same seeds give the same records.
            progress: Where the bar goes.
            rescue: Puts the records so far on disk when the rest cannot be made; returns the file.

        Raises:
            GenerationError: Batch after batch held no valid record.
        """
        tally, started = _Tally(), time.monotonic()
        self._engine.seed(seeds.number("generator"))
        try:
            with progress.task("generate", num_rows) as task:
                while size := self._next_size(num_rows, tally):
                    self._run_batch(size, num_rows, tally, task)
        except BaseException:
            # Ctrl-C or a broken engine: what is done is worth keeping.
            if tally.records:
                rescue(Records.of(tally.records[:num_rows]))
            raise
        if len(tally.records) < num_rows:
            raise self._failure(num_rows, tally, rescue)
        return Generated(
            Records.of(tally.records[:num_rows]), self._summary(num_rows, tally, time.monotonic() - started)
        )

    def _next_size(self, num_rows: int, tally: _Tally) -> int:
        if tally.barren >= MAX_BARREN_BATCHES:
            return 0
        return next_prompts(
            num_rows,
            len(tally.records),
            tally.prompts,
            self._config.max_prompts_per_batch,
            probe=self._config.schedule != "full",
        )

    def _run_batch(self, size: int, num_rows: int, tally: _Tally, task: Task) -> None:
        prompt = tuple(self._codec.prompt)
        names = [str(tally.prompts + place) for place in range(size)]
        self._engine.submit([Request(name, prompt, self.cap_tokens) for name in names])
        completions: dict[str, list[int]] = {name: [] for name in names}
        per_prompt = len(tally.records) / tally.prompts if tally.prompts else 1.0
        finished, before = 0, len(tally.records)
        try:
            while deltas := self._engine.step():
                for delta in deltas:
                    completions[delta.request_id] += delta.tokens
                    finished += delta.finish_reason is not None
                task.update(min(num_rows, len(tally.records) + finished * per_prompt))
        except BaseException:
            # What was decoded is kept, and the engine is left idle for the next call.
            self._take(completions, tally)
            self._engine.abort(names)
            raise
        self._take(completions, tally)
        tally.barren = 0 if len(tally.records) > before else tally.barren + 1
        if tally.probe_records_per_prompt is None:
            tally.probe_records_per_prompt = len(tally.records) / tally.prompts
        task.update(min(num_rows, len(tally.records)), f"{_share(tally):.0%} valid")

    def _take(self, completions: dict[str, list[int]], tally: _Tally) -> None:
        # In the order of submission: records that finish early get no advantage.
        for completion in completions.values():
            reading = self._codec.read(completion)
            tally.records += reading.records
            tally.reasons.update(reading.rejected)
            tally.rejected_tokens += reading.rejected_tokens
            tally.decoded_tokens += len(completion)
        tally.prompts += len(completions)

    def _summary(self, num_rows: int, tally: _Tally, seconds: float) -> GenerationSummary:
        tokens = [len(record) for record in tally.records]
        delivered, surplus = sum(tokens[:num_rows]), sum(tokens[num_rows:])
        return GenerationSummary(
            num_rows=num_rows,
            num_valid=len(tally.records),
            rejected={str(reason): count for reason, count in sorted(tally.reasons.items())},
            schedule=self._config.schedule,
            engine=self._engine.name,
            cap_tokens=self.cap_tokens,
            prompts=tally.prompts,
            prompt_tokens=tally.prompts * self._statistics.prompt_tokens,
            decoded_tokens=tally.decoded_tokens,
            delivered_tokens=delivered,
            rejected_tokens=tally.rejected_tokens,
            surplus_tokens=surplus,
            structural_tokens=tally.decoded_tokens - delivered - surplus - tally.rejected_tokens,
            probe_records_per_prompt=tally.probe_records_per_prompt or 0.0,
            seconds=round(seconds, 3),
        )

    @staticmethod
    def _failure(num_rows: int, tally: _Tally, rescue: Callable[[Records], Path]) -> GenerationError:
        saved = rescue(Records.of(tally.records)) if tally.records else None
        top = ", ".join(f"{reason} {count}" for reason, count in tally.reasons.most_common(3))
        return GenerationError(
            f"{len(tally.records)} of {num_rows} rows after {tally.prompts} prompts; rejected: {top or 'none'}",
            num_valid=len(tally.records),
            num_requested=num_rows,
            reasons=tally.reasons,
            saved_to=saved,
            where="generate",
            do="train longer (max_minutes= or max_epochs=)"
            + (f"; the valid rows so far are in {saved}" if saved else ""),
        )


def cap_of(statistics: TokenStatistics, config: Config) -> int:
    """Return how many tokens a completion may have under this config's schedule."""
    return generation_cap_tokens(
        None if config.schedule == "full" else statistics.max_tokens_per_example,
        statistics.prompt_tokens,
        statistics.context_tokens,
        config.max_tokens_multiplier,
    )


def _share(tally: _Tally) -> float:
    total = len(tally.records) + sum(tally.reasons.values())
    return len(tally.records) / total if total else 0.0
