"""The stop rules as a table of cases."""

import re

import pytest

from tabsynth.generator.stopping import TRAIN_LONGER, Observed, stop_reason


def seen(**facts: int) -> Observed:
    return Observed(**{"valid": 0, "rejected": 0, "barren": 0, "refusals": 0, "silent_steps": 0, **facts})


@pytest.mark.parametrize(
    ("observed", "capacity", "words"),
    [
        (seen(), 8, None),
        (seen(barren=499), 8, None),
        (seen(barren=500), 8, "500 records in a row were not valid"),
        (seen(barren=500), 251, None),  # all 251 places may fail twice
        (seen(barren=502), 251, "502 records in a row"),
        (seen(valid=9, rejected=1_990), 8, None),  # 1,999 are too few to tell
        (seen(valid=9, rejected=1_991), 8, "only 9 of 2,000 records were valid"),
        (seen(valid=10, rejected=1_990), 8, None),  # 0.5 %
        (seen(valid=10, rejected=1_991), 8, "only 10 of 2,001 records were valid"),
        (seen(refusals=19), 8, None),
        (seen(refusals=20), 8, "refused 20 requests in a row"),
        (seen(silent_steps=2), 8, None),
        (seen(silent_steps=3), 8, "does not answer"),
        (seen(valid=10**6, rejected=10**6, barren=1, refusals=1, silent_steps=1), 8, None),
    ],
)
def test_when_generation_gives_up_and_why(observed: Observed, capacity: int, words: str | None) -> None:
    stop = stop_reason(observed, capacity)
    assert stop is None if words is None else stop is not None and re.search(words, stop.reason)


def test_only_a_model_that_writes_badly_is_to_be_trained_longer() -> None:
    advice = [stop_reason(seen(**{fact: 9_999}), 8) for fact in ("barren", "rejected", "refusals", "silent_steps")]
    assert [stop is not None and stop.advice for stop in advice] == [
        TRAIN_LONGER,
        TRAIN_LONGER,
        None,
        "generate again in a new process",
    ]
