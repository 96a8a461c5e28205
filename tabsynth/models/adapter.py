"""The LoRA adapter: put on a base, saved, loaded and merged. The only module that imports peft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tabsynth.artifact.metadata import LoraSettings

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def attach_adapter(model: PreTrainedModel, settings: LoraSettings, new_ids: list[int] | None) -> Any:
    """Return `model` with a fresh trainable adapter on all linear layers.

    Args:
        model: The base with its vocabulary already extended.
        settings: Rank and scale.
        new_ids: The vocabulary rows to train; None trains all embeddings and the head.
    """
    from peft import LoraConfig, get_peft_model

    tied = bool(model.config.tie_word_embeddings)
    rows: dict[str, Any] = {"modules_to_save": ["embed_tokens", "lm_head"]}
    if new_ids is not None:
        modules = ["embed_tokens"] if tied else ["embed_tokens", "lm_head"]
        rows = {"trainable_token_indices": {module: new_ids for module in modules}}
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=int(settings.alpha),
        target_modules="all-linear",
        exclude_modules=["lm_head"],
        task_type="CAUSAL_LM",
        **rows,
    )
    return get_peft_model(model, config)


def save_adapter(model: Any, folder: Path) -> None:
    """Write the adapter as safetensors."""
    model.save_pretrained(str(folder), safe_serialization=True, save_embedding_layers=False)


def merge_adapter(model: PreTrainedModel, folder: Path) -> PreTrainedModel:
    """Return plain weights: the base with the adapter in `folder` merged into it."""
    from peft import PeftModel

    merged: PreTrainedModel = PeftModel.from_pretrained(model, str(folder)).merge_and_unload()
    return merged
