"""The production engine: vLLM in-process, one scheduler step at a time. The only module that imports vllm.

Requests go straight to vLLM's engine core, and its outputs are read there: `LLMEngine` above it builds text, log
probabilities and a public output object for every token, of which tables need only the ids. Its own front end still
checks the sampling parameters, once for each cap and grammar.
"""

from __future__ import annotations

import copy
import gc
import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from tabsynth.cores import num_cores
from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, FinishReason, Request, Sampling, check_requests

CPU_CAPACITY = 32
SMALL_MODEL_CAPACITY = 256
SMALL_MODEL_PARAMETERS = 2e7
GPU_CAPACITY = 256
BLOCK_TOKENS = 32
"""Tokens of a cache block: prompts shorter than a block are never shared between requests."""
LEAST_BIAS = -100.0
"""The least that vLLM takes: makes a token as unlikely as never."""
MAX_TEMPLATES = 4096
"""Checked requests that are kept for copying; a grammar of its own for every request would pile them up."""


class VllmEngine:
    """vLLM over a folder of plain weights.

    Requests may carry a grammar where the folder holds a `tokenizer.json` whose end-of-text token is one of the stop
    tokens: a completion may end there, and nowhere else.

    `decoded_tokens` adds up what vLLM's core reports, before anything is looked up or dropped here. Tokens that an
    asynchronous scheduler (on a GPU) had in flight for a request that was aborted are no part of it: vLLM throws
    them away itself.

    Args:
        folder: Merged weights.
        sampling: How tokens are drawn.
        context_tokens: Longest prompt plus completion.

    Raises:
        EngineError: vLLM cannot be imported or cannot load the weights.
    """

    name = "vllm"

    def __init__(self, folder: Path, sampling: Sampling, context_tokens: int) -> None:
        LLM, self._make_params = _import_vllm(sampling)
        facts = json.loads((folder / "config.json").read_text())
        self.capacity = _capacity(facts)
        self.decoded_tokens = 0
        self._context_tokens = context_tokens
        self._vocabulary = int(facts["vocab_size"])
        self._serials = count()
        self._internal: dict[str, str] = {}
        self._external: dict[str, str] = {}
        self._templates: dict[tuple[int, str | None, tuple[int, ...]], Any] = {}
        has_tokenizer = (folder / "tokenizer.json").is_file()
        try:
            with _no_startup_warnings():
                self._llm: Any = LLM(
                    str(folder),
                    skip_tokenizer_init=not has_tokenizer,
                    structured_outputs_config={"backend": "xgrammar"},
                    # Its end tokens would count as legal ends of a grammar without ending the completion.
                    generation_config="vllm",
                    dtype=_dtype(facts),
                    max_model_len=context_tokens,
                    max_num_seqs=self.capacity,
                    max_num_batched_tokens=max(4096, context_tokens),
                    kv_cache_memory_bytes=_cache_bytes(facts, self.capacity, context_tokens),
                    block_size=BLOCK_TOKENS if _on_cpu() else None,
                    enforce_eager=_on_cpu(),
                    seed=0,
                    use_tqdm_on_load=False,
                )
        except Exception as error:
            raise EngineError(f"vLLM cannot load the model ({type(error).__name__})", where=str(folder)) from None
        self._client: Any = self._llm.llm_engine.engine_core
        self.can_constrain, self._forbidden = False, dict[int, float]()
        if has_tokenizer:
            tokenizer = self._llm.get_tokenizer()
            self.can_constrain = tokenizer.eos_token_id in sampling.stop_tokens
            self._forbidden = _control_tokens(tokenizer, sampling)

    def seed(self, number: int) -> None:
        """Start the random stream anew: in-process, vLLM draws from torch's global generator."""
        import torch

        torch.manual_seed(number)

    def submit(self, requests: Sequence[Request]) -> None:
        """Take in requests.

        Raises:
            EngineError: vLLM refuses one, for example because it exceeds the context.
        """
        # vLLM itself would cut a completion short at the end of the context.
        check_requests(requests, self._context_tokens, self._internal, can_constrain=self.can_constrain)
        core = self._client.engine_core
        try:
            # All are checked, and their grammars compiled, before the scheduler sees the first.
            ready = [core.preprocess_add_request(self._core_request(request)) for request in requests]
            for made, _ in ready:
                _wait_for_grammar(made)
        except Exception as error:
            raise EngineError(f"vLLM refuses a request ({type(error).__name__})") from None
        for request, (made, wave) in zip(requests, ready, strict=True):
            core.add_request(made, wave)
            self._internal[request.request_id] = made.request_id
            self._external[made.request_id] = request.request_id

    def _core_request(self, request: Request) -> Any:
        if not 0 <= min(request.prompt) <= max(request.prompt) < self._vocabulary:
            raise ValueError("a prompt token is not in the vocabulary")
        key = (request.max_tokens, request.grammar, request.banned)
        if key not in self._templates:
            if len(self._templates) >= MAX_TEMPLATES:
                self._templates.clear()
            self._templates[key] = self._checked(request)
        made = copy.copy(self._templates[key])
        # An id of its own: a caller may use a name again while vLLM still holds the tokens of its last bearer.
        made.request_id = str(next(self._serials))
        made.prompt_token_ids = list(request.prompt)
        return made

    def _checked(self, request: Request) -> Any:
        """What vLLM's front end makes of a request."""
        engine = self._llm.llm_engine
        (prompt,) = engine.renderer.render_cmpl([{"prompt_token_ids": list(request.prompt)}])
        return engine.input_processor.process_inputs(
            request.request_id, prompt, self._make_params(request, self._forbidden), engine.get_supported_tasks()
        )

    def step(self) -> list[Delta]:
        """Decode on: one scheduler step.

        Raises:
            EngineError: vLLM gives a request up.
        """
        deltas: list[Delta] = []
        while not deltas and self._internal:
            for output in self._client.get_output().outputs:
                self.decoded_tokens += len(output.new_token_ids)
                name = self._external.get(output.request_id)
                if name is None:
                    continue
                reason: FinishReason | None = None
                if output.finish_reason is not None:
                    reason = _REASONS.get(str(output.finish_reason))
                    del self._internal[name], self._external[output.request_id]
                    if reason is None:
                        raise EngineError(f"vLLM gave a request up ({output.finish_reason})")
                deltas.append(Delta(name, tuple(output.new_token_ids), reason))
        return deltas

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests at once."""
        gone = [self._internal.pop(name) for name in request_ids if name in self._internal]
        for internal in gone:
            del self._external[internal]
        if gone:
            # After a failed step the scheduler may be in no state to drop anything; the requests are gone here.
            with suppress(Exception):
                self._client.abort_requests(gone)

    def close(self) -> None:
        """Free the model."""
        if self._llm is not None:
            with suppress(Exception):
                self._client.shutdown()
            self._client = self._llm = None
            self._internal.clear()
            self._external.clear()
            self._templates.clear()
            gc.collect()


_REASONS: dict[str, FinishReason] = {"stop": "stop", "length": "length"}


def _import_vllm(sampling: Sampling) -> tuple[Any, Callable[[Request, dict[int, float]], Any]]:
    """Return vLLM's entry class, and what makes sampling parameters of a request and of biases under a grammar."""
    # Both must be set before vLLM is imported: it computes on one thread otherwise, and a child process
    # would make an abort asynchronous.
    os.environ.setdefault("OMP_NUM_THREADS", str(num_cores()))
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
    os.environ.setdefault("VLLM_DO_NOT_TRACK", "1")
    try:
        with _no_startup_warnings():
            from vllm import LLM, SamplingParams
            from vllm.sampling_params import StructuredOutputsParams
    except ImportError as error:
        raise EngineError(f"vLLM cannot be imported ({error.name})", do="install the extra [cpu] or [cuda]") from None

    def params(request: Request, bias: dict[int, float]) -> Any:
        grammar = request.grammar
        bias = (bias if grammar is not None else {}) | dict.fromkeys(request.banned, LEAST_BIAS)
        return SamplingParams(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=request.max_tokens,
            stop_token_ids=list(sampling.stop_tokens),
            ignore_eos=True,
            detokenize=False,
            skip_clone=True,
            structured_outputs=None if grammar is None else StructuredOutputsParams(grammar=grammar),
            logit_bias=bias or None,
        )

    return LLM, params


