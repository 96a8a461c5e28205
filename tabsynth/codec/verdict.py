"""Verdicts on records: how far one is, or why and at which stage it was rejected. Values, never exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Reason(StrEnum):
    """Why a record was rejected."""

    WRONG_SLOT = "wrong_slot"
    WRONG_CLOSE = "wrong_close"
    NOT_A_RECORD = "not_a_record"
    BAD_TEXT = "bad_text"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_CATEGORY = "unknown_category"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    MISSING_NOT_ALLOWED = "missing_not_allowed"
    RULE = "rule"
    TRUNCATED = "truncated"


class Stage(StrEnum):
    """Where in a record a rejection was decided."""

    TOKEN = "token"
    """Inside a field: a token or character that no valid record has there."""
    FIELD = "field"
    """At the end of a field, whose value the column cannot hold."""
    RULE = "rule"
    """At the end of the last field that a rule of the user's looks at."""
    RECORD = "record"
    """At the end of the record."""
    COMPLETION = "completion"
    """The completion ended inside the record."""


class Verdict(Enum):
    """How far a completion is after a token that fits."""

    INCOMPLETE = 0
    """The record goes on."""
    ACCEPTED = 1
    """The token closed a valid record."""
    ENDED = 2
    """The token ended the completion, between records."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """No valid record begins like this one.

    Attributes:
        reason: What is wrong.
        stage: Where it was decided.
    """

    reason: Reason
    stage: Stage
