"""The production engine: vLLM in-process, one scheduler step at a time. The only module that imports vllm."""

from __future__ import annotations

import gc
import json
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, FinishReason, Request, Sampling, check_context

CPU_CAPACITY = 32
SMALL_MODEL_CAPACITY = 256
SMALL_MODEL_PARAMETERS = 2e7
GPU_CAPACITY = 256
BLOCK_TOKENS = 32
"""Tokens of a cache block: prompts shorter than a block are never shared between requests."""


class VllmEngine:
    """vLLM over a folder of plain weights.

    Args:
        folder: Merged weights.
        sampling: How tokens are drawn.
        context_tokens: Longest prompt plus completion.

    Raises:
        EngineError: vLLM cannot be imported or cannot load the weights.
    """

    name = "vllm"

    def __init__(self, folder: Path, sampling: Sampling, context_tokens: int) -> None:
        # Both must be set before vLLM is imported: it computes on one thread otherwise, and a child process
        # would make an abort asynchronous.
        os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
        os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
        os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
        os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")
        os.environ.setdefault("VLLM_DO_NOT_TRACK", "1")
        try:
            with _no_startup_warnings():
                from vllm import LLM, SamplingParams
                from vllm.sampling_params import RequestOutputKind
        except ImportError as error:
            raise EngineError(
                f"vLLM cannot be imported ({error.name})", do="install the extra [cpu] or [cuda]"
            ) from None
        facts = json.loads((folder / "config.json").read_text())
        self.capacity = _capacity(facts)
        self._context_tokens = context_tokens
        try:
            with _no_startup_warnings():
                self._llm: Any = LLM(
                    str(folder),
                    skip_tokenizer_init=True,
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
        self._engine = self._llm.llm_engine
        self._params: Callable[[int], Any] = lambda max_tokens: SamplingParams(
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            max_tokens=max_tokens,
            stop_token_ids=list(sampling.stop_tokens),
            ignore_eos=True,
            detokenize=False,
            output_kind=RequestOutputKind.DELTA,
            skip_clone=True,
        )

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
        check_context(requests, self._context_tokens)
        prompts = [{"prompt_token_ids": list(request.prompt)} for request in requests]
        rendered = self._engine.renderer.render_cmpl(prompts)
        try:
            for request, prompt in zip(requests, rendered, strict=True):
                self._engine.add_request(request.request_id, prompt, self._params(request.max_tokens))
        except ValueError as error:
            raise EngineError(f"vLLM refuses a request ({type(error).__name__})") from None

    def step(self) -> list[Delta]:
        """Decode on: one scheduler step."""
        deltas: list[Delta] = []
        while not deltas and self._engine.has_unfinished_requests():
            for output in self._engine.step():
                part = output.outputs[0]
                reason: FinishReason | None = None
                if output.finished:
                    reason = "stop" if part.finish_reason == "stop" else "length"
                deltas.append(Delta(output.request_id, tuple(part.token_ids), reason))
        return deltas

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests at once."""
        self._engine.abort_request(list(request_ids))

    def close(self) -> None:
        """Free the model."""
        self._engine.engine_core.shutdown()
        del self._engine, self._llm
        gc.collect()


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
