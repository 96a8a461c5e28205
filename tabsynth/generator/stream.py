"""The streaming queue: fills exactly n rows from one queue of short requests. Knows engines and codecs; no files.

Every place in the queue owes a fixed number of rows and is resumed until it has them, so that nothing is decoded
beyond n and rows that finish early get no advantage: what is delivered is a plain sample of the valid records.
"""

from __future__ import annotations

import logging
import time
from collections import deque

from tabsynth.codec.codec import Codec
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.errors import EngineDiedError, EngineError
from tabsynth.generator.budget import PROBE_PROMPTS, record_quota
from tabsynth.generator.constraint import Constraint
from tabsynth.generator.draft import Draft
from tabsynth.generator.drawn import Drawn
from tabsynth.generator.engine.engine import Delta, Engine, Request
from tabsynth.generator.settings import GenerationSettings
from tabsynth.generator.stopping import Observed, Stop, stop_reason
from tabsynth.generator.tally import Tally
from tabsynth.generator.validator import Validator
from tabsynth.progress import Task

LOGGER = logging.getLogger("tabsynth")


class Stream:
    """One part in the making.

    Args:
        engine: Decodes; idle, and seeded.
        codec: Says what a record is.
        settings: What all parts share.
        constraint: Whether requests follow a grammar.
        part: Number of the part.
        num_rows: Rows to make.
        seed: Of the draws that rules make necessary.
    """

    def __init__(
        self,
        engine: Engine,
        codec: Codec,
        settings: GenerationSettings,
        constraint: Constraint,
        *,
        part: int,
        num_rows: int,
        seed: int,
    ) -> None:
        self._engine = engine
        self._codec = codec
        self._settings = settings
        self._constraint = constraint
        self._part = part
        self._num_rows = num_rows
        self._seed = seed
        self._prompt = tuple(codec.prompt)
        self._drafts: list[Draft] = []
        self._again: deque[Draft] = deque()
        """Drafts whose request has ended before they were done."""
        self._refused: deque[Draft] = deque()
        """Drafts whose request the engine refused; tried again when there is nothing else to do."""
        self._open: dict[str, Draft] = {}
        self._stale: list[str] = []
        """Requests that the engine still decodes and nobody needs."""
        self._assigned = self._delivered = 0
        self._barren = self._refusals = self._silent = 0
        self.tally = Tally()

    def run(self, task: Task, done_before: int) -> Stop | None:
        """Fill the part.

        Args:
            task: The bar, in rows.
            done_before: Rows of earlier parts.

        Returns:
            None, or why it gave up; what is there by then is in `drawn`.

        Raises:
            EngineError: The engine died or hangs.
        """
        started, counted = time.monotonic(), self._engine.decoded_tokens
        stop = None
        try:
            while self._delivered < self._num_rows and stop is None:
                self._refill()
                if self._open:
                    self._step()
                    task.update(done_before + self._delivered, self.tally.note(self._delivered))
                stop = self._stop()
        finally:
            self.tally.seconds = round(time.monotonic() - started, 3)
            self.tally.decoded_tokens = self._engine.decoded_tokens - counted
            # By name: Ctrl-C may come after the engine took a request in and before that was noted.
            self._engine.abort([*self._stale, *(self._name(draft) for draft in self._drafts if not draft.done)])
        return stop

    def _step(self) -> None:
        self._silent += 1
        for delta in self._engine.step():
            self._take(delta)
        self._drop_stale()

    def drawn(self) -> Drawn:
        """Return the rows so far in the order of submission, and what they cost."""
        if self._constraint.fallback is not None:
            self.tally.fallbacks = {self._constraint.fallback: 1}
        rows = [row for draft in self._drafts for row in draft.rows]
        return Drawn.of([record for record, _ in rows], [cells for _, cells in rows], self.tally)

    def _refill(self) -> None:
        """Keep as many requests open as the engine decodes side by side."""
        room = self._engine.capacity - len(self._open)
        if room <= 0:
            return
        batch: list[Draft] = []
        while len(batch) < room and (draft := self._next_draft()) is not None:
            batch.append(draft)
        if batch:
            self._submit(batch)

    def _next_draft(self) -> Draft | None:
        if self._again:
            return self._again.popleft()
        draft = self._new_draft()
        if draft is None and self._refused and not self._open:
            return self._refused.popleft()
        return draft

    def _new_draft(self) -> Draft | None:
        remaining = self._num_rows - self._assigned
        if remaining <= 0:
            return None
        place = len(self._drafts)
        quota = record_quota(remaining, self._engine.capacity, self._settings.statistics.records_per_example.max)
        validator = Validator(self._codec, self._settings.rules, (self._seed, place))
        draft = Draft(place, quota, validator, is_probe=place < PROBE_PROMPTS)
        self._assigned += quota
        self._drafts.append(draft)
        return draft

    def _submit(self, drafts: list[Draft]) -> None:
        requests = [self._request(draft) for draft in drafts]
        try:
            self._engine.submit(requests)
        except EngineDiedError:
            raise
        except EngineError:
            self._submit_singly(drafts, requests)
            return
        for draft, request in zip(drafts, requests, strict=True):
            self._opened(draft, request)

    def _submit_singly(self, drafts: list[Draft], requests: list[Request]) -> None:
        """Find out which request the engine refuses: that one is skipped and made again later."""
        for draft, request in zip(drafts, requests, strict=True):
            try:
                self._engine.submit([request])
            except EngineDiedError:
                raise
            except EngineError as error:
                self._refuse(draft, request, error)
            else:
                self._opened(draft, request)

    def _refuse(self, draft: Draft, request: Request, error: EngineError) -> None:
        if request.grammar is not None:
            self._constraint.give_up(f"the engine refuses the grammar: {error.message}")
            self._again.append(draft)
            return
        if draft.pending:
            self._reject(draft, Rejected(Reason.TRUNCATED, Stage.COMPLETION), 0)
        draft.start_afresh()  # what stood before may be what the engine cannot take
        self._refused.append(draft)
        self.tally.refused += 1
        self._refusals += 1
        LOGGER.warning("part %d: the engine refused the request at place %d (%s)", self._part, draft.place, error)

    def _opened(self, draft: Draft, request: Request) -> None:
        self._refusals = 0
        self._open[request.request_id] = draft
        draft.is_probe = False
        self.tally.requests += 1
        self.tally.prompt_tokens += len(request.prompt)
        self.tally.grammars += request.grammar is not None
        self.tally.probe_requests += draft.probes

    def _request(self, draft: Draft) -> Request:
        statistics = self._settings.statistics
        room = self._settings.cap_tokens - len(draft.chain) - len(draft.pending)
        if draft.is_stuck or (room < statistics.tokens_per_record.max and not draft.pending):
            draft.start_afresh()
            room = self._settings.cap_tokens
        draft.probes = draft.is_probe
        draft.attempts += 1
        # A grammar begins with a record, so it cannot go on inside one.
        grammar = None if draft.probes or draft.pending else self._constraint.grammar
        draft.has_grammar = grammar is not None
        draft.banned = draft.validator.foreign_closes if self._settings.bans else ()
        prompt = (*self._prompt, *draft.chain, *draft.pending)
        return Request(self._name(draft), prompt, max(1, room), grammar, draft.banned)

    def _name(self, draft: Draft) -> str:
        return f"{self._part}-{draft.place}-{draft.attempts}"

    def _take(self, delta: Delta) -> None:
        draft = self._open.get(delta.request_id)
        if draft is None:
            self.tally.strays += 1
            self.tally.surplus_tokens += len(delta.tokens)
            return
        ended = delta.finish_reason is not None
        if ended or delta.tokens:
            self._silent = 0
        is_over = ended
        for at, token in enumerate(delta.tokens):
            verdict = draft.validator.push(token)
            left = len(delta.tokens) - at - 1
            if verdict is Verdict.INCOMPLETE:
                draft.pending.append(token)
                if draft.banned and draft.validator.own_close in draft.banned:
                    # The next text has opened, which this request could never close.
                    self.tally.rejected_tokens += left
                    self._resume(delta.request_id, draft, ended)
                    return
                continue
            if verdict is Verdict.ACCEPTED:
                self._accept(draft, token)
                if draft.done:
                    self._finish(delta.request_id, ended, left)
                    return
            elif verdict is Verdict.ENDED:
                self.tally.structural_tokens += 1
                self.tally.surplus_tokens += left
                is_over = True
                break
            elif isinstance(verdict, Rejected):
                self._reject(draft, verdict, 1 + left)
                self._resume(delta.request_id, draft, ended)
                return
        # No engine should decode more than it was asked for; one that does must not go on for ever.
        if is_over or len(draft.chain) + len(draft.pending) > self._settings.cap_tokens:
            if draft.pending:
                self._reject(draft, Rejected(Reason.TRUNCATED, Stage.COMPLETION), 0)
            elif not draft.chained:
                self._barren += 1  # a model that ends without a record gets nowhere
            draft.start_afresh()
            self._resume(delta.request_id, draft, ended)

    def _accept(self, draft: Draft, token: int) -> None:
        draft.accept(token)
        self._delivered += 1
        self._barren = 0
        self.tally.free_valid += not draft.has_grammar
        self.tally.probe_valid += draft.probes
        if draft.probes:
            self._constraint.probed(valid=True)

    def _finish(self, request_id: str, ended: bool, left: int) -> None:
        self.tally.surplus_tokens += left
        del self._open[request_id]
        if not ended:
            self._stale.append(request_id)

    def _reject(self, draft: Draft, rejected: Rejected, tokens: int) -> None:
        self._barren += 1
        self.tally.reject(rejected.reason, rejected.stage, tokens + draft.roll_back())
        self.tally.free_rejected += not draft.has_grammar
        self.tally.probe_rejected += draft.probes
        if draft.probes:
            self._constraint.probed(valid=False)

    def _resume(self, request_id: str, draft: Draft, ended: bool) -> None:
        del self._open[request_id]
        self._again.append(draft)
        if not ended:
            self._stale.append(request_id)

    def _drop_stale(self) -> None:
        if self._stale:
            self._engine.abort(self._stale)
            self._stale = []

    def _stop(self) -> Stop | None:
        if self._delivered >= self._num_rows:
            return None
        if self._settings.is_over:
            return self._settings.time_is_over
        seen = Observed(
            valid=self._delivered,
            rejected=self.tally.rejected,
            barren=self._barren,
            refusals=self._refusals,
            silent_steps=self._silent,
        )
        return stop_reason(seen, self._engine.capacity)
