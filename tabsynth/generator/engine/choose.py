"""Which engine serves the merged weights."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Literal

from tabsynth.generator.engine.engine import Engine, Sampling
from tabsynth.generator.engine.watched import STEP_SECONDS, Watched


def open_engine(
    name: Literal["vllm", "transformers"] | None,
    folder: Path,
    sampling: Sampling,
    context_tokens: int,
    step_seconds: float = STEP_SECONDS,
) -> Watched:
    """Return an engine over the weights in `folder`, under watch.

    Args:
        name: Which engine; None takes vLLM where it is installed, else transformers.
        folder: Merged weights.
        sampling: How tokens are drawn.
        context_tokens: Longest prompt plus completion.
        step_seconds: Longest time that a step may take; the first may take longer.

    Raises:
        EngineError: The engine cannot start.
    """
    if name is None:
        name = "vllm" if importlib.util.find_spec("vllm") is not None else "transformers"

    def make() -> Engine:
        if name == "vllm":
            from tabsynth.generator.engine.vllm import VllmEngine

            return VllmEngine(folder, sampling, context_tokens)
        from tabsynth.generator.engine.transformers import TransformersEngine

        return TransformersEngine(folder, sampling, context_tokens)

    return Watched(make, step_seconds)
