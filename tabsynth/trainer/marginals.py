"""A head that starts at the marginals: before the first step, each slot's tokens already have their shares.

Training then spends its steps on how columns depend on each other. It matters most for a pretrained base on a CPU,
whose few steps would otherwise go into learning how frequent each token is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tabsynth.codec.records import Records
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.trainer.dataset import IGNORED

if TYPE_CHECKING:
    import torch

PSEUDO_COUNT = 0.5
"""Added to each token's count (Jeffreys' prior), so that one that was not seen is rare rather than impossible."""


def start_at_marginals(model: Any, vocabulary: Vocabulary, records: Records, batch: dict[str, torch.Tensor]) -> None:
    """Move the head's rows so that the mean score of each token in its slot is the logarithm of its share.

    A token is scored only where its slot is due. There, the last hidden states have a mean u that is long against their
    spread, and a row w becomes ``w + (log share - w.u) u / |u|^2``: what tells tokens apart by context stays.

    Args:
        model: The base, its vocabulary extended.
        vocabulary: Settles which token is scored where.
        records: The training records, whose tokens are counted.
        batch: Some examples, from which the mean hidden states are taken.
    """
    import torch

    counts = np.bincount(records.ids, minlength=vocabulary.size)
    ids, learned = batch["input_ids"][:, :-1], batch["labels"][:, 1:] != IGNORED
    with torch.no_grad():
        hidden = model.get_decoder()(input_ids=ids, use_cache=False).last_hidden_state[learned]
        states = torch.from_numpy(vocabulary.next_state)[ids[learned]]
        head = model.get_output_embeddings().weight
        for slot in range(vocabulary.num_slots):
            due = hidden[states == slot]
            if not len(due):
                continue
            mean = due.mean(dim=0)
            tokens = torch.from_numpy(np.flatnonzero(vocabulary.legal_state == slot))
            seen = torch.from_numpy(counts)[tokens] + PSEUDO_COUNT
            wanted = torch.log(seen / seen.sum()).to(head.dtype)
            head[tokens] += torch.outer(wanted - head[tokens] @ mean, mean / mean.dot(mean))
