"""What every engine promises: the same test against the scripted one, transformers and vLLM."""

import importlib.util
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tabsynth.codec.table import TableCodec
from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, Engine, FinishReason, Request, Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.generator.engine.transformers import TransformersEngine
from tabsynth.generator.engine.watched import Watched

CONTEXT = 64
BEGIN, END = 0, 1
SAMPLING = Sampling(1.0, 1.0, (END,))
WITHOUT_VLLM = importlib.util.find_spec("vllm") is None


def reply(serial: int, seed: int) -> list[int]:
    """Records of two tokens until the end token, as the weights write them."""
    rng = np.random.default_rng([seed, serial])
    records = int(rng.integers(0, 6))
    return [token for _ in range(records) for token in (int(rng.integers(2, 6)), int(rng.integers(6, 8)))] + [END]


def open_one(name: str, folder: Path) -> Engine:
    if name == "scripted":
        return ScriptedEngine(reply, SAMPLING, context_tokens=CONTEXT)
    if name == "watched":
        return Watched(lambda: ScriptedEngine(reply, SAMPLING, context_tokens=CONTEXT))
    if name == "transformers":
        return TransformersEngine(folder, SAMPLING, CONTEXT)
    from tabsynth.generator.engine.vllm import VllmEngine

    return Watched(lambda: VllmEngine(folder, SAMPLING, CONTEXT))  # as it is run


# One engine for all tests: vLLM can be started only once or twice in a process.
@pytest.fixture(
    scope="session",
    params=[
        "scripted",
        "watched",
        "transformers",
        pytest.param(
            "vllm", marks=[pytest.mark.slow, pytest.mark.skipif(WITHOUT_VLLM, reason="vLLM is not installed")]
        ),
    ],
)
def shared_engine(request: pytest.FixtureRequest, merged_folder: Path) -> Iterator[Engine]:
    engine = open_one(request.param, merged_folder)
    yield engine
    engine.close()


@pytest.fixture
def engine(shared_engine: Engine) -> Iterator[Engine]:
    shared_engine.seed(11)
    yield shared_engine
    assert shared_engine.step() == []  # a test leaves nothing behind


def requests(count: int, max_tokens: int, start: int = 0) -> list[Request]:
    return [Request(str(start + number), (BEGIN,), max_tokens) for number in range(count)]


def drain(engine: Engine) -> tuple[dict[str, list[int]], dict[str, FinishReason]]:
    """Step until idle: tokens and finish reason of each request."""
    tokens: dict[str, list[int]] = defaultdict(list)
    reasons: dict[str, FinishReason] = {}
    while deltas := engine.step():
        for delta in deltas:
            assert delta.request_id not in reasons, "a finished request goes on"
            tokens[delta.request_id] += delta.tokens
            if delta.finish_reason is not None:
                reasons[delta.request_id] = delta.finish_reason
    return dict(tokens), reasons


def test_an_idle_engine_has_no_deltas(engine: Engine) -> None:
    assert engine.step() == []
    assert engine.step() == []


def test_it_decodes_side_by_side_and_has_a_name(engine: Engine) -> None:
    assert engine.capacity > 0
    assert engine.name in ("scripted", "transformers", "vllm")


def test_every_request_finishes_even_more_than_fit_side_by_side(engine: Engine) -> None:
    asked = requests(engine.capacity + 6, 12)
    engine.submit(asked)
    tokens, reasons = drain(engine)
    assert set(reasons) == set(tokens) == {request.request_id for request in asked}


def test_requests_can_come_while_others_are_open(engine: Engine) -> None:
    engine.submit(requests(3, 12))
    first = engine.step()
    engine.submit(requests(3, 12, start=3))
    _, reasons = drain(engine)
    done = {delta.request_id for delta in first if delta.finish_reason}
    assert set(reasons) | done == set("012345")


@pytest.mark.parametrize("cap", [1, 2, 7, CONTEXT - 1])
def test_a_completion_ends_at_a_stop_token_or_at_the_cap(engine: Engine, cap: int) -> None:
    engine.submit(requests(40, cap))
    tokens, reasons = drain(engine)
    for name, completion in tokens.items():
        assert 1 <= len(completion) <= cap
        assert END not in completion[:-1]
        if reasons[name] == "stop":
            assert completion[-1] == END
        else:
            assert completion[-1] != END and len(completion) == cap
    assert "stop" in reasons.values()
    assert cap > 7 or "length" in reasons.values()


