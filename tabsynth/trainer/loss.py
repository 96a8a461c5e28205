"""The loss over legal tokens: illegal ones are masked out, so the model spends nothing on learning the slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.trainer.dataset import IGNORED

if TYPE_CHECKING:
    import torch


class LegalLoss:
    """Cross-entropy in nats, restricted to the tokens that are legal after the previous one.

    `models.legal` folds the very same restriction into the weights that generation decodes with, so training
    and generation share one distribution.

    Args:
        vocabulary: Settles what is legal.
        folded: Whether generation will restrict tokens; without it the plain cross-entropy is right.
        device: Where the model is.
    """

    def __init__(self, vocabulary: Vocabulary, *, folded: bool, device: Any) -> None:
        import torch

        self._vocabulary_size = vocabulary.size
        self._after = torch.from_numpy(vocabulary.next_state).to(device)
        legal = torch.from_numpy(vocabulary.legal_state)
        states = torch.arange(vocabulary.num_states)
        self._bias = torch.where(legal[None] == states[:, None], 0.0, float("-inf")).to(device) if folded else None

    def __call__(self, model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the summed loss of all learned tokens of the batch, in nats."""
        import torch

        ids, targets = batch["input_ids"][:, :-1], batch["labels"][:, 1:]
        learned = targets != IGNORED
        logits = model(input_ids=ids, use_cache=False).logits[learned][:, : self._vocabulary_size].float()
        if self._bias is not None:
            logits = logits + self._bias[self._after[ids[learned]]]
        return torch.nn.functional.cross_entropy(logits, targets[learned], reduction="sum")
