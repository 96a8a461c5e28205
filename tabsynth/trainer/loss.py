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

        self._vocabulary = vocabulary
        self._vocabulary_size = vocabulary.size
        self._after = torch.from_numpy(vocabulary.next_state).to(device)
        legal = torch.from_numpy(vocabulary.legal_state)
        states = torch.arange(vocabulary.num_states)
        self._bias = torch.where(legal[None] == states[:, None], 0.0, float("-inf")).to(device) if folded else None
        self._texts = torch.from_numpy(vocabulary.texts_opened).to(device)
        self._first_close = int(vocabulary.first[-1])

    def __call__(self, model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the summed loss of all learned tokens of the batch, in nats."""
        import torch

        logits, targets, _ = self._learned(model, batch)
        return torch.nn.functional.cross_entropy(logits, targets, reduction="sum")

    def of_examples(self, model: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return the mean loss of the learned tokens of each example, in nats, shape (examples,)."""
        import torch

        logits, targets, learned = self._learned(model, batch)
        losses = torch.zeros(learned.shape, device=logits.device)
        losses[learned] = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
        return losses.sum(dim=1) / learned.sum(dim=1)

    def _learned(self, model: Any, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the logits of the learned tokens, illegal ones at -inf, their targets, and which tokens they are."""
        ids, targets = batch["input_ids"][:, :-1], batch["labels"][:, 1:]
        learned = targets != IGNORED
        logits = model(input_ids=ids, use_cache=False).logits[learned][:, : self._vocabulary_size].float()
        if self._bias is not None:
            logits = logits + self._bias[self._after[ids[learned]]]
            if self._vocabulary_size - self._first_close > 1:
                logits = self._close_own_text(logits, ids, learned)
        return logits, targets[learned], learned

    def _close_own_text(self, logits: torch.Tensor, ids: torch.Tensor, learned: torch.Tensor) -> torch.Tensor:
        """Leave of the tokens that close a text only the one that closes the text which was opened last.

        The previous token alone does not settle it, so the folded weights allow all of them; generation bans
        the wrong ones.
        """
        import torch

        texts = self._texts[ids]
        places = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        last = torch.where(texts >= 0, places, 0).cummax(dim=1).values
        opened = texts.gather(1, last)[learned]
        closes = torch.arange(self._vocabulary_size - self._first_close, device=ids.device)
        wrong = (closes[None] != opened[:, None]) & (opened[:, None] >= 0)
        wrong &= (self._after[ids[learned]] == self._vocabulary.text_state)[:, None]
        closing = logits[:, self._first_close :].masked_fill(wrong, float("-inf"))
        return torch.cat([logits[:, : self._first_close], closing], dim=1)
