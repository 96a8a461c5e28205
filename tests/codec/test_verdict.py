"""Verdicts are plain values that a journal can count."""

import json

from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict


def test_reasons_and_stages_are_their_own_names_in_json() -> None:
    for member in (*Reason, *Stage):
        assert member == member.name.lower()
        assert json.loads(json.dumps({member: 1})) == {member.value: 1}


def test_a_rejection_is_no_verdict_and_equals_its_like() -> None:
    rejected = Rejected(Reason.RULE, Stage.RULE)
    assert rejected == Rejected(Reason.RULE, Stage.RULE) != Rejected(Reason.RULE, Stage.RECORD)
    assert not isinstance(rejected, Verdict)
    assert len({rejected, Rejected(Reason.RULE, Stage.RULE)}) == 1


def test_every_verdict_is_truthy_so_that_none_can_stand_for_no_verdict() -> None:
    assert all(Verdict)
