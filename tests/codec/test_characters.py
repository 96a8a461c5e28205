"""Short strings as characters of their column's own alphabet."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.facts import Facts
from tabsynth.codec.records import Records
from tabsynth.codec.slot import Slot
from tabsynth.codec.table import TableCodec
from tabsynth.codec.verdict import Reason
from tabsynth.errors import CodecError
from tabsynth.models.tokenizer import NoTextTokenizer
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.values import Values

Make = Callable[..., Values]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def test_the_alphabet_and_the_longest_string_are_learned(values: Make) -> None:
    codec = CharactersCodec.fit(values(["cab", "", "ü"]))
    assert (codec.nullable, codec.alphabet, codec.max_tokens) == (False, "abcü", 3)
    assert codec.slots("t") == (Slot("t", 1, 0), Slot("t/character", 5, 1, repeats=True))


def test_a_string_is_its_characters_and_an_end(values: Make) -> None:
    codec = CharactersCodec.fit(values(["cab", ""]))
    assert codec.encode(values(["cab", "", "b"])).tolist() == [[0, 3, 1, 2, 0], [0, 0, -1, -1, -1], [0, 2, 0, -1, -1]]


def test_missing_is_the_first_token_and_has_no_characters(values: Make) -> None:
    codec = CharactersCodec.fit(values(["a", None]))
    assert codec.slots("t")[0] == Slot("t", 2, 1)
    assert codec.encode(values([None, "", "a"])).tolist() == [[0, -1, -1], [1, 0, -1], [1, 1, 0]]


def test_characters_never_seen_are_counted_not_quoted(values: Make) -> None:
    codec = CharactersCodec.fit(values(["abc"]))
    assert codec.encodable(values(["cab", "xyz", None, ""])).tolist() == [True, False, True, True]
    with pytest.raises(CodecError, match="2 of 3 strings have characters") as caught:
        codec.encode(values(["cab", "xyz", "z"]))
    assert "xyz" not in str(caught.value)


def table(cells: list[str | None], single: bool = True) -> tuple[pd.DataFrame, TableCodec]:
    frame = pd.DataFrame({"t": pd.Series(cells, dtype=object), "c": ["x", "y"] * (len(cells) // 2)})
    schema = infer_schema(frame, {"t": "text"})
    return frame, TableCodec(schema, Facts.fit(frame, schema, NoTextTokenizer()), NoTextTokenizer(), single=single)


@given(st.lists(texts | st.none(), min_size=20, max_size=20), st.booleans())
@settings(deadline=None, max_examples=60)
def test_every_string_comes_back(cells: list[str | None], single: bool) -> None:
    frame, codec = table(["some", *cells, "thing"], single)
    facts = Facts.model_validate_json(codec.facts.model_dump_json())
    assert facts == codec.facts
    records = codec.encode(frame)
    readings = [codec.read(record.tolist()) for record in records]
    assert [reading.records for reading in readings] == [[record.tolist()] for record in records]
    back = codec.decode(records, np.random.default_rng(0))
    assert back["t"].isna().tolist() == frame["t"].isna().tolist()
    assert back["t"].dropna().tolist() == frame["t"].dropna().tolist()


def test_strings_longer_than_any_in_training_are_rejected() -> None:
    # 0 begin, 1 end, 2 present, 3 end of the string, 4 a, 5 b, 6 x, 7 y
    _, codec = table(["ab", "b"] * 10)
    assert codec.vocabulary.size == 8
    assert codec.read([2, 4, 5, 3, 6]).records == [[2, 4, 5, 3, 6]]
    reading = codec.read([2, 4, 5, 4, 3, 6])
    assert (reading.records, reading.rejected, reading.rejected_tokens) == ([], [Reason.TEXT_TOO_LONG], 6)


def test_only_its_own_characters_and_end_are_legal_inside_a_string() -> None:
    _, codec = table(["ab", "b"] * 10)
    vocabulary = codec.vocabulary
    assert vocabulary.legal_state.tolist() == [-1, vocabulary.boundary, 0, 1, 1, 1, 2, 2]
    assert vocabulary.next_state.tolist()[2:] == [1, 2, 1, 1, vocabulary.boundary, vocabulary.boundary]
    for completion in ([2, 6], [2, 4, 6], [2, 4, 1]):
        assert codec.read(completion).rejected == [Reason.WRONG_SLOT]
    assert codec.read([2, 4, 4]).rejected == [Reason.TRUNCATED]


def test_strings_of_different_lengths_stay_in_their_rows() -> None:
    _, codec = table(["ab", "b"] * 10)
    records = Records.of([[2, 3, 6], [2, 4, 5, 3, 7], [2, 5, 3, 6]])
    assert codec.decode(records, np.random.default_rng(0)).to_dict("list") == {
        "t": ["", "ab", "b"],
        "c": ["x", "y", "x"],
    }
