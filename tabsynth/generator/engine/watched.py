"""An engine under watch: on a thread of its own, so that one that hangs is an error and not a hung run."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from tabsynth.errors import EngineDiedError, TabsynthError
from tabsynth.generator.engine.engine import Delta, Engine, Request

STEP_SECONDS = 600.0
FIRST_STEP_SECONDS = 1_800.0
"""Starting the engine and its first step, in which some engines still compile."""
CLOSE_SECONDS = 30.0
ADVICE = "generate again in a new process"

T = TypeVar("T")
_Call = tuple[int, Callable[[], Any]]
_Answer = tuple[int, Any, TabsynthError | str | None]


class Watched:
    """Runs an engine on one thread and gives up on it when it gives no answer.

    The engine is made on the thread that steps it: thread settings of torch and OpenMP hold for the thread that made
    them. Ctrl-C is let through while a call runs; its answer is then lost, so whoever catches Ctrl-C aborts what it
    has open. What the engine raises loses its message, which may quote cells, unless it is an error of tabsynth.
    After a time-out or a failure of the engine, every further call is an error at once.

    Args:
        factory: Makes the engine.
        step_seconds: Longest time that a call may take.
        first_step_seconds: The same for the start and the first step.

    Raises:
        EngineError: The engine cannot start.
    """

    def __init__(
        self,
        factory: Callable[[], Engine],
        step_seconds: float = STEP_SECONDS,
        first_step_seconds: float = FIRST_STEP_SECONDS,
    ) -> None:
        self._step_seconds = step_seconds
        self._first_step_seconds: float | None = max(step_seconds, first_step_seconds)
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._answers: SimpleQueue[_Answer] = SimpleQueue()
        self._ticket = 0
        self._failure: EngineDiedError | None = None
        self._hangs = False
        self._closed = False
        self._thread = threading.Thread(
            target=_serve, args=(self._calls, self._answers), name="tabsynth-engine", daemon=True
        )
        self._thread.start()
        # The thread holds no reference to this object, and ends with it.
        weakref.finalize(self, self._calls.put, None)
        self._engine: Engine = self._ask(factory, self._first_step_seconds)
        self.name = self._engine.name
        self.capacity = self._engine.capacity
        self.can_constrain = self._engine.can_constrain

    @property
    def decoded_tokens(self) -> int:
        """Tokens decoded since the engine started; known even of an engine that hangs."""
        return self._engine.decoded_tokens

    @property
    def alive(self) -> bool:
        """Whether the engine still takes requests."""
        return self._failure is None and not self._closed

    def seed(self, number: int) -> None:
        """Start the random stream anew."""
        self._ask(lambda: self._engine.seed(number), self._step_seconds)

    def submit(self, requests: Sequence[Request]) -> None:
        """Take in requests, all or none.

        Raises:
            EngineError: The engine refuses one, fails, or gives no answer.
        """
        self._ask(lambda: self._engine.submit(requests), self._step_seconds)

    def step(self) -> list[Delta]:
        """Decode on.

        Raises:
            EngineError: The engine fails or gives no answer.
        """
        seconds = self._first_step_seconds or self._step_seconds
        deltas = self._ask(self._engine.step, seconds)
        if deltas:
            self._first_step_seconds = None
        return deltas

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests, before any later call; does not wait for the engine."""
        if self.alive:
            names = list(request_ids)
            self._calls.put((0, lambda: self._engine.abort(names)))

    def close(self) -> None:
        """Free the model; an engine that hangs is left behind."""
        if self._closed:
            return
        self._closed = True
        self._calls.put((0, self._engine.close))
        self._calls.put(None)
        if not self._hangs:
            self._thread.join(min(CLOSE_SECONDS, self._step_seconds))

    def _ask(self, call: Callable[[], T], seconds: float) -> T:
        if self._failure is not None:
            raise EngineDiedError(self._failure.message, do=self._failure.do)
        if self._closed:
            raise EngineDiedError("the engine is closed")
        self._ticket += 1
        self._calls.put((self._ticket, call))
        ticket = 0
        # An answer to an earlier call is one that Ctrl-C did not wait for.
        while ticket != self._ticket:
            try:
                ticket, result, error = self._answers.get(timeout=seconds)
            except Empty:
                self._hangs = True
                self._failure = EngineDiedError(f"the engine gave no answer for {seconds:g} s", do=ADVICE)
                raise self._failure from None
        if error is None:
            answer: T = result
            return answer
        if isinstance(error, str):
            self._failure = error = EngineDiedError(f"the engine failed ({error})", do=ADVICE)
        raise error


def _serve(calls: SimpleQueue[_Call | None], answers: SimpleQueue[_Answer]) -> None:
    """Run calls until there is None. Calls without a ticket get no answer."""
    while (call := calls.get()) is not None:
        ticket, run = call
        result: Any = None
        error: TabsynthError | str | None = None
        try:
            result = run()
        except TabsynthError as known:
            error = known
        except BaseException as unknown:
            error = type(unknown).__name__
        if ticket:
            answers.put((ticket, result, error))
        del call, run, result, error
