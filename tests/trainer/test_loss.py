"""The loss over legal tokens, by hand.

Two columns, one record an example: 0 begin, 1 end, 2-5 a number of four values, 6-7 a category of two.
"""

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from tabsynth.codec.slot import Slot
from tabsynth.codec.vocabulary import Place, Vocabulary
from tabsynth.trainer.dataset import IGNORED
from tabsynth.trainer.loss import LegalLoss

PLACES = (
    Place(Slot("n", 4, 4), column=0, part=0, follows=1, is_text=False),
    Place(Slot("c", 2, 2), column=1, part=0, follows=2, is_text=False),
)
SINGLE, MANY = Vocabulary(0, 0, PLACES, single=True), Vocabulary(0, 0, PLACES)


class Constant:
    """A model whose logits do not depend on what it reads, with spare rows beyond the vocabulary."""

    def __init__(self, logits: list[float], spare: int = 3) -> None:
        self.logits = torch.tensor(logits + [50.0] * spare)
        self.read: list[torch.Tensor] = []

    def __call__(self, input_ids: torch.Tensor, use_cache: bool) -> Any:
        self.read.append(input_ids)
        return SimpleNamespace(logits=self.logits.expand(*input_ids.shape, -1))


def batch(*rows: list[int], prompt: int = 1) -> dict[str, torch.Tensor]:
    longest = max(map(len, rows))
    ids = torch.tensor([row + [1] * (longest - len(row)) for row in rows])
    labels = torch.tensor([[IGNORED] * prompt + row[prompt:] + [IGNORED] * (longest - len(row)) for row in rows])
    return {"input_ids": ids, "labels": labels}


def loss(vocabulary: Vocabulary, logits: list[float], *rows: list[int], folded: bool = True) -> float:
    return float(LegalLoss(vocabulary, folded=folded, device="cpu")(Constant(logits), batch(*rows)))


def test_uniform_logits_cost_the_logarithm_of_the_number_of_legal_tokens() -> None:
    # Four numbers, two categories, then only the end.
    assert loss(SINGLE, [0.0] * 8, [0, 3, 6, 1]) == pytest.approx(math.log(4) + math.log(2) + math.log(1), rel=1e-6)
    # With many records an example the end stands beside the numbers.
    expected = math.log(5) + math.log(2) + math.log(5) + math.log(2) + math.log(5)
    assert loss(MANY, [0.0] * 8, [0, 3, 6, 4, 7, 1]) == pytest.approx(expected, rel=1e-6)


def test_the_loss_is_summed_over_the_batch_without_prompt_and_padding() -> None:
    one, two = loss(MANY, [0.0] * 8, [0, 3, 6, 1]), loss(MANY, [0.0] * 8, [0, 3, 6, 2, 6, 1])
    assert loss(MANY, [0.0] * 8, [0, 3, 6, 1], [0, 3, 6, 2, 6, 1]) == pytest.approx(one + two, rel=1e-6)


def test_the_loss_of_an_example_is_the_mean_over_its_learned_tokens() -> None:
    made = LegalLoss(MANY, folded=True, device="cpu")
    both = batch([0, 3, 6, 1], [0, 3, 6, 2, 6, 1])
    found = made.of_examples(Constant([0.0] * 8), both)
    five, two = math.log(5), math.log(2)
    assert found.tolist() == pytest.approx([(2 * five + two) / 3, (3 * five + 2 * two) / 5], rel=1e-6)
    # Together they are the loss that is trained.
    total = float((found * torch.tensor([3, 5])).sum())
    assert total == pytest.approx(float(made(Constant([0.0] * 8), both)), rel=1e-6)


def test_only_the_logits_of_legal_tokens_count() -> None:
    # Of the numbers 2 has ln 2 and the others 0: it has 2 of 5. The category 7 has ln 3: it has 3 of 4.
    logits = [9.0, 9.0, math.log(2), 0.0, 0.0, 0.0, 0.0, math.log(3)]
    assert loss(SINGLE, logits, [0, 2, 7, 1]) == pytest.approx(-math.log(2 / 5) - math.log(3 / 4), rel=1e-5)
    assert loss(SINGLE, logits, [0, 5, 6, 1]) == pytest.approx(-math.log(1 / 5) - math.log(1 / 4), rel=1e-5)


def test_without_folding_every_token_of_the_vocabulary_counts_and_no_spare_one() -> None:
    assert loss(SINGLE, [0.0] * 8, [0, 3, 6, 1], folded=False) == pytest.approx(3 * math.log(8), rel=1e-6)


def test_the_model_reads_all_but_the_last_token() -> None:
    model = Constant([0.0] * 8)
    LegalLoss(SINGLE, folded=True, device="cpu")(model, batch([0, 3, 6, 1]))
    assert model.read[0].tolist() == [[0, 3, 6]]


def test_a_text_is_closed_by_its_own_token_alone() -> None:
    # Two texts over one ordinary token: 0 text, 1 begin, 2 end, 3 and 4 open, 5 and 6 close.
    places = (
        Place(Slot("s", 1, 0), column=0, part=0, follows=1, is_text=True),
        Place(Slot("t", 1, 0), column=1, part=0, follows=2, is_text=True),
    )
    texts = Vocabulary(1, 1, places, single=True)
    assert texts.texts_opened.tolist() == [-1, -1, -1, 0, 1, -1, -1]
    # Inside a text: the ordinary token or the one close. The openers and the end stand alone.
    record = [1, 3, 0, 5, 4, 6, 2]
    assert loss(texts, [0.0] * 7, record) == pytest.approx(3 * math.log(2), rel=1e-6)
