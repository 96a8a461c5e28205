"""An engine that replies from a script, so that users, tests and docs need no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tabsynth.generator.engine.engine import Delta, Request, Sampling, check_context


class ScriptedEngine:
    """Replies with prepared completions, `tokens_per_step` tokens a step.

    Args:
        reply: Called once a request with its serial number and the seed; returns the whole completion.
        sampling: Only the stop tokens matter.
        capacity: Requests that decode side by side.
        context_tokens: Longest prompt plus completion.
        tokens_per_step: Tokens that each open request gets in a step.
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
    ) -> None:
        self.capacity = capacity
        self._reply = reply
        self._stop = frozenset(sampling.stop_tokens)
        self._context_tokens = context_tokens
        self._tokens_per_step = tokens_per_step
        self._seed = 0
        self._serial = 0
        self._open: dict[str, tuple[list[int], int]] = {}

    def seed(self, number: int) -> None:
        """Start the random stream anew: replies see `number`, serial numbers restart."""
        self._seed, self._serial = number, 0

    def submit(self, requests: Sequence[Request]) -> None:
        """Take in requests.

        Raises:
            EngineError: Prompt and completion exceed the context.
        """
        check_context(requests, self._context_tokens)
        for request in requests:
            completion = list(self._reply(self._serial, self._seed))
            self._serial += 1
            stops = [at for at, token in enumerate(completion) if token in self._stop]
            if stops:
                completion = completion[: stops[0] + 1]
            self._open[request.request_id] = (completion[: request.max_tokens], 0)

    def step(self) -> list[Delta]:
        """Decode on for the first `capacity` open requests."""
        deltas = []
        for request_id in list(self._open)[: self.capacity]:
            completion, at = self._open[request_id]
            tokens = tuple(completion[at : at + self._tokens_per_step])
            at += len(tokens)
            done = at >= len(completion)
            if done:
                del self._open[request_id]
            else:
                self._open[request_id] = (completion, at)
            stopped = bool(tokens) and tokens[-1] in self._stop
            deltas.append(Delta(request_id, tokens, ("stop" if stopped else "length") if done else None))
        return deltas

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests."""
        for request_id in request_ids:
            self._open.pop(request_id, None)

    def close(self) -> None:
        """Drop everything."""
        self._open.clear()
