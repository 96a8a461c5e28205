"""The generation budget as tables of cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.errors import GenerationError
from tabsynth.generator.budget import generation_cap_tokens, next_prompts, record_quota, rows_per_part


@pytest.mark.parametrize(
    ("longest", "prompt", "context", "multiplier", "cap"),
    [
        (100, 10, 2_048, 1.2, 120),
        (100, 10, 2_048, 1.0, 100),
        (101, 10, 2_048, 1.5, 151),  # 151.5 cut off
        (4, 1, 2_048, 1.2, 4),  # 4.8 cut off
        (1_900, 10, 2_048, 1.2, 2_038),  # 2,280 would exceed the context
        (100, 10, 110, 1.2, 100),
        (100, 10, 11, 1.2, 1),
        (None, 10, 2_048, 1.2, 2_038),
        (0, 10, 2_048, 1.2, 2_038),
        (-5, 10, 2_048, 1.2, 2_038),
    ],
)
def test_the_cap_is_the_longest_example_and_some_room_inside_the_context(
    longest: int | None, prompt: int, context: int, multiplier: float, cap: int
) -> None:
    assert generation_cap_tokens(longest, prompt, context, multiplier) == cap


def test_the_cap_leaves_a_fifth_by_default() -> None:
    assert generation_cap_tokens(100, 10, 2_048) == 120


@pytest.mark.parametrize(("prompt", "excess"), [(100, 1), (101, 2), (150, 51)])
@pytest.mark.parametrize("longest", [None, 120])
def test_a_prompt_that_leaves_no_room_says_by_how_much(longest: int | None, prompt: int, excess: int) -> None:
    with pytest.raises(GenerationError, match=rf"prompt of {prompt} tokens exceeds the context of 100 by {excess} "):
        generation_cap_tokens(longest, prompt, 100)


@pytest.mark.parametrize(
    ("requested", "valid", "prompts", "limit", "size"),
    [
        (1_000, 0, 0, None, 10),  # the probe
        (1, 0, 0, None, 10),
        (1_000, 0, 0, 4, 4),  # an explicit limit holds for the probe too
        (1_000, 0, 0, 10**6, 10),
        (1_000, 10, 10, None, 1_000),  # 990 + 10
        (1_000, 5, 10, None, 1_000),  # 1,990 + 10, but no more than were asked for
        (10_000, 10, 10, None, 2_000),  # the largest batch
        (10_000, 10, 10, 5_000, 5_000),  # unless the user says so
        (1_000, 40, 10, None, 250),  # 960 / 4 + 10
        (1_000, 41, 10, None, 244),  # 959 * 10 / 41 = 233.9, rounded up, + 10
        (1_000, 999, 500, None, 11),  # 1 / 1.998 rounded up, + 10
        (1_000, 990, 1_000, 8, 8),
        (50, 10, 10, None, 50),  # 40 + 10
        (50, 1, 10, None, 100),  # 490 + 10, at most 100
        (1_000, 0, 10, None, 10),  # none valid: as many as were tried, which doubles them
        (1_000, 0, 20, None, 20),
        (1_000, 0, 80, 30, 30),
        (1_000, 1_000, 900, None, 0),
        (1_000, 1_234, 900, None, 0),
    ],
)
def test_the_next_batch(requested: int, valid: int, prompts: int, limit: int | None, size: int) -> None:
    assert next_prompts(requested, valid, prompts, limit) == size


@pytest.mark.parametrize(
    ("requested", "valid", "prompts", "limit", "size"),
    [
        (1_000, 0, 0, None, 100),
        (5, 0, 0, None, 100),
        (1_000, 0, 0, 30, 30),
        (1_000, 200, 100, None, 410),
        (5, 5, 100, None, 0),
    ],
)
def test_the_control_arm_starts_with_a_hundred(
    requested: int, valid: int, prompts: int, limit: int | None, size: int
) -> None:
    assert next_prompts(requested, valid, prompts, limit, probe=False) == size


@pytest.mark.parametrize(
    ("remaining", "capacity", "longest", "quota"),
    [
        (1, 8, 10, 1),
        (8, 8, 10, 1),
        (9, 8, 10, 2),  # so that nobody waits for a ninth
        (1_000, 8, 10, 10),  # no more than an example in training held
        (1_000, 8, 1, 1),
        (3, 1, 10, 3),
        (3, 1, 2, 2),
    ],
)
def test_width_comes_before_length(remaining: int, capacity: int, longest: int, quota: int) -> None:
    assert record_quota(remaining, capacity, longest) == quota


@given(st.integers(1, 5_000), st.integers(1, 300), st.integers(1, 30))
def test_quotas_add_up_to_the_rows_and_shrink_to_the_end(rows: int, capacity: int, longest: int) -> None:
    quotas = []
    while (remaining := rows - sum(quotas)) > 0:
        quotas.append(record_quota(remaining, capacity, longest))
    assert sum(quotas) == rows
    assert quotas == sorted(quotas, reverse=True)
    assert len(quotas) >= min(rows, capacity) * (rows >= capacity * longest)


@pytest.mark.parametrize(
    ("tokens", "rows"), [(16.0, 9_375), (15.0, 10_000), (1.0, 10_000), (0.0, 10_000), (150.0, 1_000), (9_000.0, 100)]
)
def test_a_part_is_so_many_tokens(tokens: float, rows: int) -> None:
    assert rows_per_part(tokens) == rows
