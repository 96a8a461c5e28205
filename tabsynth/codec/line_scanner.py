"""Reads lines token by token and never looks back: the in-flight side of the text formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tabsynth.codec.cells import Cell
from tabsynth.codec.fields import Field
from tabsynth.codec.verdict import Reason, Rejected, Stage, Verdict
from tabsynth.errors import CodecError

_NO_RECORD = Rejected(Reason.NOT_A_RECORD, Stage.TOKEN)


@dataclass(frozen=True)
class LinePlan:
    """What the scanners of one codec share.

    Attributes:
        token_bytes: The bytes of each id of text; None where they depend on its neighbours.
        decode: Returns the text of ids, for tokenizers of that kind.
        num_text: Ids below this stand for text.
        newlines: The ids whose text ends with a newline.
        end: The token that ends a completion.
        literals: What stands before each field, and after the last one.
        stops: Bytes that can follow a field.
        fields: Recognisers of the written columns, to be copied.
        places: Position of each written column in the schema, then the number of columns.
        cell: Returns the cell of a field, given the position of its column among the written ones.
    """

    token_bytes: Sequence[bytes] | None
    decode: Callable[[list[int]], str]
    num_text: int
    newlines: frozenset[int]
    end: int
    literals: list[bytes]
    stops: bytes
    fields: list[Field]
    places: list[int]
    cell: Callable[[str, int], Cell]


class LineScanner:
    """Recognises records in one completion; see the contract in `tabsynth.codec.codec`.

    A record is a literal, a field, a literal and so on. The scanner works on the bytes that tokens stand for, so a
    token may split a character or span several fields. It must not span two records: after the newline a new token
    begins. A tokenizer whose tokens have no bytes of their own is read a line at a time.

    Args:
        plan: What is known of the records.

    Attributes:
        closed: Columns of the record in progress that are written in full.
    """

    def __init__(self, plan: LinePlan) -> None:
        self._plan = plan
        self._fields = [field.fresh() for field in plan.fields]
        self.reset()

    def reset(self) -> None:
        """Forget the record in progress: the next token begins a new one."""
        self._tokens: list[int] = []  # of the line so far, where tokens have no bytes
        self._record = bytearray()
        self._spans: list[tuple[int, int]] = []
        self._is_new = True
        self._begin()

    def _begin(self) -> None:
        self._literal: bytes = self._plan.literals[0]
        self._at = 0  # bytes of the literal so far
        self._field: Field | None = None
        self._place = 0
        self._start = 0  # of the field
        self.closed = self._plan.places[0]
        if not self._literal:
            self._open_field()

    def _open_field(self) -> None:
        self._field = self._fields[self._place]
        self._field.begin()
        self._start = len(self._record)

    @property
    def own_close(self) -> None:
        """None: the same mark closes every text."""

    @property
    def foreign_closes(self) -> tuple[int, ...]:
        """None."""
        return ()

    def push(self, token: int) -> Verdict | Rejected:
        """Take in the next token."""
        plan = self._plan
        if not 0 <= token < plan.num_text:
            if token != plan.end:
                return Rejected(Reason.WRONG_SLOT, Stage.TOKEN)
            return Verdict.ENDED if self._is_new else Rejected(Reason.NOT_A_RECORD, Stage.RECORD)
        if self._is_new:
            self.reset()
            self._is_new = False
        if plan.token_bytes is None:
            return self._push_line(token)
        return self._push_bytes(plan.token_bytes[token])

    def _push_line(self, token: int) -> Verdict | Rejected:
        self._tokens.append(token)
        if token not in self._plan.newlines:
            return Verdict.INCOMPLETE
        try:
            verdict = self._push_bytes(self._plan.decode(self._tokens).encode())
        except (CodecError, UnicodeEncodeError):
            return Rejected(Reason.BAD_TEXT, Stage.RECORD)
        return Rejected(verdict.reason, Stage.RECORD) if isinstance(verdict, Rejected) else verdict

    def _push_bytes(self, data: bytes) -> Verdict | Rejected:
        if not data:
            return _NO_RECORD
        for byte in data:
            if self._is_new:
                return _NO_RECORD
            rejected = self._push_byte(byte)
            if rejected is not None:
                return rejected
        return Verdict.ACCEPTED if self._is_new else Verdict.INCOMPLETE

    def _push_byte(self, byte: int) -> Rejected | None:
        field = self._field
        if field is None:
            return self._push_literal(byte)
        if byte in self._plan.stops and field.closes():
            return self._close_field(field, byte)
        self._record.append(byte)
        reason = field.push(byte)
        return None if reason is None else Rejected(reason, Stage.TOKEN)

    def _close_field(self, field: Field, byte: int) -> Rejected | None:
        literal = self._plan.literals[self._place + 1]
        if byte != literal[0]:
            return _NO_RECORD
        reason = field.end()
        if reason is not None:
            return Rejected(reason, Stage.FIELD)
        self._spans.append((self._start, len(self._record)))
        self._place += 1
        self.closed = self._plan.places[self._place]
        self._field, self._literal, self._at = None, literal, 0
        return self._push_literal(byte)

    def _push_literal(self, byte: int) -> Rejected | None:
        if byte != self._literal[self._at]:
            return _NO_RECORD
        self._record.append(byte)
        self._at += 1
        if self._at == len(self._literal):
            if self._place == len(self._fields):
                self._is_new = True
            else:
                self._open_field()
        return None

    def cell(self, column: int, rng: np.random.Generator) -> Cell:
        """Return the value of a closed column of the record in progress, or of the one that just closed.

        Args:
            column: Its position in the schema.
            rng: Not used: lines hold values, not bins.
        """
        place = self._plan.places.index(column)
        start, stop = self._spans[place]
        return self._plan.cell(self._record[start:stop].decode(), place)
