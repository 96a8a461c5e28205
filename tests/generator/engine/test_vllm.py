"""The vLLM engine beyond the contract: without vLLM, under grammars, its count, its faults."""

import importlib.util
import re
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Request, Sampling
from tabsynth.generator.engine.vllm import VllmEngine, _control_tokens

CONTEXT = 64
BEGIN, END = 256, 257
SAMPLING = Sampling(1.0, 1.0, (END,))
LINES = 'root ::= line+\nline ::= word "," digit digit? "\\n"\nword ::= "red" | "green" | "blue"\ndigit ::= [0-9]\n'
LINE = re.compile(r"(red|green|blue),[0-9][0-9]?")
with_vllm = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:max_rollback_tokens:DeprecationWarning"),  # between vLLM and xgrammar
    pytest.mark.skipif(importlib.util.find_spec("vllm") is None, reason="vLLM is not installed"),
]


def write_byte_tokenizer(folder: Path) -> None:
    """The bytes as tokens 0 to 255, BEGIN and END, as GPT-2 writes bytes as letters."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {chr(byte): byte for byte in printable} | {chr(256 + at): byte for at, byte in enumerate(others)}
    backend = Tokenizer(models.BPE(vocab=letters, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens([AddedToken("<|begin|>", special=True), AddedToken("<|end|>", special=True)])
    assert (backend.token_to_id("<|begin|>"), backend.token_to_id("<|end|>")) == (BEGIN, END)
    PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|end|>").save_pretrained(str(folder))


@pytest.fixture(scope="module")
def byte_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Untrained weights that write any byte, BEGIN or END as likely as any other."""
    folder = tmp_path_factory.mktemp("bytes") / "weights"
    torch.manual_seed(0)
    facts: dict[str, Any] = {"vocab_size": 258, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1}
    config = LlamaConfig(num_attention_heads=1, bos_token_id=BEGIN, eos_token_id=END, **facts)
    LlamaForCausalLM(config).save_pretrained(str(folder))
    write_byte_tokenizer(folder)
    return folder


@pytest.fixture(scope="module")
def opened(byte_folder: Path) -> Iterator[VllmEngine]:
    engine = VllmEngine(byte_folder, SAMPLING, CONTEXT)
    yield engine
    engine.close()


@pytest.fixture
def engine(opened: VllmEngine) -> Iterator[VllmEngine]:
    opened.seed(5)
    yield opened
    assert opened.step() == []  # a test leaves nothing behind


def bound(count: int, grammar: str | None = LINES, cap: int = 40, start: int = 0) -> list[Request]:
    return [Request(str(number), (BEGIN,), cap, grammar) for number in range(start, start + count)]


def drain(engine: VllmEngine, requests: Sequence[Request]) -> dict[str, tuple[list[int], str]]:
    """Decode the requests: tokens and finish reason of each."""
    engine.submit(requests)
    tokens: dict[str, list[int]] = defaultdict(list)
    reasons: dict[str, str] = {}
    while deltas := engine.step():
        for delta in deltas:
            tokens[delta.request_id] += delta.tokens
            reasons |= {delta.request_id: delta.finish_reason} if delta.finish_reason else {}
    return {name: (tokens[name], reason) for name, reason in reasons.items()}


def test_without_vllm_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(EngineError, match=r"vLLM cannot be imported.*extra \[cpu\] or \[cuda\]"):
        VllmEngine(tmp_path, Sampling(1.0, 1.0, ()), 64)


