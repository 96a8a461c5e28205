"""Table tokens: a row as one short sequence of slot tokens, with ordinary tokens only inside text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.cells import Cell, cells_of, values_of
from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.codec import Reading
from tabsynth.codec.derived import DerivedCodec
from tabsynth.codec.facts import ColumnCodec, Facts
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.neighbours import neighbour_runs, token_positions
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.records import Records
from tabsynth.codec.table_scanner import TablePlan, TableScanner
from tabsynth.codec.text import TextCodec, TextTokenizer
from tabsynth.codec.verdict import Reason, Rejected, Verdict
from tabsynth.codec.vocabulary import Place, Vocabulary
from tabsynth.errors import CodecError
from tabsynth.schema.schema import Schema
from tabsynth.schema.values import Values, plain_values, restored_series

_BySlot = tuple[NDArray[np.int64], dict[int, list[str]]]


class TableCodec:
    """A row as slot tokens, in column order.

    Args:
        schema: The table's schema.
        facts: What was learned from the training table.
        tokenizer: Writes free text.
        single: Whether an example holds one record only.
    """

    def __init__(
        self,
        schema: Schema,
        facts: Facts,
        tokenizer: TextTokenizer,
        *,
        single: bool = True,
    ) -> None:
        self._single = single
        self.schema = schema
        self.facts = facts
        self.tokenizer = tokenizer

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The ids in use and the transitions between them."""
        slots = [
            (slot, column, part, isinstance(codec, TextCodec))
            for column, (c, codec) in enumerate(zip(self.schema.columns, self.facts.columns, strict=True))
            for part, slot in enumerate(codec.slots(c.name))
        ]
        places = []
        for slot, column, part, is_text in slots:
            follows = next((at for at, other in enumerate(slots) if other[1] > column), len(slots))
            places.append(Place(slot, column, part, follows, is_text))
        return Vocabulary(self.tokenizer.size, self.tokenizer.num_text, tuple(places), self._single)

    @cached_property
    def prompt(self) -> list[int]:
        """BEGIN."""
        return [self.vocabulary.begin]

    def encode(self, frame: pd.DataFrame) -> Records:
        """Return the token ids of each row of `frame`.

        Raises:
            CodecError: A value is no known category, or text that the tokenizer loses.
        """
        vocabulary, blocks, at = self.vocabulary, [], 0
        for column, codec in zip(self.schema.columns, self.facts.columns, strict=True):
            width = len(codec.slots(column.name))
            if width:
                values = plain_values(frame[column.name], column)
                try:
                    blocks.append(self._block(values, codec, at))
                except CodecError as error:
                    raise CodecError(error.message, where=f"column '{column.name}'", do=error.do) from None
            at += width
        table = np.hstack(blocks).astype(np.int32)
        present = table >= 0
        offsets = np.concatenate([[0], np.cumsum(present.sum(axis=1))]).astype(np.int64)
        assert vocabulary.size < 2**31
        return Records(table[present], offsets)

    def encodable(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Return True for each row whose categories, missing values and dependencies training saw, shape (rows,)."""
        fits = np.ones(len(frame), dtype=bool)
        for column, codec in zip(self.schema.columns, self.facts.columns, strict=True):
            if isinstance(codec, IdentifierCodec):
                continue
            values = plain_values(frame[column.name], column)
            fits &= ~values.missing | codec.nullable
            if isinstance(codec, CategoricalCodec):
                known = set(codec.categories)
                fits &= np.array([value in known for value in values.data], dtype=bool) | values.missing
            if isinstance(codec, CharactersCodec):
                fits &= codec.encodable(values)
            if isinstance(codec, DerivedCodec) and isinstance(codec.inner, CategoricalCodec):
                known = set(codec.inner.categories)
                fits &= np.array([value in known for value in values.data], dtype=bool) | values.missing
        return self._dependent(frame, fits)

    def _dependent(self, frame: pd.DataFrame, fits: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Take out the rows in which a derived column is not what its settling column says."""
        rows = frame[fits]
        follows = np.ones(len(rows), dtype=bool)
        for column, codec in zip(self.schema.columns, self.facts.columns, strict=True):
            if not isinstance(codec, DerivedCodec):
                continue
            source, settling = self.schema.columns[codec.source], self.facts.columns[codec.source]
            assert isinstance(settling, (CategoricalCodec, NumericCodec))
            tokens = settling.encode(plain_values(rows[source.name], source))[:, 0]
            own = codec.inner.encode(plain_values(rows[column.name], column))[:, 0]
            follows &= np.array(codec.tokens)[tokens] == own
        fits = fits.copy()
        fits[fits] = follows
        return fits

    def _block(self, values: Values, codec: ColumnCodec, at: int) -> NDArray[np.int64]:
        """Token ids of one column, shape (rows, widest); -1 where there is none."""
        first = int(self.vocabulary.first[at])
        if not isinstance(codec, TextCodec):
            assert not isinstance(codec, (IdentifierCodec, DerivedCodec))  # they have no slot
            tokens = codec.encode(values)
            # Only the last slot of a column can repeat.
            parts = np.minimum(np.arange(tokens.shape[1]), len(codec.slots("")) - 1)
            return np.where(tokens < 0, -1, tokens + self.vocabulary.first[at + parts])
        texts = codec.tokenized([str(text) for text in values.data[~values.missing]], self.tokenizer)
        block = np.full((len(values.data), 2 + max(map(len, texts), default=0)), -1, dtype=np.int64)
        block[:, 0] = first
        opened, close = first + int(codec.nullable), self.vocabulary.close(at)
        for row, ids in zip(np.flatnonzero(~values.missing), texts, strict=True):
            block[row, : len(ids) + 2] = [opened, *ids, close]
        return block

    def read(self, completion: list[int]) -> Reading:
        """Split a completion into records and check each of them alone."""
        reading, scanner, start = Reading(), self.scanner(), 0
        for at, token in enumerate(completion):
            verdict = scanner.push(token)
            if verdict is Verdict.ACCEPTED:
                reading.records.append(completion[start : at + 1])
                start = at + 1
            elif verdict is Verdict.ENDED:
                return reading
            elif isinstance(verdict, Rejected):
                reading.reject(verdict.reason, len(completion) - start)
                return reading
        if start < len(completion):
            reading.reject(Reason.TRUNCATED, len(completion) - start)
        return reading

    def scanner(self) -> TableScanner:
        """Return a scanner at the start of a completion."""
        return TableScanner(self._plan)

    @cached_property
    def _plan(self) -> TablePlan:
        return TablePlan.of(self.vocabulary, self.facts, self.tokenizer, self._cell)

    def settled_by(self, column: int) -> int | None:
        """Return the column itself, or the one that it is looked up from; None for identifiers."""
        codec = self.facts.columns[column]
        if isinstance(codec, IdentifierCodec):
            return None
        return codec.source if isinstance(codec, DerivedCodec) else column

    def grammar(self) -> None:
        """Return None: the weights themselves write legal table tokens only."""

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
            cells: Values by column position that are settled already, one a record.
            first_row: Number of the first row in the whole table, for identifiers.
        """
        by_slot, settled, series = self._by_slot(records), cells or {}, []
        for at, column in enumerate(self.schema.columns):
            codec = self.facts.columns[at]
            if at in settled:
                values = values_of(list(settled[at]), self._inner(at))
            elif isinstance(codec, IdentifierCodec):
                values = codec.decode(len(records), first_row)
            else:
                values = self._values(at, records, by_slot, rng)
            series.append(restored_series(values, column))
        return pd.DataFrame({s.name: s for s in series}, columns=self.schema.names)

    def _cell(self, tokens: list[int], column: int, rng: np.random.Generator) -> Cell:
        """The value of one settled column of a record, which may not be whole yet."""
        records = Records.of([tokens])
        return cells_of(self._values(column, records, self._by_slot(records), rng), self._inner(column))[0]

    def _inner(self, column: int) -> ColumnCodec:
        codec = self.facts.columns[column]
        return codec.inner if isinstance(codec, DerivedCodec) else codec

    def _values(self, column: int, records: Records, by_slot: _BySlot, rng: np.random.Generator) -> Values:
        codec, (tokens, texts) = self.facts.columns[column], by_slot
        at = self._first_slot[column]
        block = tokens[:, at : at + len(codec.slots(""))]
        assert not isinstance(codec, IdentifierCodec)  # they have no tokens
        if isinstance(codec, DerivedCodec):
            return codec.decode(tokens[:, self._first_slot[codec.source]], rng)
        if isinstance(codec, CharactersCodec):
            missing = (block[:, 0] == 0) & codec.nullable
            return codec.decode(missing, self._runs(records, at + block.shape[1] - 1))
        if isinstance(codec, TextCodec):
            missing = (block[:, 0] == 0) & codec.nullable
            data = np.empty(len(records), dtype=object)
            data[:] = texts[at]
            return Values(data, missing)
        return codec.decode(block, rng)

    @cached_property
    def _first_slot(self) -> list[int]:
        """Position of each column's first slot; of the next one's where it has none."""
        widths = [len(codec.slots("")) for codec in self.facts.columns]
        return [0, *np.cumsum(widths).tolist()][:-1]

    def _by_slot(self, records: Records) -> _BySlot:
        """Tokens by slot, shape (records, slots), -1 where skipped; and the texts of each text slot."""
        vocabulary = self.vocabulary
        owner = np.repeat(np.arange(len(records)), records.lengths)
        state = vocabulary.legal_state[records.ids]
        in_slot = (state >= 0) & (state < vocabulary.text_state)
        tokens = np.full((len(records), vocabulary.num_slots), -1, dtype=np.int64)
        tokens[owner[in_slot], state[in_slot]] = records.ids[in_slot] - vocabulary.first[state[in_slot]]
        texts: dict[int, list[str]] = {at: [""] * len(records) for at, p in enumerate(vocabulary.places) if p.is_text}
        if texts:
            for row, record in enumerate(records):
                for slot, ids in self._texts_of(record.tolist()):
                    texts[slot][row] = self.tokenizer.decode(ids)
        return tokens, texts

    def _runs(self, records: Records, slot: int) -> list[NDArray[np.int64]]:
        """Tokens of a repeating slot, one array a record."""
        here = self.vocabulary.legal_state[records.ids] == slot
        owner = np.repeat(np.arange(len(records)), records.lengths)[here]
        tokens = records.ids[here].astype(np.int64) - self.vocabulary.first[slot]
        return np.split(tokens, np.searchsorted(owner, np.arange(1, len(records))))[: len(records)]

    def _texts_of(self, record: list[int]) -> list[tuple[int, list[int]]]:
        vocabulary, found, slot, start = self.vocabulary, [], -1, 0
        for at, token in enumerate(record):
            state = int(vocabulary.legal_state[token])
            if state < vocabulary.text_state:
                slot, start = state, at + 1
            elif token >= vocabulary.base_size:
                found.append((slot, record[start:at]))
        return found

    def token_positions(self) -> NDArray[np.float64]:
        """Return the rank of every table token inside its slot in 0..1, NaN where tokens have no order."""
        return token_positions(self.vocabulary, self.facts)

    def token_labels(self) -> list[str]:
        """Return words for every table token: ``column: value``, the seed of its row in a pretrained vocabulary."""
        labels = ["begin", "end"]
        for place in self.vocabulary.places:
            codec, name = self.facts.columns[place.column], self.schema.columns[place.column].name
            if isinstance(codec, (TextCodec, CharactersCodec, IdentifierCodec, DerivedCodec)):
                words = ["missing"] * (place.slot.size - 1) + [""]
            else:
                words = codec.labels() if place.part == 0 else [str(token) for token in range(place.slot.size)]
            labels += [f"{name}: {word}" for word in words]
        # A line break is what a pretrained model ends a text with.
        return labels + ["\n" for place in self.vocabulary.places if place.is_text]

    def neighbour_runs(self) -> list[tuple[int, int]]:
        """Return first and last token id of each run of bins in which neighbours are nearly the same value."""
        return neighbour_runs(self.vocabulary, self.facts)
