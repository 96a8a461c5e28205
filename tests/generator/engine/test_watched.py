"""The watch: engines that hang, die and garble, and Ctrl-C while one is busy."""

import gc
import os
import signal
import threading
import time
import weakref
from collections.abc import Callable

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, Engine, Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.engine.watched import Watched

SAMPLING = Sampling(1.0, 1.0, (9,))
ASK = [Request("a", (0,), 10), Request("b", (0,), 10)]


def scripted(on_step: Callable[[int, list[Delta]], list[Delta]] | None = None) -> Callable[[], Engine]:
    return lambda: ScriptedEngine(lambda serial, seed: [1, 2, 9], SAMPLING, on_step=on_step)


def raising(error: BaseException, at: int = 1) -> Callable[[int, list[Delta]], list[Delta]]:
    def on_step(number: int, deltas: list[Delta]) -> list[Delta]:
        if number == at:
            raise error
        return deltas

    return on_step


def hanging(seconds: float, at: int = 1) -> Callable[[int, list[Delta]], list[Delta]]:
    def on_step(number: int, deltas: list[Delta]) -> list[Delta]:
        time.sleep(seconds if number == at else 0)
        return deltas

    return on_step


def test_every_call_runs_on_the_thread_that_made_the_engine() -> None:
    seen: list[int] = []

    class Noting(ScriptedEngine):
        def __init__(self) -> None:
            super().__init__(lambda serial, seed: [9], SAMPLING)
            seen.append(threading.get_ident())

        def __getattribute__(self, name: str) -> object:
            if name in ("seed", "submit", "step", "abort", "close"):
                seen.append(threading.get_ident()) if name != "step" else None
            return super().__getattribute__(name)

    watched = Watched(lambda: Noting())
    watched.seed(1)
    watched.submit(ASK)
    assert len(watched.step()) == 2
    assert len(set(seen)) == 1 and seen[0] != threading.get_ident()
    watched.close()


def test_a_step_that_takes_too_long_is_an_error_and_so_is_every_later_call() -> None:
    watched = Watched(scripted(hanging(3.0)), 0.2, 0.2)
    watched.submit(ASK)
    watched.step()
    with pytest.raises(EngineError, match=r"gave no answer for 0\.2 s.*new process"):
        watched.step()
    assert not watched.alive
    started = time.perf_counter()
    for call in (watched.step, lambda: watched.submit(ASK), lambda: watched.seed(1)):
        with pytest.raises(EngineError, match="gave no answer"):
            call()
    watched.abort(["a"])
    watched.close()
    assert time.perf_counter() - started < 0.2
    assert watched.decoded_tokens == 4  # known all the same


def test_the_start_and_the_first_step_may_take_longer() -> None:
    def slow() -> Engine:
        time.sleep(0.3)
        return scripted(hanging(0.3, at=0))()

    watched = Watched(slow, 0.1, 5.0)
    watched.submit(ASK)
    assert len(watched.step()) == 2
    assert len(watched.step()) == 2


def test_an_engine_that_never_starts_is_an_error() -> None:
    with pytest.raises(EngineError, match="gave no answer"):
        Watched(lambda: time.sleep(3), 0.1, 0.1)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize("error", [RuntimeError("cell 17"), MemoryError("cell 17"), SystemExit("cell 17")])
def test_a_failure_is_an_engine_error_that_quotes_nothing(error: BaseException) -> None:
    watched = Watched(scripted(raising(error)))
    watched.submit(ASK)
    watched.step()
    with pytest.raises(EngineError, match=rf"the engine failed \({type(error).__name__}\)") as caught:
        watched.step()
    assert "cell" not in str(caught.value)
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    with pytest.raises(EngineError, match="the engine failed"):
        watched.submit(ASK)
    watched.abort(["a"])
    watched.close()


def test_a_failing_start_is_an_engine_error() -> None:
    def broken() -> Engine:
        raise OSError("cell 17")

    with pytest.raises(EngineError, match=r"the engine failed \(OSError\)"):
        Watched(broken)


def test_a_refused_request_leaves_the_engine_alive() -> None:
    watched = Watched(scripted())
    with pytest.raises(EngineError, match="exceed the context"):
        watched.submit([Request("a", (0,), 10_000)])
    watched.submit(ASK)
    assert len(watched.step()) == 2


def test_garbage_is_handed_on_as_it_is() -> None:
    garbage = [Delta("nobody", (-1, 10**9), None), Delta("a", (), "stop")]
    watched = Watched(scripted(lambda number, deltas: garbage))
    watched.submit(ASK)
    assert watched.step() == garbage


def test_ctrl_c_gets_through_while_a_step_runs_and_its_answer_is_dropped() -> None:
    watched = Watched(scripted(hanging(0.5, at=0)))
    watched.submit(ASK)
    press = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    started = time.perf_counter()
    press.start()
    with pytest.raises(KeyboardInterrupt):
        watched.step()
    watched.abort(["a"])  # waits for nothing
    assert time.perf_counter() - started < 0.4
    assert watched.step() == [Delta("b", (2,), None)]  # not the step that was interrupted
    assert watched.step() == [Delta("b", (9,), "stop")]
    watched.close()


def test_a_closed_engine_says_so_and_its_thread_ends() -> None:
    watched = Watched(scripted())
    thread = watched._thread
    watched.close()
    watched.close()
    assert not thread.is_alive() and not watched.alive
    with pytest.raises(EngineError, match="closed"):
        watched.step()


def test_a_forgotten_engine_is_freed_with_its_thread() -> None:
    watched = Watched(scripted())
    watched.submit(ASK)
    watched.step()
    inner, thread = weakref.ref(watched._engine), watched._thread
    del watched
    gc.collect()
    thread.join(5)
    assert not thread.is_alive() and inner() is None


def test_an_interrupted_call_does_not_free_a_busy_engine_under_its_step() -> None:
    watched = Watched(scripted(hanging(0.3)))
    watched.submit(ASK)
    watched.step()
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        watched.step()
    watched.close()  # waits for the step, then closes
    assert not watched._thread.is_alive()
