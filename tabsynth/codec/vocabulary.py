"""The vocabulary: table tokens after the base tokenizer's ids, and which token may follow which.

Every table token belongs to exactly one slot, so the last token alone settles which slot comes next: a state.
State s < num_slots waits for a token of slot s, state `text` for text or a close token. After a record comes the
boundary. With one record an example only END is legal there; with many, it is state 0 and the next record may begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tabsynth.codec.slot import Slot


@dataclass(frozen=True)
class Place:
    """A slot in the record.

    Attributes:
        slot: The slot.
        column: Position of its column in the schema.
        part: Position of the slot inside its column.
        follows: Position of the slot after a terminal token: the first slot of the next column.
        is_text: Whether its last token opens a text.
    """

    slot: Slot
    column: int
    part: int
    follows: int
    is_text: bool


@dataclass(frozen=True)
class Vocabulary:
    """Table tokens and the transitions between slots.

    Attributes:
        base_size: Ids below this are the base tokenizer's.
        num_text: Ids below this can stand inside text.
        places: The slots of a record in order.
        single: Whether an example holds one record only.
    """

    base_size: int
    num_text: int
    places: tuple[Place, ...]
    single: bool = False

    @property
    def begin(self) -> int:
        """The token that ends the prompt."""
        return self.base_size

    @property
    def end(self) -> int:
        """The token that ends an example; also the padding."""
        return self.base_size + 1

    @property
    def num_slots(self) -> int:
        """Number of slots."""
        return len(self.places)

    @property
    def text_state(self) -> int:
        """The state inside text."""
        return self.num_slots

    @property
    def num_states(self) -> int:
        """Number of states."""
        return self.num_slots + 1 + int(self.single)

    @property
    def boundary(self) -> int:
        """The state after a record."""
        return self.num_slots + 1 if self.single else 0

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Id of the first token of each slot, shape (slots + 1,); the last entry is where close tokens start."""
        sizes = [place.slot.size for place in self.places]
        return self.base_size + 2 + np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def close(self, slot: int) -> int:
        """Id of the token that closes the text of `slot`."""
        texts = [place for place, at in enumerate(self.places) if at.is_text]
        return int(self.first[-1]) + texts.index(slot)

    @cached_property
    def texts_opened(self) -> NDArray[np.int64]:
        """For each token the number of the text column that it opens, from 0, shape (size,); -1 where it opens none."""
        opened = np.full(self.size, -1, dtype=np.int64)
        texts = [at for at, place in enumerate(self.places) if place.is_text]
        for number, at in enumerate(texts):
            opened[self.first[at] + self.places[at].slot.terminal : self.first[at + 1]] = number
        return opened

    @property
    def num_table_tokens(self) -> int:
        """Number of ids after the base vocabulary."""
        return self.size - self.base_size

    @cached_property
    def size(self) -> int:
        """Number of ids in all."""
        return int(self.first[-1]) + sum(place.is_text for place in self.places)

    @cached_property
    def next_state(self) -> NDArray[np.int64]:
        """The state after each token, shape (size,)."""
        after = np.full(self.size, self.text_state, dtype=np.int64)
        after[[self.begin, self.end]] = 0, self.boundary
        for at, place in enumerate(self.places):
            start, slot = int(self.first[at]), place.slot
            leads = self.text_state if place.is_text else at if slot.repeats else at + 1
            after[start : start + slot.terminal] = self._state(place.follows)
            after[start + slot.terminal : start + slot.size] = leads
            if place.is_text:
                after[self.close(at)] = self._state(place.follows)
        return after

    def _state(self, follows: int) -> int:
        return follows if follows < self.num_slots else self.boundary

    @cached_property
    def stop_tokens(self) -> tuple[int, ...]:
        """The ids that end a completion: END, and with one record an example every token that ends a record."""
        ends = np.flatnonzero(self.next_state == self.boundary).tolist() if self.single else [self.end]
        return tuple(ends)

    @cached_property
    def legal_state(self) -> NDArray[np.int64]:
        """The one state in which each token is legal, shape (size,); -1 for none."""
        state = np.full(self.size, -1, dtype=np.int64)
        state[self.end] = self.boundary
        has_text = not self.places or any(place.is_text for place in self.places)
        state[: self.num_text] = self.text_state if has_text else -1
        for at, place in enumerate(self.places):
            start = int(self.first[at])
            state[start : start + place.slot.size] = at
            if place.is_text:
                state[self.close(at)] = self.text_state
        return state
