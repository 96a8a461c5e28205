"""The record reader: walks a completion from slot to slot and says which records are valid. Knows no frames."""

from __future__ import annotations

from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.codec import Reading
from tabsynth.codec.facts import Facts
from tabsynth.codec.text import TextCodec, TextTokenizer
from tabsynth.codec.verdict import Reason
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import CodecError


class RecordReader:
    """Reads completions of table tokens.

    Args:
        vocabulary: Settles which token may follow which.
        facts: Settle how long a text may be.
        tokenizer: Reads free text.
    """

    def __init__(self, vocabulary: Vocabulary, facts: Facts, tokenizer: TextTokenizer) -> None:
        self._vocabulary = vocabulary
        self._facts = facts
        self._tokenizer = tokenizer
        # Lists: a look-up of a single token is several times faster than in an array.
        self._legal = vocabulary.legal_state.tolist()
        self._after = vocabulary.next_state.tolist()

    def read(self, completion: list[int]) -> Reading:
        """Split a completion into records; a wrong token ends the reading."""
        vocabulary, reading = self._vocabulary, Reading()
        legal, after = self._legal, self._after
        state, start, opener, opened = 0, 0, 0, 0
        for at, token in enumerate(completion):
            if token == vocabulary.end and legal[token] == state:
                return reading
            following = after[token]
            reason = None if legal[token] == state else Reason.WRONG_SLOT
            if reason is None and following != state:
                reason = self._text_fault(completion[opened:at], state, opener, token)
            if reason is not None:
                reading.reject(reason, len(completion) - start)
                return reading
            if following != state:
                opener, opened, state = state, at + 1, following
            if state == vocabulary.boundary:
                reading.records.append(completion[start : at + 1])
                start = opened = at + 1
        if start < len(completion):
            reading.reject(Reason.TRUNCATED, len(completion) - start)
        return reading

    def _text_fault(self, ids: list[int], state: int, opener: int, close: int) -> Reason | None:
        """What is wrong with the text that `close` ends in `state`; None where no text ends."""
        vocabulary = self._vocabulary
        if state != vocabulary.text_state:
            codec = self._facts.columns[vocabulary.places[state].column]
            too_long = isinstance(codec, CharactersCodec) and len(ids) > codec.max_tokens
            return Reason.TEXT_TOO_LONG if too_long else None
        codec = self._facts.columns[vocabulary.places[opener].column]
        if close != vocabulary.close(opener):
            return Reason.WRONG_SLOT
        if isinstance(codec, TextCodec) and len(ids) > codec.max_tokens:
            return Reason.TEXT_TOO_LONG
        try:
            self._tokenizer.decode(ids)
        except CodecError:
            return Reason.BAD_TEXT
        return None