def test_requests_may_have_caps_of_their_own(engine: Engine) -> None:
    engine.submit([Request("short", (BEGIN,), 2), Request("long", (BEGIN,), 20), Request("shortest", (BEGIN,), 1)])
    tokens, _ = drain(engine)
    assert (len(tokens["short"]) <= 2, len(tokens["shortest"])) == (True, 1)


def test_completions_are_what_the_model_may_write(engine: Engine, many_codec: TableCodec) -> None:
    engine.submit(requests(40, CONTEXT - 1))
    tokens, reasons = drain(engine)
    for name, completion in tokens.items():
        reading = many_codec.read(completion)
        assert reading.rejected == ([] if reasons[name] == "stop" else reading.rejected)
        ended = completion[-1] == END
        assert sum(map(len, reading.records)) + reading.rejected_tokens + ended == len(completion)


def test_the_same_seed_gives_the_same_tokens(engine: Engine) -> None:
    runs = []
    for seed in (5, 5, 6):
        engine.seed(seed)
        engine.submit(requests(20, 12))
        runs.append(drain(engine))
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_abort_ends_a_request_and_only_it(engine: Engine) -> None:
    engine.submit(requests(30, 40))
    seen: list[Delta] = engine.step()
    finished = {delta.request_id for delta in seen if delta.finish_reason}
    gone = sorted({"3", "17", "29"} - finished)
    engine.abort([*gone, "unknown"])
    tokens, reasons = drain(engine)
    assert not set(gone) & set(tokens)
    assert set(reasons) | finished == {str(number) for number in range(30)} - set(gone)


def test_all_can_be_aborted(engine: Engine) -> None:
    names = [request.request_id for request in requests(30, 40)]
    engine.submit(requests(30, 40))
    engine.abort(names)
    assert engine.step() == []
    engine.submit(requests(30, 40))
    engine.step()
    engine.abort(names)
    assert engine.step() == []


def test_a_name_can_be_used_again(engine: Engine) -> None:
    for _ in range(2):
        engine.submit(requests(2, 5))
        _, reasons = drain(engine)
        assert set(reasons) == {"0", "1"}


def test_its_own_count_of_tokens_holds_aborted_requests_too(engine: Engine) -> None:
    before = engine.decoded_tokens
    engine.submit(requests(30, 40))
    first = engine.step() + engine.step()
    engine.abort([str(number) for number in range(0, 30, 3)])
    tokens, _ = drain(engine)
    assert engine.decoded_tokens - before == sum(len(d.tokens) for d in first) + sum(map(len, tokens.values()))


def test_a_grammar_is_refused_by_an_engine_that_cannot_follow_it(engine: Engine) -> None:
    assert engine.can_constrain is False
    with pytest.raises(EngineError, match="cannot follow a grammar"):
        engine.submit([*requests(2, 4), Request("bound", (BEGIN,), 4, "root ::= [a-z]")])
    assert engine.step() == []  # all or none


def test_a_name_that_is_open_is_refused(engine: Engine) -> None:
    engine.submit(requests(2, 5))
    with pytest.raises(EngineError, match="same id"):
        engine.submit([Request("new", (BEGIN,), 5), Request("1", (BEGIN,), 5)])
    _, reasons = drain(engine)
    assert set(reasons) == {"0", "1"}


@pytest.mark.parametrize(("prompt", "max_tokens"), [(1, CONTEXT), (CONTEXT, 1), (CONTEXT + 10, 1)])
def test_a_request_beyond_the_context_is_refused(engine: Engine, prompt: int, max_tokens: int) -> None:
    with pytest.raises(EngineError):
        engine.submit([*requests(2, 4), Request("large", (BEGIN,) * prompt, max_tokens)])
    assert engine.step() == []  # all or none


def test_a_request_that_just_fits_is_taken(engine: Engine) -> None:
    engine.submit([Request("full", (BEGIN,) * (CONTEXT - 1), 1)])
    _, reasons = drain(engine)
    assert set(reasons) == {"full"}


def test_a_banned_token_is_never_written(engine: Engine) -> None:
    if engine.name == "scripted":
        pytest.skip("it says what its script says")
    engine.submit([Request(str(number), (BEGIN,), 12, banned=(3, 6)) for number in range(30)])
    tokens, _ = drain(engine)
    written = {token for completion in tokens.values() for token in completion}
    assert not written & {3, 6}
    assert {2, 4, 5, 7} <= written
