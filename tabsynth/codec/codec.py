"""The codec contract: a frame to token ids and back, whichever record format is in use."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.records import Records
from tabsynth.codec.vocabulary import Vocabulary


class Reason(StrEnum):
    """Why a record was rejected."""

    WRONG_SLOT = "wrong_slot"
    NOT_A_RECORD = "not_a_record"
    BAD_TEXT = "bad_text"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_CATEGORY = "unknown_category"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    MISSING_NOT_ALLOWED = "missing_not_allowed"
    TRUNCATED = "truncated"


class Reading:
    """What a completion held: the records that are valid, and why the others are not.

    Attributes:
        records: Token ids of each valid record.
        rejected: Reason of each other one.
        rejected_tokens: Tokens of the rejected ones.
    """

    def __init__(self) -> None:
        self.records: list[list[int]] = []
        self.rejected: list[Reason] = []
        self.rejected_tokens = 0

    def reject(self, reason: Reason, tokens: int) -> None:
        """Count one rejected record of `tokens` tokens."""
        self.rejected.append(reason)
        self.rejected_tokens += tokens


class Codec(Protocol):
    """Writes rows as token ids and reads them back."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The ids in use and the transitions between them."""

    @property
    def prompt(self) -> list[int]:
        """Token ids that stand before the records, at training and at generation alike."""

    def encode(self, frame: pd.DataFrame) -> Records:
        """Return the token ids of each row of `frame`."""

    def encodable(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return True for each row that `encode` can write, shape (rows,)."""

    def read(self, completion: list[int]) -> Reading:
        """Split a completion into records and check each of them alone."""

    def decode(self, records: Records, rng: np.random.Generator) -> pd.DataFrame:
        """Return the rows of valid records, with the columns, order and dtypes of the schema."""

    def token_positions(self) -> NDArray[np.float64]:
        """Return the rank of every table token inside its slot in 0..1, NaN where tokens have no order."""

    def token_labels(self) -> list[str]:
        """Return words for every table token, the seed of its row in a pretrained vocabulary."""

    def neighbour_runs(self) -> list[tuple[int, int]]:
        """Return first and last token id of each run of bins in which neighbours are nearly the same value."""
