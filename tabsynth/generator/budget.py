"""The generation budget: how many tokens a completion may have, and how many prompts come next. Pure functions."""

from __future__ import annotations

import math

from tabsynth.errors import GenerationError

PROBE_PROMPTS = 10
PROMPT_BUFFER = 10
FULL_FIRST_BATCH = 100
MAX_PROMPTS = 2_000


def generation_cap_tokens(
    max_tokens_per_example: int | None, prompt_tokens: int, context_tokens: int, multiplier: float = 1.2
) -> int:
    """Return how many tokens a completion may have.

    ``min(int(max_tokens_per_example * multiplier), context_tokens - prompt_tokens)``; without the statistic all
    that the context leaves. The statistic counts the prompt as well, so the cap is never too tight.

    Args:
        max_tokens_per_example: Tokens of the longest training example; None or <= 0 when it is not known.
        prompt_tokens: Tokens of the prompt.
        context_tokens: The model's context window.
        multiplier: Room above the longest training example.

    Raises:
        GenerationError: The prompt leaves no room in the context.
    """
    room = context_tokens - prompt_tokens
    if room <= 0:
        raise GenerationError(
            f"the prompt of {prompt_tokens} tokens exceeds the context of {context_tokens} by {1 - room} tokens",
            where="generation budget",
            do="use fewer columns, or a base model with a longer context",
        )
    if max_tokens_per_example is None or max_tokens_per_example <= 0:
        return room
    return min(int(max_tokens_per_example * multiplier), room)


def next_prompts(
    num_requested: int, num_valid: int, prompts_so_far: int, max_prompts: int | None = None, *, probe: bool = True
) -> int:
    """Return how many prompts the next batch has.

    The first batch is a probe of 10 prompts (100 for the control arm); a later one has as many as the records per
    prompt so far ask for, and 10 more. While nothing was valid, each batch doubles what was tried.

    Args:
        num_requested: Rows asked for.
        num_valid: Valid rows so far.
        prompts_so_far: Prompts decoded so far.
        max_prompts: The largest batch; None for one that grows with `num_requested`.
        probe: False for the control arm.

    Returns:
        0 when no more are needed.
    """
    remaining = num_requested - num_valid
    if remaining <= 0:
        return 0
    limit = max_prompts if max_prompts is not None else min(MAX_PROMPTS, max(100, num_requested))
    if prompts_so_far == 0:
        return min(PROBE_PROMPTS if probe else FULL_FIRST_BATCH, limit)
    if num_valid == 0:
        return min(limit, prompts_so_far)
    return min(limit, math.ceil(remaining * prompts_so_far / num_valid) + PROMPT_BUFFER)


def record_quota(remaining: int, capacity: int, max_records_per_example: int) -> int:
    """Return how many records the next request owes: as few as keep every place of the engine busy.

    Side by side they cost about as much as one alone, so width comes before length; a completion never holds more
    records than an example in training did.

    Args:
        remaining: Rows that no request owes yet, 1 or more.
        capacity: Requests that decode side by side.
        max_records_per_example: Records of the longest training example.
    """
    return min(max_records_per_example, max(1, math.ceil(remaining / capacity)), remaining)


PART_TOKENS = 150_000
"""Decoded tokens of a part: seconds of a small model, minutes of a large one; what a kill can cost."""
MIN_PART_ROWS, MAX_PART_ROWS = 100, 10_000


def rows_per_part(tokens_per_record: float) -> int:
    """Return how many rows a journaled part has; depends on the record's length alone, so that resumes agree.

    Args:
        tokens_per_record: Mean tokens of a training record.
    """
    return int(min(MAX_PART_ROWS, max(MIN_PART_ROWS, PART_TOKENS / max(1.0, tokens_per_record))))
