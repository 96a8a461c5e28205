"""The tally adds up, survives a journal and tells a share in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tabsynth.generator.tally import Tally

COUNTS = st.integers(0, 10**6)
REASONS = st.dictionaries(st.sampled_from(["rule", "truncated", "wrong_slot"]), st.integers(1, 10**6))
TALLIES = st.builds(
    Tally,
    **{
        name: REASONS if field.default_factory is dict else st.just(0.25) if name == "seconds" else COUNTS
        for name, field in Tally.model_fields.items()
    },
)


def test_parts_add_up() -> None:
    first = Tally(rows=3, requests=4, rejects={"rule": 1}, stages={"rule": 1}, seconds=0.5, fallbacks={"none": 1})
    second = Tally(rows=2, surplus=1, rejects={"rule": 2, "truncated": 1}, seconds=1.0, fallbacks={"none": 1})
    assert first + second == Tally(
        rows=5,
        surplus=1,
        requests=4,
        rejects={"rule": 3, "truncated": 1},
        stages={"rule": 1},
        seconds=1.5,
        fallbacks={"none": 2},
    )


@given(TALLIES, TALLIES, TALLIES)
def test_the_order_of_parts_does_not_matter_and_an_empty_one_adds_nothing(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c) == c + a + b
    assert sum([a], Tally()) == a


@given(TALLIES)
def test_a_tally_survives_a_journal(tally: Tally) -> None:
    assert Tally.model_validate_json(tally.model_dump_json()) == tally


def test_a_tally_knows_no_other_entries() -> None:
    with pytest.raises(ValidationError):
        Tally.model_validate_json('{"rows": 1, "more": 2}')


def test_a_rejection_counts_by_reason_and_by_stage() -> None:
    tally = Tally(rows=5, surplus=2)
    for reason, stage, tokens in [("rule", "rule", 7), ("rule", "rule", 2), ("truncated", "completion", 4)]:
        tally.reject(reason, stage, tokens)
    assert tally.rejects == {"rule": 2, "truncated": 1}
    assert tally.stages == {"rule": 2, "completion": 1}
    assert (tally.rejected, tally.rejected_tokens, tally.valid) == (3, 13, 7)


def test_the_valid_share_in_words() -> None:
    assert Tally().note(0) == ""
    assert Tally(rejects={"rule": 1, "truncated": 1}).note(6) == "75% valid"
    assert Tally(rejects={"rule": 1}).note(0) == "0% valid"
