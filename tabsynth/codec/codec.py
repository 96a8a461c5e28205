"""The codec contract: a frame to token ids and back, whichever record format is in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.cells import Cell
from tabsynth.codec.records import Records
from tabsynth.codec.verdict import Reason, Rejected, Verdict
from tabsynth.codec.vocabulary import Vocabulary


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


class Scanner(Protocol):
    """Reads one completion token by token and never looks back: the in-flight side of a codec.

    It is sound: a prefix is rejected only if no valid record begins with it. After a rejection `reset` must be called.

    Attributes:
        closed: Columns of the record in progress that are written in full: all before this position of the schema.
            As many as there are columns right after a record has closed.
    """

    closed: int

    @property
    def own_close(self) -> int | None:
        """The one token that may close the text in progress; None outside of a text that only its column can close."""

    @property
    def foreign_closes(self) -> tuple[int, ...]:
        """Tokens that close other texts than the one in progress or, outside of one, than the next."""

    def push(self, token: int) -> Verdict | Rejected:
        """Take in the next token."""

    def reset(self) -> None:
        """Forget the record in progress: the next token begins a new one."""

    def cell(self, column: int, rng: np.random.Generator) -> Cell:
        """Return the value of a settled column of the record in progress, or of the one that just closed.

        Args:
            column: Its position in the schema; `Codec.settled_by` says when it is settled.
            rng: Where the draw inside a bin comes from.
        """


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

    def scanner(self) -> Scanner:
        """Return a scanner at the start of a completion."""

    def settled_by(self, column: int) -> int | None:
        """Return the position of the column whose end settles this one; None for one that is made after decoding."""

    def grammar(self) -> str | None:
        """Return the records as an xgrammar EBNF grammar; None for table tokens, which the weights themselves bind.

        Raises:
            CodecError: No grammar of sensible size describes this table.
        """

    def decode(
        self,
        records: Records,
        rng: np.random.Generator,
        cells: Mapping[int, Sequence[Cell]] | None = None,
        first_row: int = 0,
    ) -> pd.DataFrame:
        """Return the rows of valid records, with the columns, order and dtypes of the schema.

        Args:
            records: The records.
            rng: Where draws inside a bin come from.
            cells: Values by column position that are settled already, one a record: those that rules looked at.
            first_row: Number of the first row in the whole table, for identifiers.
        """

    def token_positions(self) -> NDArray[np.float64]:
        """Return the rank of every table token inside its slot in 0..1, NaN where tokens have no order."""

    def token_labels(self) -> list[str]:
        """Return words for every table token, the seed of its row in a pretrained vocabulary."""

    def neighbour_runs(self) -> list[tuple[int, int]]:
        """Return first and last token id of each run of bins in which neighbours are nearly the same value."""
