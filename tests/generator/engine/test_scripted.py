"""The scripted engine: replies step by step."""

import time

import pytest

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine

SAMPLING = Sampling(1.0, 1.0, (9,))


def engine(reply: list[int], **facts: int) -> ScriptedEngine:
    return ScriptedEngine(lambda serial, seed: reply, SAMPLING, **facts)


def ask(max_tokens: int = 10, name: str = "a") -> list[Request]:
    return [Request(name, (0,), max_tokens)]


def test_a_reply_comes_some_tokens_a_step() -> None:
    scripted = engine([1, 2, 9], tokens_per_step=2)
    scripted.submit(ask())
    assert scripted.step() == [Delta("a", (1, 2), None)]
    assert scripted.step() == [Delta("a", (9,), "stop")]
    assert scripted.step() == []


def test_a_reply_is_cut_at_a_stop_token_and_at_the_cap() -> None:
    scripted = engine([1, 9, 3, 4], tokens_per_step=8)
    scripted.submit([*ask(10, "a"), *ask(1, "b")])
    assert scripted.step() == [Delta("a", (1, 9), "stop"), Delta("b", (1,), "length")]


def test_an_empty_reply_ends_at_once() -> None:
    scripted = engine([])
    scripted.submit(ask())
    assert scripted.step() == [Delta("a", (), "length")]
    assert scripted.step() == []


def test_no_more_than_the_capacity_decode_side_by_side() -> None:
    scripted = engine([1, 9], capacity=2)
    scripted.submit([Request(name, (0,), 5) for name in "abc"])
    assert [delta.request_id for delta in scripted.step()] == ["a", "b"]
    assert [delta.request_id for delta in scripted.step()] == ["a", "b"]
    assert [delta.request_id for delta in scripted.step()] == ["c"]


def test_a_reply_knows_its_serial_number_and_the_seed() -> None:
    seen = []

    def reply(serial: int, seed: int) -> list[int]:
        seen.append((serial, seed))
        return [9]

    scripted = ScriptedEngine(reply, SAMPLING)
    scripted.seed(3)
    scripted.submit([*ask(name="a"), *ask(name="b")])
    scripted.seed(4)
    scripted.submit(ask(name="c"))
    assert scripted.step() and seen == [(0, 3), (1, 3), (0, 4)]


def test_replies_are_made_when_their_turn_comes() -> None:
    seen = []
    scripted = ScriptedEngine(lambda serial, seed: seen.append(serial) or [1, 9], SAMPLING, capacity=2)  # type: ignore[func-returns-value]
    scripted.submit([Request(name, (0,), 5) for name in "abcd"])
    assert seen == []
    scripted.step()
    assert seen == [0, 1]
    scripted.abort("ac")
    scripted.step()
    assert seen == [0, 1, 3]


def test_a_request_beyond_the_context_is_refused_by_its_size() -> None:
    with pytest.raises(EngineError, match="1 and 10 new tokens exceed the context of 8"):
        engine([9], context_tokens=8).submit(ask())


def test_closing_drops_everything() -> None:
    scripted = engine([1, 2])
    scripted.submit(ask())
    scripted.close()
    assert scripted.step() == []


def test_tokens_are_counted_and_those_never_decoded_are_not() -> None:
    scripted = engine([1, 2, 3, 9], tokens_per_step=3, capacity=1)
    scripted.submit([*ask(name="a"), *ask(name="b")])
    scripted.step()
    scripted.abort(["b"])
    assert scripted.decoded_tokens == 3
    scripted.step()
    assert (scripted.decoded_tokens, scripted.step()) == (4, [])


def test_a_grammar_is_taken_when_the_script_says_so() -> None:
    scripted = ScriptedEngine(lambda serial, seed: [9], SAMPLING, can_constrain=True)
    scripted.submit([Request("a", (0,), 3, "root ::= [a-z]")])
    assert scripted.step() == [Delta("a", (9,), "stop")]


def test_faults_are_played_step_by_step() -> None:
    def on_step(number: int, deltas: list[Delta]) -> list[Delta]:
        if number == 2:
            raise RuntimeError("dead")
        return [*deltas, Delta("nobody", (-1,), None)] if number else deltas

    scripted = ScriptedEngine(lambda serial, seed: [1, 2, 3, 9], SAMPLING, on_step=on_step)
    scripted.submit(ask())
    assert scripted.step() == [Delta("a", (1,), None)]
    assert scripted.step() == [Delta("a", (2,), None), Delta("nobody", (-1,), None)]
    with pytest.raises(RuntimeError, match="dead"):
        scripted.step()


def test_many_open_requests_cost_a_step_nothing() -> None:
    # Copying the open ids each step made this take minutes.
    scripted = engine([1] * 9 + [9], capacity=8)
    scripted.submit([Request(str(number), (0,), 20) for number in range(40_000)])
    started = time.perf_counter()
    steps = 0
    while scripted.step():
        steps += 1
    assert (steps, scripted.decoded_tokens) == (50_000, 400_000)
    assert time.perf_counter() - started < 20