def _control_tokens(tokenizer: Any, sampling: Sampling) -> dict[int, float]:
    """Biases that keep a completion under a grammar free of control tokens.

    To xgrammar the token `<|begin|>` is nine characters of text: wherever a grammar lets any text stand, it would be
    legal.
    """
    special = [number for number, token in tokenizer.added_tokens_decoder.items() if token.special]
    return {number: LEAST_BIAS for number in special if number not in sampling.stop_tokens}


def _wait_for_grammar(made: Any) -> None:
    """Block until the grammar of a request is compiled.

    vLLM compiles on a thread of its own and starts the request whenever that is done: which step that is would
    depend on the clock, and with it every token that is drawn later.

    Raises:
        ValueError: It does not compile.
    """
    wanted = made.structured_output_request
    if wanted is None:
        return
    while not wanted.is_grammar_ready:
        time.sleep(1e-4)
    if isinstance(wanted.grammar, Exception):
        raise ValueError("the grammar does not compile")


@contextmanager
def _no_startup_warnings() -> Iterator[None]:
    """Hide what vLLM and torch warn of at every start: their own deprecations, and that Triton is not there."""
    triton = logging.getLogger("torch._library.triton")
    level = triton.level
    triton.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        triton.setLevel(level)


def _on_cpu() -> bool:
    from vllm.platforms import current_platform

    return bool(current_platform.is_cpu())


def _parameters(facts: dict[str, Any]) -> float:
    hidden = float(facts["hidden_size"])
    inner = float(facts.get("intermediate_size") or 4 * hidden)
    return float(facts["num_hidden_layers"]) * (4 * hidden * hidden + 3 * hidden * inner)


def _capacity(facts: dict[str, Any]) -> int:
    if not _on_cpu():
        return GPU_CAPACITY
    return SMALL_MODEL_CAPACITY if _parameters(facts) < SMALL_MODEL_PARAMETERS else CPU_CAPACITY


def _dtype(facts: dict[str, Any]) -> str:
    # A small model is bound by overhead, not by arithmetic, and float32 keeps its distribution exact.
    return "float32" if _parameters(facts) < SMALL_MODEL_PARAMETERS else "bfloat16"


def _cache_bytes(facts: dict[str, Any], capacity: int, context_tokens: int) -> int:
    """Room for every sequence at full length, at most 4 GiB; vLLM would otherwise take most of the memory."""
    heads = facts.get("num_key_value_heads") or facts["num_attention_heads"]
    head_size = facts.get("head_dim") or facts["hidden_size"] // facts["num_attention_heads"]
    width = 4 if _dtype(facts) == "float32" else 2
    per_token = 2 * facts["num_hidden_layers"] * heads * head_size * width
    rounded = -(-context_tokens // BLOCK_TOKENS) * BLOCK_TOKENS
    return int(min(4 << 30, max(64 << 20, per_token * rounded * (capacity + 1))))
