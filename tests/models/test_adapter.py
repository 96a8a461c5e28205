"""The adapter: attached, saved, merged."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaForCausalLM

from tabsynth.artifact.metadata import LoraSettings
from tabsynth.codec.table import TableCodec
from tabsynth.models.adapter import attach_adapter, merge_adapter, save_adapter
from tabsynth.models.mini import build_mini

SETTINGS = LoraSettings(rank=4, alpha=4.0)
TOKENS = torch.tensor([[0, 3, 7, 11, 20], [1, 2, 21, 5, 22]])
NEW_IDS = [20, 21, 22]


def logits(model: Any) -> torch.Tensor:
    model.eval()
    with torch.inference_mode():
        out: torch.Tensor = model(input_ids=TOKENS).logits
    return out


def shaken(model: Any) -> Any:
    """Train for a moment, without a loss."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.requires_grad:
                weight += 0.1 * torch.randn(weight.shape, generator=generator)
    return model


def check_merge(make_base: Callable[[], Any], new_ids: list[int] | None, folder: Path) -> None:
    before = logits(make_base())
    tuned = shaken(attach_adapter(make_base(), SETTINGS, new_ids))
    expected = logits(tuned)
    save_adapter(tuned, folder)
    merged = merge_adapter(make_base(), folder)
    torch.testing.assert_close(logits(merged), expected, atol=1e-4, rtol=1e-4)
    assert not torch.allclose(expected, before, atol=1e-2)
    assert type(merged) is type(make_base())


def test_merging_an_adapter_on_the_mini_equals_the_unmerged_model(
    table_codec: Callable[..., TableCodec], tmp_path: Path
) -> None:
    codec = table_codec()
    check_merge(lambda: build_mini(codec, 64, 2, seed=0), None, tmp_path / "adapter")


@pytest.mark.parametrize("tied", [True, False])
def test_merging_an_adapter_on_a_pretrained_base_equals_the_unmerged_model(
    tiny_llama: Callable[..., LlamaForCausalLM], tmp_path: Path, tied: bool
) -> None:
    check_merge(lambda: tiny_llama(23, tied=tied), NEW_IDS, tmp_path / "adapter")


@pytest.mark.parametrize("tied", [True, False])
def test_only_the_new_rows_of_a_pretrained_vocabulary_are_trained(
    tiny_llama: Callable[..., LlamaForCausalLM], tmp_path: Path, tied: bool
) -> None:
    before = tiny_llama(23, tied=tied).get_input_embeddings().weight.detach().clone()
    save_adapter(shaken(attach_adapter(tiny_llama(23, tied=tied), SETTINGS, NEW_IDS)), tmp_path / "adapter")
    merged = merge_adapter(tiny_llama(23, tied=tied), tmp_path / "adapter")
    for module in (merged.get_input_embeddings(), merged.get_output_embeddings()):
        rows = module.weight.detach()
        if module is merged.get_input_embeddings() or tied:
            assert torch.equal(rows[:20], before[:20])
            assert not torch.allclose(rows[20:], before[20:])


def test_a_fresh_adapter_changes_nothing_and_trains_little(tiny_llama: Callable[..., LlamaForCausalLM]) -> None:
    base = tiny_llama(23, tied=False)
    expected = logits(base)
    model = attach_adapter(base, SETTINGS, NEW_IDS)
    torch.testing.assert_close(logits(model), expected, atol=1e-5, rtol=1e-5)
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert trained and all("lora_" in name or "token_adapter" in name for name in trained)
    assert sum("lora_A" in name for name in trained) == 2 * 7  # all linear layers of two blocks


def test_an_adapter_is_saved_without_pickle(tiny_llama: Callable[..., LlamaForCausalLM], tmp_path: Path) -> None:
    folder = tmp_path / "adapter"
    save_adapter(attach_adapter(tiny_llama(23, tied=True), SETTINGS, NEW_IDS), folder)
    names = {file.name for file in folder.rglob("*") if file.is_file()}
    assert {"adapter_config.json", "adapter_model.safetensors"} <= names
    assert not any(name.endswith((".bin", ".pt", ".pth", ".pkl")) for name in names)
