"""When training ends, and which weights it keeps. Watches the holdout loss; knows no data."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Stop = Literal["epochs", "minutes", "early_stop"]
PATIENCE = 4
WARMUP = 0.03
FINAL_RATE = 0.02
ANNEAL_FROM = 0.1
"""Share of the training after which the learning rate falls."""
PLATEAU_RATE = 0.3
"""What the rate drops to, as a share of its peak, when the holdout loss no longer gets better."""
PLATEAU_LENGTH = 0.5
"""How long it then falls, per length of what came before."""


@dataclass
class Clock:
    """How far training has come, by steps or by time, whichever is further, and the learning rate there.

    The rate rises shortly, stays, and falls along half a cosine. When the holdout loss no longer gets better before
    that, it drops and falls faster, so that small tables are not overfitted at a high rate.

    Attributes:
        max_steps: Steps of all epochs.
        max_seconds: Wall time allowed, or None.
        before: Seconds that earlier, interrupted runs of this training took.
        anneal_from: Share at which the rate begins to fall.
        peak: The rate from which it falls.
        end: Share at which training ends.
    """

    max_steps: int
    max_seconds: float | None
    before: float = 0.0
    anneal_from: float = ANNEAL_FROM
    peak: float = 1.0
    end: float = 1.0
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Wall time so far, interrupted runs included."""
        return self.before + time.monotonic() - self.started

    def share(self, step: int) -> float:
        """Return the share of the training that is done, 0..1."""
        by_steps = step / max(1, self.max_steps)
        by_time = self.seconds / self.max_seconds if self.max_seconds else 0.0
        return min(1.0, max(by_steps, by_time))

    @property
    def has_dropped(self) -> bool:
        """Whether a plateau has brought the end forward."""
        return self.peak < 1.0

    def drop(self, step: int) -> None:
        """Let the rate drop and fall from now on."""
        share = self.share(step)
        self.anneal_from, self.peak = share, PLATEAU_RATE
        self.end = min(1.0, share * (1 + PLATEAU_LENGTH))

    def rate(self, step: int) -> float:
        """Return the learning rate as a share of its peak."""
        share = self.share(step)
        warm = min(1.0, (share + 1e-3) / WARMUP)
        fallen = (share - self.anneal_from) / max(1e-9, self.end - self.anneal_from)
        if fallen < 0:
            return warm
        return warm * self.peak * (FINAL_RATE + (1 - FINAL_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, fallen))))


class BestWeights:
    """Keeps a copy of the trainable weights that had the lowest holdout loss.

    Args:
        patience: Evaluations without a better loss after which training ends.
    """

    def __init__(self, patience: int = PATIENCE) -> None:
        self.loss: float | None = None
        self.weights: dict[str, Any] = {}
        self._patience = patience
        self._since = 0

    def offer(self, loss: float, model: Any) -> bool:
        """Keep the weights of `model` if `loss` is the lowest so far; return whether it still gets better."""
        if math.isfinite(loss) and (self.loss is None or loss < self.loss):
            self.loss, self._since = loss, 0
            self.weights = {
                name: weight.detach().cpu().clone() for name, weight in model.named_parameters() if weight.requires_grad
            }
        else:
            self._since += 1
        return self._since < self._patience

    def wait_again(self) -> None:
        """Count anew the evaluations without a better loss."""
        self._since = 0

    def restore(self, model: Any) -> None:
        """Put the best weights back into `model`."""
        import torch

        with torch.no_grad():
            for name, weight in model.named_parameters():
                if name in self.weights:
                    weight.copy_(self.weights[name])

    def save(self, file: Path) -> None:
        """Write the best weights as safetensors."""
        from safetensors.torch import save_file

        if self.weights:
            save_file(self.weights, str(file))

    def load(self, file: Path, loss: float | None) -> None:
        """Read what `save` wrote."""
        from safetensors.torch import load_file

        self.loss, self.weights = loss, load_file(str(file)) if file.is_file() else {}
