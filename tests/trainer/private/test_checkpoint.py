"""The state of a private training, saved and taken up."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open

from tabsynth.trainer.private.checkpoint import FILE, Checkpoint
from tabsynth.trainer.private.noise import noisy_adam
from tabsynth.trainer.private.settings import PrivateTraining

Promised = Callable[..., PrivateTraining]


def stepped(model: Any, privacy: PrivateTraining) -> Any:
    """The optimizer after one step of pure noise."""
    optimizer = optimizer_of(model, privacy)
    for weight in optimizer.params:
        weight.grad = torch.zeros_like(weight)
    optimizer.randomness = np.random.default_rng(0)
    optimizer.step()
    optimizer.zero_grad()
    return optimizer


def optimizer_of(model: Any, privacy: PrivateTraining) -> Any:
    return noisy_adam([weight for weight in model.parameters() if weight.requires_grad], privacy, 100)


def test_weights_moments_and_count_come_back(tuned: Callable[[], Any], promised: Promised, tmp_path: Path) -> None:
    model, other = tuned(), tuned()
    optimizer, fresh = stepped(model, promised()), optimizer_of(other, promised())
    Checkpoint(tmp_path, promised().facts).save(model, optimizer, 5)
    assert Checkpoint(tmp_path, promised().facts).load(other, fresh) == 5
    for (_, one), (_, two) in zip(model.named_parameters(), other.named_parameters(), strict=True):
        assert torch.equal(one, two)
        if one.requires_grad:
            assert all(torch.equal(optimizer.state[one][key], fresh.state[two][key]) for key in optimizer.state[one])
            assert fresh.state[two]["step"] == 1


def test_steps_under_another_promise_are_not_taken_up(
    tuned: Callable[[], Any], promised: Promised, tmp_path: Path
) -> None:
    model, other = tuned(), tuned()
    Checkpoint(tmp_path, promised().facts).save(model, stepped(model, promised()), 5)
    before = {name: weight.detach().clone() for name, weight in other.named_parameters()}
    noisier = Checkpoint(tmp_path, promised(noise_multiplier=2.0).facts)
    assert noisier.load(other, optimizer_of(other, promised())) == 0
    assert all(torch.equal(weight, before[name]) for name, weight in other.named_parameters())


def test_a_torn_file_is_no_checkpoint(tuned: Callable[[], Any], promised: Promised, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"torn")
    model = tuned()
    assert Checkpoint(tmp_path, promised().facts).load(model, optimizer_of(model, promised())) == 0


def test_without_a_folder_nothing_is_kept(tuned: Callable[[], Any], promised: Promised) -> None:
    model = tuned()
    checkpoint = Checkpoint(None, promised().facts)
    checkpoint.save(model, stepped(model, promised()), 5)
    assert checkpoint.load(model, optimizer_of(model, promised())) == 0


def test_nothing_but_weights_moments_and_the_promise_is_in_the_file(
    tuned: Callable[[], Any], promised: Promised, tmp_path: Path
) -> None:
    model = tuned()
    Checkpoint(tmp_path, promised().facts).save(model, stepped(model, promised()), 5)
    with safe_open(str(tmp_path / FILE), framework="pt") as stored:
        assert {name.split("/")[0] for name in stored.keys()} == {"weight", "exp_avg", "exp_avg_sq", "step"}  # noqa: SIM118
        assert set(stored.metadata()) == {"state"}
