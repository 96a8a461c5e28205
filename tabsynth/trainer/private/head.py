"""Starts the head at given marginals, so that private steps are spent on how columns hang together. Knows no table.

Post-processing of shares that were released privately: it sees neither a record nor a count, and costs no epsilon.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tabsynth.codec.vocabulary import Vocabulary

WALKS = 512
MAX_LENGTH = 128
"""Tokens of a walk at most: slots that come later keep their plain start."""
RIDGE = 1e-2
"""Of the mean square of a hidden state: keeps the directions that a few walks settle badly out of the head."""
LEAST_SHARE = 1e-5


def start_head(model: Any, vocabulary: Vocabulary, shares: NDArray[np.float64], prompt: list[int], seed: int) -> None:
    """Move the head of `model` so that every slot starts near its marginal distribution, whatever came before.

    A head has no bias. But for each state a direction can be found, by ridge regression over walks through the slots,
    along which all hidden states in that state measure about 1; log shares along it act as a bias.

    Args:
        model: The base with its fresh adapter, changed in place.
        vocabulary: Settles slots and states.
        shares: Share of each token among the tokens of its state, shape (vocabulary,); noisy or negative ones are fine.
        prompt: Token ids before a record.
        seed: Of the walks.
    """
    import torch

    walks, states = _walks(vocabulary, shares, prompt, np.random.default_rng(seed))
    head = next(module for name, module in model.named_modules() if name.endswith("lm_head.modules_to_save.default"))
    seen: list[Any] = []
    hook = head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().cpu().double().numpy()))
    with torch.inference_mode():
        model(input_ids=torch.from_numpy(walks).to(head.weight.device), use_cache=False)
    hook.remove()
    weights = head.weight.detach().cpu().double().numpy()
    for state in range(vocabulary.num_slots):
        hidden, tokens = seen[0][states == state], np.flatnonzero(vocabulary.legal_state == state)
        if len(hidden):
            logs = np.log(np.maximum(shares[tokens], LEAST_SHARE))
            weights[tokens] = np.outer(logs - logs.mean(), _ones(hidden))
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weights))


def _ones(hidden: NDArray[np.float64]) -> NDArray[np.float64]:
    """The direction along which all rows of `hidden` measure about 1."""
    square = hidden.T @ hidden / len(hidden)
    square += RIDGE * np.trace(square) / len(square) * np.eye(len(square))
    direction: NDArray[np.float64] = np.linalg.solve(square, hidden.mean(axis=0))
    return direction


def _walks(
    vocabulary: Vocabulary, shares: NDArray[np.float64], prompt: list[int], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids of records whose slots are drawn apart, and the state after each token, both (walks, tokens)."""
    walks = np.tile(np.asarray(prompt, dtype=np.int64), (WALKS, 1))
    by_state = [np.flatnonzero(vocabulary.legal_state == state) for state in range(vocabulary.num_states)]
    odds = [np.maximum(shares[tokens], LEAST_SHARE) for tokens in by_state]
    while walks.shape[1] < MAX_LENGTH:
        states, drawn = vocabulary.next_state[walks[:, -1]], np.full(WALKS, vocabulary.end)
        if not (states < vocabulary.num_slots).any():
            break
        for state in np.unique(states[states < vocabulary.num_slots]):
            here = states == state
            drawn[here] = rng.choice(by_state[state], here.sum(), p=odds[state] / odds[state].sum())
        walks = np.column_stack([walks, drawn])
    return walks, vocabulary.next_state[walks]
