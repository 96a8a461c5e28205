"""The tiny table of the trainer's tests, a tiny model, and settings of a private training."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from tabsynth.artifact.metadata import LoraSettings
from tabsynth.codec.table import TableCodec
from tabsynth.models.adapter import attach_adapter
from tabsynth.models.mini import build_mini
from tabsynth.trainer.private.settings import PrivateTraining


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def tuned(codec: TableCodec) -> Callable[[], Any]:
    """Make a tiny model with an adapter that is no longer at its start, where half of its gradients are 0."""

    def make() -> Any:
        torch.manual_seed(0)
        model = attach_adapter(build_mini(codec, 32, 1, seed=0), LoraSettings(rank=4, alpha=4.0), None)
        with torch.no_grad():
            for name, weight in model.named_parameters():
                if "lora_B" in name:
                    weight.normal_(0, 0.1)
        return model.train()

    return make


@pytest.fixture
def promised() -> Callable[..., PrivateTraining]:
    """Make the settings of a small private training; numbers by name."""

    def make(**numbers: Any) -> PrivateTraining:
        settings: dict[str, Any] = {
            "noise_multiplier": 1.0,
            "sampling_rate": 0.2,
            "steps": 6,
            "learning_rate": 4e-3,
            "physical_batch": 16,
        }
        return PrivateTraining(**settings | numbers)

    return make
