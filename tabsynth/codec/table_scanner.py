"""Reads table tokens one by one and never looks back: the in-flight side of the table codec. Knows no frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tabsynth.codec.cells import Cell
from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.facts import Facts
from tabsynth.codec.text import TextCodec, TextTokenizer
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import CodecError

_WRONG_SLOT = Rejected(Reason.WRONG_SLOT, Stage.TOKEN)
_WRONG_CLOSE = Rejected(Reason.WRONG_CLOSE, Stage.TOKEN)
_TOO_LONG = Rejected(Reason.TEXT_TOO_LONG, Stage.TOKEN)
_BAD_TEXT = Rejected(Reason.BAD_TEXT, Stage.FIELD)
_INCOMPLETE, _ACCEPTED, _ENDED = Verdict.INCOMPLETE, Verdict.ACCEPTED, Verdict.ENDED

CellOf = Callable[[list[int], int, np.random.Generator], Cell]


@dataclass(frozen=True)
class TablePlan:
    """What the scanners of one codec share. Lists: a look-up of one token is several times faster than in an array.

    Attributes:
        legal: The state in which each token is legal.
        after: The state after each token.
        closed: Columns that are written in full, by state.
        longest: Most tokens of the text or string that is written in a state, by state; None where none is.
        closes: The token that closes the text of a slot.
        tokenizer: Reads free text.
        cell: Returns the value of a column, given the tokens of a record so far.
    """

    legal: list[int]
    after: list[int]
    closed: list[int]
    longest: list[int | None]
    closes: dict[int, int]
    text_state: int
    boundary: int
    end: int
    num_columns: int
    tokenizer: TextTokenizer
    cell: CellOf

    @classmethod
    def of(cls, vocabulary: Vocabulary, facts: Facts, tokenizer: TextTokenizer, cell: CellOf) -> TablePlan:
        """Look up everything once."""
        places, count = vocabulary.places, len(facts.columns)
        longest: list[int | None] = [None] * vocabulary.num_states
        for at, place in enumerate(places):
            codec = facts.columns[place.column]
            if isinstance(codec, TextCodec) or (isinstance(codec, CharactersCodec) and place.slot.repeats):
                longest[at] = codec.max_tokens
        return cls(
            legal=vocabulary.legal_state.tolist(),
            after=vocabulary.next_state.tolist(),
            closed=[place.column for place in places] + [count] * (vocabulary.num_states - len(places)),
            longest=longest,
            closes={at: vocabulary.close(at) for at, place in enumerate(places) if place.is_text},
            text_state=vocabulary.text_state,
            boundary=vocabulary.boundary,
            end=vocabulary.end,
            num_columns=count,
            tokenizer=tokenizer,
            cell=cell,
        )


class TableScanner:
    """Recognises records in one completion; see the contract in `tabsynth.codec.codec`.

    Args:
        plan: What is known of the records.

    Attributes:
        closed: Columns of the record in progress that are written in full.
    """

    __slots__ = ("_is_new", "_opener", "_plan", "_start", "_state", "_tokens", "closed")

    def __init__(self, plan: TablePlan) -> None:
        self._plan = plan
        self._tokens: list[int] = []
        self.reset()

    def reset(self) -> None:
        """Forget the record in progress: the next token begins a new one."""
        self._begin(0)
        self._is_new = True

    def _begin(self, state: int) -> None:
        self._tokens.clear()
        self._is_new = False
        self._state = state
        self._opener = state  # the slot whose text or string is being written
        self._start = 0  # of that text, among the tokens
        self.closed = self._plan.closed[state]

    @property
    def own_close(self) -> int | None:
        """The one token that may close the text in progress; None outside of a text."""
        return self._plan.closes[self._opener] if self._state == self._plan.text_state else None

    @property
    def foreign_closes(self) -> tuple[int, ...]:
        """Tokens that close other texts than the one in progress or, outside of one, than the next."""
        plan = self._plan
        if len(plan.closes) < 2:
            return ()
        slot = self._opener if self._state == plan.text_state else self._state
        own = next((close for text, close in plan.closes.items() if text >= slot), min(plan.closes.values()))
        return tuple(close for close in plan.closes.values() if close != own)

    def push(self, token: int) -> Verdict | Rejected:
        """Take in the next token."""
        plan, state = self._plan, self._state
        if self._is_new:
            if token == plan.end and plan.legal[token] == state:
                return _ENDED
            self._begin(state)
        if not 0 <= token < len(plan.legal) or plan.legal[token] != state:
            return _WRONG_SLOT
        following = plan.after[token]
        if following == state:  # inside a text or a string
            limit = plan.longest[self._opener]
            if limit is not None and len(self._tokens) - self._start >= limit:
                return _TOO_LONG
        elif state == plan.text_state and (fault := self._text_fault(token)) is not None:
            return fault
        self._tokens.append(token)
        if following != state or plan.boundary == following:
            return self._move(state, following)
        return _INCOMPLETE

    def _move(self, state: int, following: int) -> Verdict:
        plan = self._plan
        if following == plan.boundary:
            self._state, self._is_new, self.closed = following, True, plan.num_columns
            return _ACCEPTED
        self._opener = state if following == plan.text_state else following
        self._start = len(self._tokens)
        self._state = following
        self.closed = plan.closed[self._opener]
        return _INCOMPLETE

    def _text_fault(self, close: int) -> Rejected | None:
        plan = self._plan
        if close != plan.closes[self._opener]:
            return _WRONG_CLOSE
        try:
            plan.tokenizer.decode(self._tokens[self._start :])
        except CodecError:
            return _BAD_TEXT
        return None

    def cell(self, column: int, rng: np.random.Generator) -> Cell:
        """Return the value of a settled column of the record in progress, or of the one that just closed.

        Args:
            column: Its position in the schema.
            rng: Where the draw inside a bin comes from.
        """
        return self._plan.cell(self._tokens, column, rng)
