"""The engine for machines without vLLM: transformers' own forward pass with a key-value cache, slower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Delta, FinishReason, Request, Sampling, check_requests
from tabsynth.models.silence import no_weight_bars

CAPACITY = 64


@dataclass
class _Wave:
    """Requests that started together and share one key-value cache."""

    requests: list[Request]
    next_ids: Any
    cache: Any
    lengths: list[int] = field(default_factory=list)


class TransformersEngine:
    """Decodes waves of up to CAPACITY requests of equally long prompts.

    Args:
        folder: Merged weights.
        sampling: How tokens are drawn.
        context_tokens: Longest prompt plus completion.

    Raises:
        EngineError: The weights cannot be loaded.
    """

    name = "transformers"
    capacity = CAPACITY
    can_constrain = False

    def __init__(self, folder: Path, sampling: Sampling, context_tokens: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM

        try:
            with no_weight_bars():
                model = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32, local_files_only=True)
        except (OSError, ValueError) as error:
            raise EngineError(f"the model cannot be loaded ({type(error).__name__})", where=str(folder)) from None
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model: Any = model.to(self._device).eval()  # type: ignore[arg-type]
        self._sampling = sampling
        self._stop = frozenset(sampling.stop_tokens)
        self._context_tokens = context_tokens
        self._random = torch.Generator(self._device)
        self.decoded_tokens = 0
        self._open: set[str] = set()
        self._waiting: list[Request] = []
        self._wave: _Wave | None = None

    def seed(self, number: int) -> None:
        """Start the random stream anew."""
        self._random.manual_seed(number)

    def submit(self, requests: Sequence[Request]) -> None:
        """Take in requests.

        Raises:
            EngineError: Prompt and completion exceed the context, or one carries a grammar.
        """
        check_requests(requests, self._context_tokens, self._open, can_constrain=self.can_constrain)
        self._open.update(request.request_id for request in requests)
        self._waiting += requests

    def step(self) -> list[Delta]:
        """Decode one token for every request of the wave; a new wave starts when the last one is done."""
        import torch

        with torch.inference_mode():
            if self._wave is None:
                if not self._waiting:
                    return []
                self._wave = self._start()
            return self._decode(self._wave)

    def _start(self) -> _Wave:
        import torch

        length = len(self._waiting[0].prompt)
        chosen = [request for request in self._waiting if len(request.prompt) == length][: self.capacity]
        started = {request.request_id for request in chosen}
        self._waiting = [request for request in self._waiting if request.request_id not in started]
        prompts = torch.tensor([request.prompt for request in chosen], device=self._device)
        return _Wave(chosen, prompts, None, [0] * len(chosen))

    def _decode(self, wave: _Wave) -> list[Delta]:
        out = self._model(input_ids=wave.next_ids, past_key_values=wave.cache, use_cache=True)
        wave.cache = out.past_key_values
        logits = out.logits[:, -1].float()
        for row, request in enumerate(wave.requests):
            if request.banned:
                logits[row, list(request.banned)] = float("-inf")
        tokens = self._draw(logits)
        deltas, keep = [], []
        for row, (request, token) in enumerate(zip(wave.requests, tokens[:, 0].tolist(), strict=True)):
            wave.lengths[row] += 1
            reason: FinishReason | None = None
            if token in self._stop:
                reason = "stop"
            elif wave.lengths[row] >= request.max_tokens:
                reason = "length"
            deltas.append(Delta(request.request_id, (token,), reason))
            if reason is None:
                keep.append(row)
            else:
                self._open.discard(request.request_id)
        self.decoded_tokens += len(wave.requests)
        wave.next_ids = tokens
        self._keep(wave, keep)
        return deltas

    def _draw(self, logits: Any) -> Any:
        import torch

        probabilities = torch.softmax(logits / self._sampling.temperature, -1)
        if self._sampling.top_p < 1:
            ordered, order = probabilities.sort(dim=-1, descending=True)
            beyond = ordered.cumsum(-1) - ordered >= self._sampling.top_p
            probabilities = probabilities.masked_fill(torch.zeros_like(beyond).scatter(-1, order, beyond), 0.0)
        return torch.multinomial(probabilities, 1, generator=self._random)

    def _keep(self, wave: _Wave, rows: list[int]) -> None:
        import torch

        if not rows:
            self._wave = None
        elif len(rows) < len(wave.requests):
            index = torch.tensor(rows, device=self._device)
            wave.cache.batch_select_indices(index)
            wave.next_ids = wave.next_ids[index]
            wave.requests = [wave.requests[row] for row in rows]
            wave.lengths = [wave.lengths[row] for row in rows]

    def abort(self, request_ids: Sequence[str]) -> None:
        """Drop open requests at once."""
        gone = set(request_ids)
        self._open -= gone
        self._waiting = [request for request in self._waiting if request.request_id not in gone]
        if self._wave is not None:
            rows = [row for row, request in enumerate(self._wave.requests) if request.request_id not in gone]
            self._keep(self._wave, rows)

    def close(self) -> None:
        """Free the model."""
        self._wave, self._waiting, self._model = None, [], None
        self._open.clear()
