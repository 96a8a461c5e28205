import numpy as np
import pytest

from tabsynth.codec.characters import CharactersCodec
from tabsynth.privacy.dp.histograms import Noise
from tabsynth.privacy.dp.texts import ASCII, TextMarginal
from tabsynth.schema.values import Values


def texts(cells: list[str | None]) -> Values:
    data = np.empty(len(cells), dtype=object)
    data[:] = cells
    return Values(data, np.array([cell is None for cell in cells]))


def noise(scale: float = 2.0) -> Noise:
    return Noise(scale, 1e-6, np.random.default_rng(0))


def learn(cells: list[str | None], scale: float = 2.0) -> TextMarginal:
    return TextMarginal.learn(texts(cells), noise(scale), noise(scale), np.random.default_rng(0))


def test_one_long_text_does_not_settle_the_greatest_length() -> None:
    marginal = learn(["some words"] * 1_000 + ["x" * 1_500])
    assert marginal.max_length == 11  # the end of the cell of 8 to 11 characters
    assert len(marginal.coerce(texts(["y" * 500])).data[0]) == 11


def test_letters_of_many_are_kept_and_those_of_few_lose_their_accents() -> None:
    marginal = learn(["ééé"] * 1_000 + ["ü", "語"])
    assert "é" in marginal.alphabet and "ü" not in marginal.alphabet
    assert marginal.coerce(texts(["éüü", "語🙂"])).data.tolist() == ["éuu", "??"]


def test_a_codec_fitted_on_the_sample_writes_every_coerced_text() -> None:
    marginal = learn(["ab"] * 900 + [None] * 100)
    codec = CharactersCodec.fit(marginal.draw(200, np.random.default_rng(0)))
    assert set(codec.alphabet) == set(ASCII) and codec.max_tokens == marginal.max_length == 2
    assert codec.encodable(marginal.coerce(texts([ASCII, "語", "", None]))).all()


def test_missing_texts_keep_their_share_or_become_empty() -> None:
    marginal = learn(["ab"] * 900 + [None] * 100)
    assert marginal.draw(1_000, np.random.default_rng(0)).missing.mean() == pytest.approx(0.1, abs=0.02)
    full = learn(["ab"] * 1_000)
    assert not full.nullable and full.coerce(texts([None])).data.tolist() == [""]


def test_a_table_too_small_to_say_anything_leaves_empty_texts() -> None:
    marginal = learn(["ab"] * 20, scale=500.0)
    assert marginal.max_length in (0, *(len(text) for text in marginal.draw(50, np.random.default_rng(0)).data))


def test_all_characters_stay_where_the_tokenizer_writes_any() -> None:
    marginal = TextMarginal.learn(texts(["語🙂"] * 500), noise(), None, np.random.default_rng(0))
    assert marginal.coerce(texts(["🙂語語語"])).data.tolist() == ["🙂語"]
