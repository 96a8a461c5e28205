"""Clipped gradients against gradients computed one example at a time by autograd, in double precision."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from tabsynth.artifact.metadata import LoraSettings
from tabsynth.assembler.assembler import Assembler
from tabsynth.codec.table import TableCodec
from tabsynth.errors import ConfigError
from tabsynth.models.adapter import attach_adapter
from tabsynth.models.mini import build_mini
from tabsynth.trainer.loss import LegalLoss
from tabsynth.trainer.private.batches import physical_batches
from tabsynth.trainer.private.gradients import ROUNDING, ClippedGradients

MakeModel = Callable[[], Any]
Batch = dict[str, torch.Tensor]


def trained(model: Any) -> list[torch.Tensor]:
    return [weight for weight in model.parameters() if weight.requires_grad]


def flat(model: Any) -> torch.Tensor:
    return torch.cat([weight.grad.flatten().double() for weight in trained(model)])


def summed(model: Any, batches: list[Batch], bound: float, loss: LegalLoss) -> torch.Tensor:
    """What is tested: the clipped sum over batches."""
    with ClippedGradients(model, bound) as gradients:
        for batch in batches:
            gradients.add(loss.of_examples(model, batch))
    return flat(model)


def one_by_one(model: Any, batch: Batch, loss: LegalLoss) -> torch.Tensor:
    """Plain gradients of single examples, shape (examples, weights)."""
    rows = []
    for at in range(len(batch["input_ids"])):
        single = {name: values[at : at + 1] for name, values in batch.items()}
        found = torch.autograd.grad(loss.of_examples(model, single).sum(), trained(model))
        rows.append(torch.cat([gradient.flatten().double() for gradient in found]))
    return torch.stack(rows)


def ragged(assembler: Assembler, codec: TableCodec, count: int) -> Batch:
    """A batch whose examples end after different numbers of tokens, so that some are padded."""
    batch = next(physical_batches(assembler, np.arange(count), count, "cpu"))
    for row in range(count):
        batch["labels"][row, 2 + row % 4 :] = -100
        batch["input_ids"][row, 2 + row % 4 :] = codec.vocabulary.end
    return batch


@pytest.fixture
def loss(codec: TableCodec) -> LegalLoss:
    return LegalLoss(codec.vocabulary, folded=True, device="cpu")


@pytest.mark.parametrize("bound", [1e-3, 0.3, 3.0, 100.0])
def test_the_sum_is_that_of_gradients_clipped_one_by_one(
    tuned: MakeModel, assembled: Callable[[int, int], Assembler], codec: TableCodec, loss: LegalLoss, bound: float
) -> None:
    model, batch = tuned(), ragged(assembled(24, 0), codec, 24)
    apart = one_by_one(model, batch, loss)
    share = (bound * (1 - ROUNDING) / apart.norm(dim=1)).clamp(max=1.0)
    expected = (share[:, None] * apart).sum(dim=0)
    found = summed(model, [batch], bound, loss)
    assert (found - expected).norm() <= 2e-4 * expected.norm()


def test_the_bounds_of_the_test_above_clip_all_some_and_none(
    tuned: MakeModel, assembled: Callable[[int, int], Assembler], codec: TableCodec, loss: LegalLoss
) -> None:
    norms = one_by_one(tuned(), ragged(assembled(24, 0), codec, 24), loss).norm(dim=1)
    assert 0.3 < norms.min() < 3.0 < norms.max() < 100.0


@pytest.mark.parametrize("bound", [1e-3, 0.1, 1.0, 3.0])
def test_no_example_ever_adds_more_than_the_bound(
    tuned: MakeModel, assembled: Callable[[int, int], Assembler], loss: LegalLoss, bound: float
) -> None:
    model, assembler = tuned(), assembled(40, 1)
    with torch.no_grad():
        for weight in trained(model):
            weight.mul_(3.0)  # large weights, large gradients
    for record in range(40):
        batches = list(physical_batches(assembler, np.array([record]), 1, "cpu"))
        assert float(summed(model, batches, bound, loss).norm()) <= bound


def test_a_neighbouring_table_moves_the_sum_by_at_most_the_bound(
    tuned: MakeModel, assembled: Callable[[int, int], Assembler], loss: LegalLoss
) -> None:
    model, assembler, bound = tuned(), assembled(30, 2), 0.5
    whole = summed(model, list(physical_batches(assembler, np.arange(30), 7, "cpu")), bound, loss)
    for left_out in range(0, 30, 5):
        others = np.delete(np.arange(30), left_out)
        without = summed(model, list(physical_batches(assembler, others, 7, "cpu")), bound, loss)
        assert float((whole - without).norm()) <= bound


def test_physical_batches_change_nothing(
    tuned: MakeModel, assembled: Callable[[int, int], Assembler], loss: LegalLoss
) -> None:
    model, assembler = tuned(), assembled(30, 2)
    sums = [
        summed(model, list(physical_batches(assembler, np.arange(30), size, "cpu")), 1.0, loss) for size in (1, 8, 30)
    ]
    assert (sums[0] - sums[1]).norm() <= 1e-5 * sums[0].norm()
    assert (sums[0] - sums[2]).norm() <= 1e-5 * sums[0].norm()


def test_no_examples_add_nothing(tuned: MakeModel, loss: LegalLoss) -> None:
    model = tuned()
    assert torch.equal(summed(model, [], 1.0, loss), torch.zeros(sum(weight.numel() for weight in trained(model))))


def test_the_model_is_left_without_hooks(
    tuned: MakeModel, assembled: Callable[[int, int], Assembler], loss: LegalLoss
) -> None:
    model = tuned()
    summed(model, list(physical_batches(assembled(4, 0), np.arange(4), 4, "cpu")), 1.0, loss)
    assert not any(
        module._forward_hooks or module._forward_pre_hooks or module._backward_hooks for module in model.modules()
    )
    assert not any(hasattr(weight, "grad_sample") for weight in model.parameters())


def test_weights_outside_of_linear_layers_and_embeddings_are_refused(tuned: MakeModel) -> None:
    model = tuned()
    norm = next(module for module in model.modules() if "RMSNorm" in type(module).__name__)
    norm.weight.requires_grad_(True)
    with pytest.raises(ConfigError, match=r"RMSNorm cannot be bounded\. Use model='tabsynth-mini'"):
        ClippedGradients(model, 1.0)


def test_single_rows_of_an_embedding_as_pretrained_bases_train_them_are_refused(codec: TableCodec) -> None:
    model = attach_adapter(build_mini(codec, 32, 1, seed=0), LoraSettings(rank=4, alpha=4.0), [2, 3])
    with pytest.raises(ConfigError, match="Use model='tabsynth-mini'"):
        ClippedGradients(model.train(), 1.0)


def test_a_weight_that_two_layers_share_is_refused() -> None:
    first, second = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)
    second.weight = first.weight
    with pytest.raises(ConfigError, match="cannot be bounded"):
        ClippedGradients(torch.nn.Sequential(first, second), 1.0)
