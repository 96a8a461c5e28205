"""An engine that replies from a script, so that users, tests and docs need no model."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence

from tabsynth.generator.engine.engine import Delta, Request, Sampling, check_requests


class ScriptedEngine:
    """Replies with prepared completions, `tokens_per_step` tokens a step.

    Args:
        reply: Called once a request, when it starts to decode, with its serial number and the seed at its
            submission; returns the whole completion.
        sampling: Only the stop tokens matter.
        capacity: Requests that decode side by side.
        context_tokens: Longest prompt plus completion.
        tokens_per_step: Tokens that each open request gets in a step.
        can_constrain: Whether requests may carry a grammar; the replies are the script's all the same.
        on_step: Plays faults: called with the number of the step, from 0, and its deltas; returns the deltas
            that the caller sees, or raises, or takes its time.
    """

    name = "scripted"

    def __init__(
        self,
        reply: Callable[[int, int], Sequence[int]],
        sampling: Sampling,
        *,
        capacity: int = 8,
        context_tokens: int = 2_048,
        tokens_per_step: int = 1,
        can_constrain: bool = False,
        on_step: Callable[[int, list[Delta]], list[Delta]] | None = None,
    ) -> None:
        self.capacity = capacity
        self.can_constrain = can_constrain
        self.decoded_tokens = 0
        self._reply = reply
        self._stop = frozenset(sampling.stop_tokens)
        self._context_tokens = context_tokens
        self._tokens_per_step = tokens_per_step
        self._on_step = on_step
        self._steps = 0
        self._seed = 0
        self._serial = 0
        # The first is taken out at every refill, which a plain dict does ever more slowly.
        self._waiting: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._running: dict[str, Iterator[Delta]] = {}
        """What each running request has yet to say."""

    def seed(self, number: int) -> None:
        """Start the random stream anew: replies see `number`, serial numbers restart."""
        self._seed, self._serial = number, 0

    def submit(self, requests: Sequence[Request]) -> None:
        """Take in requests.

        Raises:
            EngineError: Prompt and completion exceed the context, or a grammar cannot be followed.
        """
        check_requests(requests, self._context_tokens, self._running, self._waiting, can_constrain=self.can_constrain)
        for serial, request in enumerate(requests, self._serial):
            self._waiting[request.request_id] = (serial, self._seed, request.max_tokens)
        self._serial += len(requests)

    def step(self) -> list[Delta]:
        """Decode on for the first `capacity` open requests."""
        while self._waiting and len(self._running) < self.capacity:
            request_id, facts = self._waiting.popitem(last=False)
            self._running[request_id] = self._script(request_id, *facts)
        deltas = [next(script) for script in self._running.values()]
        for request_id in [delta.request_id for delta in deltas if delta.finish_reason is not None]:
            del self._running[request_id]
        self.decoded_tokens += sum([len(delta.tokens) for delta in deltas])
        if self._on_step is not None:
            self._steps += 1
            return self._on_step(self._steps - 1, deltas)
        return deltas

    def _script(self, request_id: str, serial: int, seed: int, max_tokens: int) -> Iterator[Delta]:
        completion = tuple(self._reply(serial, seed))[:max_tokens]
        if not self._stop.isdisjoint(completion):
            completion = completion[: 1 + next(at for at, token in enumerate(completion) if token in self._stop)]
        width, size = self._tokens_per_step, len(completion)
        for at in range(0, size - width, width):
            yield Delta(request_id, completion[at : at + width], None)
        stopped = size and completion[-1] in self._stop
        # What is left, from the last multiple of the width on.
        yield Delta(request_id, completion[max(0, size - 1) // width * width :], "stop" if stopped else "length")

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests."""
        for request_id in request_ids:
            self._waiting.pop(request_id, None)
            self._running.pop(request_id, None)

    def close(self) -> None:
        """Drop everything."""
        self._waiting.clear()
        self._running.clear()
