"""Legal transitions in the weights: the masked distribution, and nothing illegal."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaForCausalLM, PreTrainedModel

from tabsynth.codec.table import TableCodec
from tabsynth.codec.verdict import Reason
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.generator.engine.engine import Request, Sampling
from tabsynth.generator.engine.transformers import TransformersEngine
from tabsynth.models.legal import can_fold, can_fold_base, fold_legal_transitions
from tabsynth.models.mini import build_mini

MakeCodec = Callable[..., TableCodec]
MakeModel = Callable[..., LlamaForCausalLM]


def walks(vocabulary: Vocabulary, count: int = 8, length: int = 20) -> torch.Tensor:
    """Random legal token sequences."""
    rng = np.random.default_rng(1)
    tokens = np.full((count, length), vocabulary.begin)
    for place in range(1, length):
        states = vocabulary.next_state[tokens[:, place - 1]]
        tokens[:, place] = [rng.choice(np.flatnonzero(vocabulary.legal_state == state)) for state in states]
    return torch.from_numpy(tokens)


def log_probabilities(model: PreTrainedModel, tokens: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        return model(input_ids=tokens).logits.float().log_softmax(-1)


def masked(model: PreTrainedModel, tokens: torch.Tensor, legal: torch.Tensor) -> torch.Tensor:
    with torch.inference_mode():
        logits = model(input_ids=tokens).logits.float()
    return logits.masked_fill(~legal, float("-inf")).log_softmax(-1)


def legality(vocabulary: Vocabulary, tokens: torch.Tensor, rows: int) -> torch.Tensor:
    """Which of `rows` ids may follow each token, shape (*tokens, rows)."""
    legal_state = np.full(rows, -1)
    legal_state[: vocabulary.size] = vocabulary.legal_state
    return torch.from_numpy(legal_state == vocabulary.next_state[tokens.numpy()][..., None])


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("spare_rows", [0, 13])
def test_a_folded_model_has_the_masked_distribution_of_the_plain_one(
    table_codec: MakeCodec, tiny_llama: MakeModel, text: bool, single: bool, tied: bool, spare_rows: int
) -> None:
    vocabulary = table_codec(text=text, single=single).vocabulary
    plain = tiny_llama(vocabulary.size + spare_rows, tied=tied)
    folded = fold_legal_transitions(plain, vocabulary).eval()
    tokens = walks(vocabulary)
    legal = legality(vocabulary, tokens, vocabulary.size + spare_rows)
    got, expected = log_probabilities(folded, tokens), masked(plain, tokens, legal)
    torch.testing.assert_close(got[legal], expected[legal], atol=1e-3, rtol=0)
    assert float(got[~legal].max()) < -30


@pytest.mark.parametrize("text", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_in_bfloat16_illegal_tokens_stay_out_and_the_others_as_they_were(
    table_codec: MakeCodec, tiny_llama: MakeModel, text: bool, tied: bool
) -> None:
    vocabulary = table_codec(text=text).vocabulary
    plain = tiny_llama(vocabulary.size, tied=tied)
    tokens = walks(vocabulary)
    legal = legality(vocabulary, tokens, vocabulary.size)
    exact = masked(plain, tokens, legal)
    rounded = masked(plain.to(torch.bfloat16), tokens, legal)
    folded = fold_legal_transitions(plain, vocabulary).eval()
    assert folded.dtype == torch.bfloat16
    got = log_probabilities(folded, tokens)
    assert float(got[~legal].max()) < -30
    # Folding adds no more error than the rounding of the weights does.
    error = (got[legal] - exact[legal]).abs().mean()
    assert float(error) < 2 * float((rounded[legal] - exact[legal]).abs().mean())


def test_folding_leaves_the_plain_model_as_it_is(table_codec: MakeCodec, tiny_llama: MakeModel) -> None:
    vocabulary = table_codec().vocabulary
    plain = tiny_llama(vocabulary.size, tied=True)
    before = {name: weight.clone() for name, weight in plain.state_dict().items()}
    fold_legal_transitions(plain, vocabulary)
    assert all(torch.equal(weight, before[name]) for name, weight in plain.state_dict().items())


def test_only_architectures_with_these_layers_can_be_folded(tiny_llama: MakeModel) -> None:
    assert can_fold(tiny_llama(8, tied=False))
    assert not can_fold(GPT2LMHeadModel(GPT2Config(vocab_size=8, n_embd=8, n_layer=1, n_head=1)))


def completions(codec: TableCodec, folder: Path, count: int, cap: int) -> list[list[int]]:
    model = fold_legal_transitions(build_mini(codec, 64, 2, seed=0), codec.vocabulary)
    model.save_pretrained(str(folder))
    engine = TransformersEngine(folder, Sampling(1.0, 1.0, codec.vocabulary.stop_tokens), 512)
    engine.seed(0)
    engine.submit([Request(str(number), tuple(codec.prompt), cap) for number in range(count)])
    made: dict[str, list[int]] = {str(number): [] for number in range(count)}
    while deltas := engine.step():
        for delta in deltas:
            made[delta.request_id] += delta.tokens
    return list(made.values())


def test_an_untrained_model_writes_legal_records_only(table_codec: MakeCodec, tmp_path: Path) -> None:
    codec = table_codec()
    readings = [codec.read(completion) for completion in completions(codec, tmp_path, 512, 16)]
    assert [len(reading.records) for reading in readings] == [1] * 512
    assert [reading.rejected for reading in readings] == [[]] * 512


def test_an_untrained_model_writes_many_legal_records_one_after_the_other(
    table_codec: MakeCodec, tmp_path: Path
) -> None:
    codec = table_codec(single=False)
    readings = [codec.read(completion) for completion in completions(codec, tmp_path, 64, 100)]
    assert sum(len(reading.records) for reading in readings) > 500
    assert {reason for reading in readings for reason in reading.rejected} <= {Reason.TRUNCATED}


def test_an_untrained_model_leaves_its_slots_not_even_for_text(table_codec: MakeCodec, tmp_path: Path) -> None:
    codec = table_codec(text=True)
    readings = [codec.read(completion) for completion in completions(codec, tmp_path, 64, 100)]
    reasons = {reason for reading in readings for reason in reading.rejected}
    # What a text holds is the model's own affair.
    assert reasons <= {Reason.TRUNCATED, Reason.BAD_TEXT, Reason.TEXT_TOO_LONG}


def test_whether_a_base_can_be_folded_is_known_without_loading_it(tmp_path: Path) -> None:
    assert can_fold_base(None)
    for model_type, folds in (("llama", True), ("gpt2", False)):
        (tmp_path / "config.json").write_text(json.dumps({"model_type": model_type}))
        assert can_fold_base(tmp_path) is folds
