"""What a codec has learned, in counts."""

from typing import Any

import pytest

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.characters import CharactersCodec
from tabsynth.codec.derived import DerivedCodec
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import TextCodec
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.learned import count_of, learned_by


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        (CategoricalCodec(nullable=True, categories=("a", "b")), "2 categories, and missing"),
        (CategoricalCodec(nullable=False, categories=("a",)), "1 category"),
        (NumericCodec(nullable=False, decimals=0, atoms=(0.0,), atom_ticks=(0,)), "1 exact value"),
        (NumericCodec(nullable=True, decimals=0, edges=(0, 5, 9), steps=4), "2 bins of 4 steps, and missing"),
        (NumericCodec(nullable=True, decimals=0), "nothing: no values, and missing"),
        (TimestampCodec(nullable=False, parts=("year", "day"), strides=(1, 1), sizes=(3, 31)), "year 3, day 31"),
        (TimestampCodec(nullable=False), "one date"),
        (TextCodec(nullable=False, max_tokens=40), "up to 40 tokens"),
        (CharactersCodec(nullable=True, alphabet="abc", max_tokens=9), "3 characters, up to 9 of them, and missing"),
        (IdentifierCodec(nullable=False, start=1), "a counter"),
        (IdentifierCodec(nullable=False, shape="C000"), "the shape of its codes"),
        (
            DerivedCodec(source=1, inner=CategoricalCodec(nullable=False, categories=("a",)), tokens=(0,)),
            "settled by b",
        ),
    ],
)
def test_what_a_column_taught_is_counted(codec: Any, words: str) -> None:
    assert learned_by(codec, ["a", "b"]) == words


def test_one_is_no_plural() -> None:
    assert count_of(1, "category", "categories") == "1 category"
    assert count_of(1_200, "category", "categories") == "1,200 categories"
