"""The state of a private training after a whole step: weights, Adam's moments and the count, in one file.

What it holds was made from noised gradients alone, so it is covered by the promise; no loss, batch size or seed is in
it. Steps made after the last checkpoint of a killed training are lost with the process: no output ever depended on
them, so making them again with fresh subjects and fresh noise releases each step once, and the count is exact. A
checkpoint is used only where all numbers of the promise agree, since steps made with other noise would be counted
wrongly.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tabsynth.artifact.layout import write_file

FILE = "private.safetensors"
MOMENTS = ("exp_avg", "exp_avg_sq", "step")


class Checkpoint:
    """The one checkpoint of a training.

    Args:
        folder: Where it lies; None keeps none.
        facts: All numbers that the promise depends on; another set of them is another training.
    """

    def __init__(self, folder: Path | None, facts: dict[str, float]) -> None:
        self._file = None if folder is None else folder / FILE
        self._facts = facts

    def save(self, model: Any, optimizer: Any, steps: int) -> None:
        """Put the state after `steps` steps in the place of the one before."""
        from safetensors.torch import save_file

        if self._file is None:
            return
        tensors = {f"weight/{name}": weight.detach().cpu().contiguous() for name, weight in _trained(model).items()}
        for name, weight in _trained(model).items():
            state = optimizer.state.get(weight, {})
            tensors |= {f"{moment}/{name}": state[moment].cpu().contiguous() for moment in MOMENTS if moment in state}
        header = {"state": json.dumps({"steps": steps, "facts": self._facts})}
        write_file(self._file, lambda file: save_file(tensors, str(file), metadata=header))

    def load(self, model: Any, optimizer: Any) -> int:
        """Put a checkpoint of this training into `model` and `optimizer`; return its steps, 0 where there is none."""
        import torch
        from safetensors import SafetensorError, safe_open

        if self._file is None or not self._file.is_file():
            return 0
        try:
            with safe_open(str(self._file), framework="pt") as stored:
                state = json.loads(stored.metadata()["state"])
                tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - it cannot be iterated
        except (SafetensorError, OSError, ValueError, KeyError, TypeError):
            return 0
        trained = _trained(model)
        if state["facts"] != self._facts or any(f"weight/{name}" not in tensors for name in trained):
            return 0
        with torch.no_grad():
            for name, weight in trained.items():
                weight.copy_(tensors[f"weight/{name}"])
                found = {moment: tensors.get(f"{moment}/{name}") for moment in MOMENTS}
                # Adam keeps its count of steps on the CPU, its moments beside the weights.
                optimizer.state[weight] = {
                    moment: value if moment == "step" else value.to(weight.device)
                    for moment, value in found.items()
                    if value is not None
                }
        return int(state["steps"])


def _trained(model: Any) -> dict[str, Any]:
    return {name: weight for name, weight in model.named_parameters() if weight.requires_grad}
