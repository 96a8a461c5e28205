"""The sum of clipped per-example gradients, by Opacus's ghost clipping. Knows no data, no noise and no optimizer.

Ghost clipping (Li et al. 2022, "Large language models can be strong differentially private learners") takes the norm of
each example's gradient from what enters and leaves a layer, without ever holding that gradient: a first backward pass
finds the norms, a second one the gradient of the losses weighted by ``min(1, C / norm)``. Memory is that of plain
training, whatever the vocabulary.
"""

from __future__ import annotations

import warnings
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tabsynth.errors import ConfigError

if TYPE_CHECKING:
    import torch

ROUNDING = 1e-3
"""Gradients are clipped to this share less than the bound: sums in float32 must not carry one beyond it."""


class ClippedGradients:
    """Adds clipped gradients to ``.grad`` of every trainable weight, while it is open.

    Args:
        model: In training mode; all that is trained must be weights of linear layers and embeddings.
        max_grad_norm: L2 bound of one example's gradient over all weights together.

    Raises:
        ConfigError: Something else is trained, whose gradients nobody would clip.
    """

    def __init__(self, model: Any, max_grad_norm: float) -> None:
        import torch
        from opacus.grad_sample import GradSampleHooksFastGradientClipping

        _require_clippable(model)
        self._weights = [weight for weight in model.parameters() if weight.requires_grad]
        bound = max_grad_norm * (1 - ROUNDING)
        self._contiguous = [
            module.register_forward_pre_hook(lambda _, inputs: tuple(ids.contiguous() for ids in inputs))
            for module in model.modules()
            if isinstance(module, torch.nn.Embedding)  # Opacus views their ids in another shape
        ]
        self._hooks = GradSampleHooksFastGradientClipping(model, loss_reduction="sum", max_grad_norm=bound)

    def add(self, losses: torch.Tensor) -> None:
        """Add the gradients of some examples.

        Args:
            losses: A loss an example, shape (examples,), each of its example alone; just computed by the model.
        """
        import torch

        with warnings.catch_warnings():
            # An embedding has no inputs that gradients could flow to: those of its outputs are what is asked for.
            warnings.filterwarnings("ignore", message="Full backward hook is firing")
            # The hooks note the norms in this pass; its own gradients, which nothing has clipped, are dropped.
            torch.autograd.grad(losses.sum(), self._weights, retain_graph=True)
            weights = self._hooks.get_clipping_coef()
            self._hooks.disable_hooks()
            (weights * losses).sum().backward()
            self._hooks.enable_hooks()

    def __enter__(self) -> Self:
        """Start with gradients of 0, which a step without examples keeps."""
        self.clear()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Take the hooks off the model."""
        self._hooks.cleanup()
        for handle in self._contiguous:
            handle.remove()

    def clear(self) -> None:
        """Forget what was added."""
        import torch

        for weight in self._weights:
            weight.grad = torch.zeros_like(weight)


def _require_clippable(model: Any) -> None:
    """Refuse a model with trainable weights that ghost clipping would not see or would see twice."""
    import torch

    seen: set[int] = set()
    for name, module in model.named_modules():
        own = [weight for weight in module.parameters(recurse=False) if weight.requires_grad]
        shared = any(id(weight) in seen for weight in own)
        seen.update(id(weight) for weight in own)
        if own and (shared or type(module) not in (torch.nn.Linear, torch.nn.Embedding)):
            raise ConfigError(
                f"per-example gradients of {type(module).__name__} cannot be bounded",
                where=name or "model",
                do="use model='tabsynth-mini' with epsilon",
            )
