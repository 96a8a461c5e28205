"""A head that starts at given marginals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.table import TableCodec
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.private.batches import physical_batches
from tabsynth.trainer.private.head import start_head


def shares_of(codec: TableCodec, ids: np.ndarray) -> np.ndarray:
    counts = np.bincount(ids, minlength=codec.vocabulary.size) + 0.5
    state = codec.vocabulary.legal_state
    return counts / np.array([counts[state == own].sum() for own in state])


def mean_loss(model: Any, assembler: Assembler, codec: TableCodec) -> float:
    loss, count = LegalLoss(codec.vocabulary, folded=True, device="cpu"), len(assembler.records)
    with torch.inference_mode():
        batch = next(physical_batches(assembler, np.arange(count), count, "cpu"))
        return float(loss(model.eval(), batch)) / count


def test_the_loss_starts_near_the_entropy_of_the_marginals(
    tuned: Callable[[], Any], assembled: Callable[[int, int], Assembler], codec: TableCodec
) -> None:
    model, assembler = tuned(), assembled(200, 0)
    skewed = assembler.records.ids.reshape(200, -1)
    skewed[20:] = skewed[0]  # nine of ten rows alike
    shares = shares_of(codec, skewed.ravel())
    entropy = -np.log(shares[skewed.ravel()]).sum() / 200
    before = mean_loss(model, assembler, codec)
    start_head(model, codec.vocabulary, shares, codec.prompt, seed=0)
    after = mean_loss(model, assembler, codec)
    assert before > entropy + 3
    assert after < entropy + 0.15 * (before - entropy)


def test_noisy_and_negative_shares_do_no_harm(tuned: Callable[[], Any], codec: TableCodec) -> None:
    model = tuned()
    shares = np.random.default_rng(0).normal(0, 0.3, codec.vocabulary.size)
    start_head(model, codec.vocabulary, shares, codec.prompt, seed=0)
    assert all(bool(torch.isfinite(weight).all()) for weight in model.parameters())


def test_only_the_head_changes_and_no_hook_stays(tuned: Callable[[], Any], codec: TableCodec) -> None:
    model = tuned()
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    start_head(model, codec.vocabulary, np.full(codec.vocabulary.size, 0.1), codec.prompt, seed=0)
    changed = {name for name, weight in model.named_parameters() if not torch.equal(weight, before[name])}
    assert changed and all("lm_head.modules_to_save" in name for name in changed)
    assert not any(module._forward_pre_hooks for module in model.modules())
