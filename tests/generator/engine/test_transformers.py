"""The transformers engine: what it draws, beyond the contract."""

from collections import Counter
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from tabsynth.errors import EngineError
from tabsynth.generator.engine.engine import Request, Sampling
from tabsynth.generator.engine.transformers import CAPACITY, TransformersEngine

BEGIN = 0


def first_tokens(engine: TransformersEngine, count: int) -> Counter[int]:
    engine.seed(0)
    engine.submit([Request(str(number), (BEGIN,), 1) for number in range(count)])
    seen: Counter[int] = Counter()
    while deltas := engine.step():
        seen.update(delta.tokens[0] for delta in deltas)
    return seen


def probabilities(folder: Path, temperature: float = 1.0) -> list[float]:
    model = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([[BEGIN]])).logits[0, -1]
    shares: list[float] = torch.softmax(logits / temperature, -1).tolist()
    return shares


@pytest.mark.parametrize("temperature", [1.0, 0.2])
def test_tokens_are_drawn_from_the_model_s_distribution(merged_folder: Path, temperature: float) -> None:
    engine, draws = TransformersEngine(merged_folder, Sampling(temperature, 1.0, ()), 64), 3_200
    seen = first_tokens(engine, draws)
    for token, share in enumerate(probabilities(merged_folder, temperature)):
        assert seen[token] / draws == pytest.approx(share, abs=0.04)  # 4.5 standard errors


def test_top_p_keeps_the_fewest_tokens_that_reach_it(merged_folder: Path) -> None:
    shares = sorted(enumerate(probabilities(merged_folder)), key=lambda pair: -pair[1])
    kept, total = set(), 0.0
    for token, share in shares:
        if total < 0.5:
            kept.add(token)
        total += share
    assert set(first_tokens(TransformersEngine(merged_folder, Sampling(1.0, 0.5, ()), 64), 640)) == kept


def test_prompts_of_different_lengths_are_decoded(merged_folder: Path) -> None:
    engine = TransformersEngine(merged_folder, Sampling(1.0, 1.0, ()), 64)
    engine.submit([Request("a", (BEGIN,), 4), Request("b", (BEGIN, 2, 6), 4), Request("c", (BEGIN,), 4)])
    tokens: Counter[str] = Counter()
    while deltas := engine.step():
        for delta in deltas:
            tokens[delta.request_id] += len(delta.tokens)
    assert tokens == {"a": 4, "b": 4, "c": 4}


def test_a_completion_does_not_depend_on_its_neighbours(merged_folder: Path) -> None:
    # At a temperature of almost zero the most likely token is drawn, whoever decodes beside.
    cold = Sampling(1e-4, 1.0, (1,))

    def alone_and_in_company(company: int) -> list[int]:
        engine = TransformersEngine(merged_folder, cold, 64)
        engine.seed(0)
        engine.submit([Request(str(at), (BEGIN, 2 + at % 4, 6), 1 + at % 3 * 5) for at in range(1, company)])
        engine.submit([Request("0", (BEGIN, 3, 7), 20)])
        found: list[int] = []
        while deltas := engine.step():
            for delta in deltas:
                found += delta.tokens if delta.request_id == "0" else ()
        return found

    assert alone_and_in_company(1) == alone_and_in_company(CAPACITY)


def test_a_folder_without_weights_is_an_engine_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be loaded"):
        TransformersEngine(tmp_path, Sampling(1.0, 1.0, ()), 64)
