"""A head that starts at the marginals."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from tabsynth.codec.records import Records
from tabsynth.codec.slot import Slot
from tabsynth.codec.vocabulary import Place, Vocabulary
from tabsynth.trainer.marginals import PSEUDO_COUNT, start_at_marginals

# 0 begin, 1 end, 2-5 a number of four values, 6-7 a category of two.
VOCABULARY = Vocabulary(
    0,
    0,
    (
        Place(Slot("n", 4, 4), column=0, part=0, follows=1, is_text=False),
        Place(Slot("c", 2, 2), column=1, part=0, follows=2, is_text=False),
    ),
    single=True,
)
RECORDS = Records.of([np.array(pair) for pair in [(2, 6)] * 5 + [(3, 6)] * 2 + [(4, 7)]])
WIDTH = 16


class Base:
    """A model whose hidden states are its embeddings, some of which point the same way as those of language models."""

    def __init__(self) -> None:
        drawn = torch.Generator().manual_seed(0)
        self.embeddings = torch.randn(VOCABULARY.size, WIDTH, generator=drawn) + 5.0
        self.head = torch.nn.Linear(WIDTH, VOCABULARY.size, bias=False)

    def get_decoder(self) -> Any:
        return lambda input_ids, use_cache: SimpleNamespace(last_hidden_state=self.embeddings[input_ids])

    def get_output_embeddings(self) -> torch.nn.Linear:
        return self.head


def started() -> tuple[Base, torch.Tensor, torch.Tensor]:
    base = Base()
    before = base.head.weight.detach().clone()
    ids = torch.tensor([[0, *record.tolist()] for record in RECORDS])
    labels = ids.clone()
    labels[:, 0] = -100
    start_at_marginals(base, VOCABULARY, RECORDS, {"input_ids": ids, "labels": labels})
    return base, before, ids


def test_mean_scores_are_the_logarithms_of_the_shares() -> None:
    base, _, _ = started()
    first = base.embeddings[0] @ base.head.weight[2:6].T  # where the number is due, begin has been read
    counts = np.array([5, 2, 1, 0]) + PSEUDO_COUNT
    np.testing.assert_allclose(first.detach().numpy(), np.log(counts / counts.sum()), rtol=1e-4)


def test_over_several_contexts_the_mean_is_right_and_the_contexts_still_differ() -> None:
    base, _, ids = started()
    scores = (base.embeddings[ids[:, 1]] @ base.head.weight[6:8].T).detach()
    counts = np.array([7, 1]) + PSEUDO_COUNT
    np.testing.assert_allclose(scores.mean(0).numpy(), np.log(counts / counts.sum()), rtol=1e-4)
    assert float(scores[0, 0] - scores[-1, 0]) != 0


def test_rows_of_no_slot_stay() -> None:
    base, before, _ = started()
    assert torch.equal(base.head.weight[:2], before[:2])
    assert not torch.equal(base.head.weight[2:], before[2:])
