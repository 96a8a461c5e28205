"""What the codec learned, on its way through JSON."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from tabsynth.codec.categorical import CategoricalCodec
from tabsynth.codec.facts import Facts
from tabsynth.codec.identifier import IdentifierCodec
from tabsynth.codec.numeric import NumericCodec
from tabsynth.codec.text import ByteTokenizer, TextCodec
from tabsynth.codec.timestamp import TimestampCodec
from tabsynth.errors import CodecError
from tabsynth.schema.column import Column, Kind
from tabsynth.schema.infer import infer_schema
from tabsynth.schema.values import Values


def fitted(frame: pd.DataFrame, **types: str) -> Facts:
    return Facts.fit(frame, infer_schema(frame, types), ByteTokenizer())


@pytest.fixture
def facts() -> Facts:
    rows = np.arange(60)
    frame = pd.DataFrame(
        {
            "n": rows % 7,
            "r": np.sqrt(rows),
            "d": pd.Timestamp("2024-01-01") + pd.to_timedelta(rows % 9, "D"),
            "c": np.where(rows % 2, "x", "y"),
            "b": rows % 3 == 0,
            "t": [f"name {row}" for row in rows],
            "id": [f"K{row:05}" for row in rows],
        }
    )
    return fitted(frame)


def test_each_column_gets_the_codec_of_its_kind(facts: Facts) -> None:
    assert [type(codec) for codec in facts.columns] == [
        NumericCodec,
        NumericCodec,
        TimestampCodec,
        CategoricalCodec,
        CategoricalCodec,
        TextCodec,
        IdentifierCodec,
    ]


def test_facts_survive_json(facts: Facts) -> None:
    assert Facts.model_validate_json(facts.model_dump_json()) == facts


def test_categories_keep_their_types_in_json(column: Callable[..., Column], values: Callable[..., Values]) -> None:
    kinds = [True, 1, 1.0, "1", 2.0, "true"]
    codecs = tuple(CategoricalCodec.fit(values([cell]), column(Kind.CATEGORICAL)) for cell in kinds)
    back = Facts.model_validate_json(Facts(columns=codecs).model_dump_json())
    read = [codec.categories[0] for codec in back.columns if isinstance(codec, CategoricalCodec)]
    assert read == kinds
    assert [type(category) for category in read] == [bool, int, float, str, float, str]


def test_atoms_and_bounds_keep_every_digit_in_json(
    column: Callable[..., Column], values: Callable[..., Values]
) -> None:
    whole = NumericCodec.fit(values([2**53 + 1, 0, 1] * 5, np.int64), column(Kind.INTEGER, decimals=0))
    real = NumericCodec.fit(values([0.1 + 0.2, 1e-300, 1 / 3] * 5, np.float64), column(Kind.DECIMAL))
    back = Facts.model_validate_json(Facts(columns=(whole, real)).model_dump_json())
    assert back == Facts(columns=(whole, real))
    assert back.columns[0].atoms == (0, 1, 2**53 + 1)  # type: ignore[union-attr]
    assert back.columns[1].atoms == (1e-300, 0.1 + 0.2, 1 / 3)  # type: ignore[union-attr]


def test_an_unknown_codec_or_entry_is_refused_without_quoting_values() -> None:
    for text in (
        '{"columns": [{"type": "secret", "nullable": false}]}',
        '{"columns": [{"type": "text", "nullable": false, "max_tokens": "secret"}]}',
        '{"columns": [], "more": "secret"}',
    ):
        with pytest.raises(ValidationError) as caught:
            Facts.model_validate_json(text)
        assert "input_value" not in str(caught.value)


def test_a_table_that_never_varies_is_refused() -> None:
    with pytest.raises(CodecError, match="every column is constant"):
        fitted(pd.DataFrame({"a": ["x"] * 20, "b": [True] * 20}))


def test_codes_without_letters_are_characters_even_where_the_base_writes_words() -> None:
    frame = pd.DataFrame({"t": [f"name {row}" for row in range(60)], "x": [f"-{row}.{row % 7}" for row in range(60)]})
    facts = fitted(frame, t="text", x="text")
    assert [codec.type for codec in facts.columns] == ["text", "characters"]
