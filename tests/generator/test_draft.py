"""A draft over a table whose record is two tokens: one of 2-5 and one of 6-7."""

import pandas as pd
import pytest

from tabsynth.codec.facts import Facts
from tabsynth.codec.table import TableCodec
from tabsynth.codec.verdict import Rejected, Verdict
from tabsynth.generator.draft import MAX_RESUMES, Draft
from tabsynth.generator.rules import Rule
from tabsynth.generator.validator import Validator, staged
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema

FRAME = pd.DataFrame({"a": [1, 2, 3, 4] * 5, "b": ["x", "y", "x", "y", "y"] * 4})
SCHEMA = infer_schema(FRAME, {"a": "integer"})
CODEC = TableCodec(SCHEMA, Facts.fit(FRAME, SCHEMA, NoTextTokenizer()), NoTextTokenizer(), single=False)


@pytest.fixture
def draft() -> Draft:
    rules = staged([Rule.parse("a >= 1", SCHEMA.names)], CODEC, SCHEMA.names)
    return Draft(0, 2, Validator(CODEC, rules, (0, 0)), is_probe=False)


def write(draft: Draft, *tokens: int) -> None:
    for token in tokens:
        if draft.validator.push(token) is Verdict.ACCEPTED:
            draft.accept(token)
        else:
            draft.pending.append(token)


def test_accepted_rows_are_kept_with_the_values_that_rules_saw(draft: Draft) -> None:
    write(draft, 2, 6)
    assert not draft.done
    write(draft, 5, 7)
    assert draft.done
    assert draft.rows == [([2, 6], {0: 1}), ([5, 7], {0: 4})]
    assert (draft.chain, draft.chained, draft.pending) == ([2, 6, 5, 7], 2, [])


def test_a_record_in_progress_rolls_back_to_the_last_good_one(draft: Draft) -> None:
    write(draft, 2, 6, 3)
    assert draft.roll_back() == 1
    assert (draft.chain, draft.pending, len(draft.rows)) == ([2, 6], [], 1)
    assert draft.roll_back() == 0
    assert not isinstance(draft.validator.push(3), Rejected)  # a new record begins


def test_a_new_completion_keeps_the_rows_and_forgets_the_rest(draft: Draft) -> None:
    write(draft, 2, 6, 3)
    draft.start_afresh()
    assert (draft.chain, draft.chained, draft.pending, len(draft.rows)) == ([], 0, [], 1)
    write(draft, 5, 7)
    assert (draft.done, draft.chain) == (True, [5, 7])


def test_a_completion_that_fails_again_and_again_is_given_up_and_an_empty_one_is_not(draft: Draft) -> None:
    for _ in range(MAX_RESUMES):
        draft.roll_back()
    assert not draft.is_stuck  # it begins at the prompt as it is
    write(draft, 2, 6)
    for _ in range(MAX_RESUMES):
        assert not draft.is_stuck
        draft.roll_back()
    assert draft.is_stuck
    draft.start_afresh()
    assert (draft.is_stuck, draft.chain, len(draft.rows)) == (False, [], 1)
