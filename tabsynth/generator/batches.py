"""Batches of prompts whose completions are checked at their end: how peers generate, kept to compare with.

`batch` starts with a ten-prompt probe and caps completions; `full` starts with a hundred and caps at the context.
"""

from __future__ import annotations

import time

from tabsynth.codec.cells import Cell
from tabsynth.codec.codec import Codec
from tabsynth.codec.verdict import Rejected, Stage, Verdict
from tabsynth.generator.budget import next_prompts
from tabsynth.generator.drawn import Drawn
from tabsynth.generator.engine.engine import Engine, Request
from tabsynth.generator.settings import GenerationSettings
from tabsynth.generator.stopping import TRAIN_LONGER, Stop
from tabsynth.generator.tally import Tally
from tabsynth.generator.validator import Validator
from tabsynth.progress import Task

MAX_BARREN_BATCHES = 4
"""Batches in a row without a valid record after which generation gives up."""


class Batches:
    """One part in the making.

    Args:
        engine: Decodes; idle, and seeded.
        codec: Says what a record is.
        settings: What all parts share.
        part: Number of the part.
        num_rows: Rows to make.
        seed: Of the draws that rules make necessary.
    """

    def __init__(
        self, engine: Engine, codec: Codec, settings: GenerationSettings, *, part: int, num_rows: int, seed: int
    ) -> None:
        self._engine = engine
        self._codec = codec
        self._settings = settings
        self._part = part
        self._num_rows = num_rows
        self._validator = Validator(codec, settings.rules, (seed,))
        self._records: list[list[int]] = []
        self._cells: list[dict[int, Cell]] = []
        self._barren = 0
        self.tally = Tally()

    def run(self, task: Task, done_before: int) -> Stop | None:
        """Fill the part.

        Args:
            task: The bar, in rows.
            done_before: Rows of earlier parts.

        Returns:
            None, or why it gave up; what is there by then is in `drawn`.

        Raises:
            EngineError: The engine refuses a request, died or hangs.
        """
        started, counted = time.monotonic(), self._engine.decoded_tokens
        try:
            while size := self._next_size():
                self._run_batch(size, task, done_before)
                if self._barren >= MAX_BARREN_BATCHES:
                    return Stop(f"{self._barren} batches in a row held no valid record", TRAIN_LONGER)
                if self._settings.is_over and len(self._records) < self._num_rows:
                    return self._settings.time_is_over
        finally:
            self.tally.seconds = round(time.monotonic() - started, 3)
            self.tally.decoded_tokens = self._engine.decoded_tokens - counted
        return None

    def drawn(self) -> Drawn:
        """Return the rows so far in the order of submission, and what they cost."""
        surplus = self._records[self._num_rows :]
        self.tally.surplus = len(surplus)
        self.tally.surplus_tokens = sum(map(len, surplus))
        drawn = Drawn.of(self._records[: self._num_rows], self._cells[: self._num_rows], self.tally)
        counted = self.tally.delivered_tokens + self.tally.surplus_tokens + self.tally.rejected_tokens
        self.tally.structural_tokens = max(0, self.tally.decoded_tokens - counted)
        return drawn

    def _next_size(self) -> int:
        return next_prompts(
            self._num_rows,
            len(self._records),
            self.tally.requests,
            self._settings.max_prompts_per_batch,
            probe=self._settings.probes,
        )

    def _run_batch(self, size: int, task: Task, done_before: int) -> None:
        prompt, first = tuple(self._codec.prompt), self.tally.requests
        names = [f"{self._part}-{first + place}" for place in range(size)]
        completions: dict[str, list[int]] = {name: [] for name in names}
        before = len(self._records)
        per_prompt, finished = before / first if first else 1.0, 0
        try:
            self._engine.submit([Request(name, prompt, self._settings.cap_tokens) for name in names])
            while deltas := self._engine.step():
                for delta in deltas:
                    if delta.request_id not in completions:
                        self.tally.strays += 1
                        continue
                    completions[delta.request_id] += delta.tokens
                    finished += delta.finish_reason is not None
                task.update(done_before + min(self._num_rows, before + finished * per_prompt))
        except BaseException:
            # What was decoded is kept, and the engine is left idle for the next call.
            self._take(completions)
            self._engine.abort(names)
            raise
        self._take(completions)
        self._barren = 0 if len(self._records) > before else self._barren + 1
        if first == 0:
            self.tally.probe_requests, self.tally.probe_valid = size, len(self._records)
            self.tally.probe_rejected = self.tally.rejected
        task.update(done_before + min(self._num_rows, len(self._records)), self.tally.note(len(self._records)))

    def _take(self, completions: dict[str, list[int]]) -> None:
        # In the order of submission: records that finish early get no advantage.
        for completion in completions.values():
            reading = self._codec.read(completion)
            for reason in reading.rejected:
                self.tally.reject(reason, Stage.COMPLETION, 0)
            self.tally.rejected_tokens += reading.rejected_tokens
            for record in reading.records:
                self._check_rules(record)
        self.tally.requests += len(completions)
        self.tally.prompt_tokens += len(completions) * len(self._codec.prompt)
        self.tally.free_valid, self.tally.free_rejected = len(self._records), self.tally.rejected

    def _check_rules(self, record: list[int]) -> None:
        cells: dict[int, Cell] = {}
        if self._settings.rules:
            self._validator.reset()
            for token in record:
                verdict: Verdict | Rejected = self._validator.push(token)
                if isinstance(verdict, Rejected):
                    self.tally.reject(verdict.reason, verdict.stage, len(record))
                    return
            cells = self._validator.cells
        self._records.append(record)
        self._cells.append(cells)