def test_control_tokens_are_forbidden_but_for_those_that_end(byte_folder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(str(byte_folder))
    assert tokenizer.eos_token_id == END
    assert _control_tokens(tokenizer, SAMPLING) == {BEGIN: -100.0}


class TestUnderAGrammar:
    pytestmark = with_vllm

    def test_random_weights_write_legal_lines_only(self, engine: VllmEngine) -> None:
        assert engine.can_constrain
        done = drain(engine, bound(300))
        assert len(done) == 300
        ends = 0
        for tokens, reason in done.values():
            ended = tokens[-1] == END
            assert ended == (reason == "stop")
            *lines, rest = bytes(tokens[: len(tokens) - ended]).decode().split("\n")
            assert all(LINE.fullmatch(line) for line in lines)
            assert rest == "" if ended else any(LINE.fullmatch(rest + more) for more in _completions(rest))
            ends += ended and len(lines) > 0
        assert ends > 100  # the end token is legal after a line, and only there

    def test_a_wide_grammar_never_writes_a_control_token(self, engine: VllmEngine) -> None:
        done = drain(engine, bound(200, 'root ::= [^\\n]+ "\\n"'))
        for tokens, reason in done.values():
            assert BEGIN not in tokens and END not in tokens[:-1]
            bytes(tokens[: len(tokens) - (reason == "stop")]).decode("utf-8", errors="ignore")

    def test_free_requests_decode_beside_bound_ones(self, engine: VllmEngine) -> None:
        done = drain(engine, [*bound(20), *bound(20, None, start=20), *bound(20, 'root ::= "yes"', start=40)])
        texts = [bytes(token for token in done[str(at)][0] if token < BEGIN) for at in range(40)]
        bound_texts, free = texts[:20], texts[20:]
        assert all(LINE.match(text.decode()) for text in bound_texts)
        assert not any(LINE.match(text.decode(errors="replace")) for text in free)
        assert all(done[str(at)] == ([*b"yes", END], "stop") for at in range(40, 60))

    def test_how_long_a_grammar_compiles_changes_no_token(
        self, engine: VllmEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        manager = engine._client.engine_core.structured_output_manager
        real, pause, runs = manager._create_grammar, [0.0], []
        monkeypatch.setattr(manager, "_create_grammar", lambda request: time.sleep(pause[0]) or real(request))
        for pause[0] in (0.0, 0.01):
            engine.seed(3)
            runs.append(drain(engine, [*bound(20), *bound(20, None, start=20)]))
        assert runs[0] == runs[1]

    def test_a_grammar_that_does_not_compile_is_refused(
        self, engine: VllmEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(engine._client.engine_core.structured_output_manager, "_create_grammar", _raise)
            with pytest.raises(EngineError, match="vLLM refuses a request"):
                engine.submit([*bound(3, None), *bound(3, start=3)])
        assert engine.step() == []

    def test_a_grammar_is_parsed_and_compiled_once(self, engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        import xgrammar

        parsed: list[str] = []
        real = xgrammar.Grammar.from_ebnf
        monkeypatch.setattr(
            xgrammar.Grammar, "from_ebnf", lambda text, **more: parsed.append(text) or real(text, **more)
        )
        grammar = 'root ::= ("once" "\\n")+'
        drain(engine, bound(200, grammar))
        compiler = engine._client.engine_core.structured_output_manager.backend.compiler
        size = compiler.get_cache_size_bytes()
        drain(engine, bound(200, grammar))
        assert parsed == [grammar]
        assert compiler.get_cache_size_bytes() == size

    @pytest.mark.parametrize("grammar", ["root ::= [a-", "", "root ::= nowhere", "start: lark"])
    def test_what_vllm_refuses_is_an_engine_error_and_nothing_is_taken(self, engine: VllmEngine, grammar: str) -> None:
        with pytest.raises(EngineError, match="vLLM refuses a request"):
            engine.submit([*bound(3), *bound(1, grammar, start=3), *bound(3, start=4)])
        assert engine.step() == []
        assert len(drain(engine, bound(3))) == 3

    def test_bound_requests_can_be_aborted(self, engine: VllmEngine) -> None:
        engine.submit(bound(30))
        engine.step()
        engine.abort([str(number) for number in range(30)])
        assert engine.step() == []


class TestRobustness:
    pytestmark = with_vllm

    def test_a_token_that_does_not_exist_is_refused(self, engine: VllmEngine) -> None:
        for token in (-1, 258):
            with pytest.raises(EngineError, match="refuses"):
                engine.submit([*bound(2, None), Request("odd", (BEGIN, token), 4)])
            assert engine.step() == []

    def test_the_count_is_what_the_model_drew(self, engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        core = engine._client.engine_core
        drawn = [0]
        real = core.scheduler.update_from_output

        def spy(scheduled: Any, output: Any) -> Any:
            drawn[0] += sum(map(len, output.sampled_token_ids))
            return real(scheduled, output)

        monkeypatch.setattr(core.scheduler, "update_from_output", spy)
        before = engine.decoded_tokens
        engine.submit([*bound(40), *bound(300, None, start=40)])  # more than decode side by side
        for number in range(0, 340, 10):
            engine.step()
            engine.abort([str(number), str(number + 1)])
        while engine.step():
            pass
        assert engine.decoded_tokens - before == drawn[0] > 1_000

    def test_a_failed_step_can_be_cleaned_up_after(self, engine: VllmEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        engine.submit(bound(5))
        with monkeypatch.context() as patched:
            patched.setattr(engine._client, "get_output", _raise)
            patched.setattr(engine._client, "abort_requests", _raise)
            with pytest.raises(RuntimeError):
                engine.step()
            engine.abort(["0", "1", "2"])
        engine.abort(["3", "4"])
        assert engine.step() == []
        engine._client.abort_requests(list(engine._client.engine_core.scheduler.requests))


def _raise(*_: object) -> None:
    raise RuntimeError("broken")


def _completions(rest: str) -> list[str]:
    """What could go on from the start of a line."""
    return [line[len(rest) :] for word in ("red", "green", "blue") for line in (f"{word},1", f"{word},11", rest)]
