"""Tokenizers of pretrained bases: every text comes back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tabsynth.codec.text import ByteTokenizer
from tabsynth.errors import CodecError, ModelError
from tabsynth.models.tokenizer import FastTokenizer, NoTextTokenizer, tokenizer_for

CONTROL = ["<|endoftext|>", "<|im_end|>", "a<|im_end|>b", " <|endoftext|>\n"]
texts = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from([*CONTROL, "\ufffd", "", " a ", "\r\n\t"])


@pytest.fixture(scope="module")
def tokenizer(bpe: Path) -> FastTokenizer:
    return FastTokenizer(bpe)


@given(text=texts)
@settings(deadline=None, max_examples=200)
def test_every_text_comes_back(tokenizer: FastTokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert all(0 <= token < tokenizer.num_text for token in ids)


@pytest.mark.parametrize("text", CONTROL)
def test_text_that_looks_like_a_control_token_is_text(tokenizer: FastTokenizer, text: str) -> None:
    assert not {0, 1} & set(tokenizer.encode(text))  # the two control tokens
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_words_are_fewer_tokens_than_letters(tokenizer: FastTokenizer) -> None:
    assert len(tokenizer.encode(" note")) == 1


def test_ids_that_end_inside_a_character_are_no_text(tokenizer: FastTokenizer) -> None:
    whole = tokenizer.encode("日")
    assert len(whole) == 3
    for cut in (whole[:1], whole[:2], whole[1:]):
        with pytest.raises(CodecError, match="inside a character"):
            tokenizer.decode(cut)


def test_a_folder_without_a_fast_tokenizer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        FastTokenizer(tmp_path)


def test_a_base_of_our_own_has_no_ids_for_text() -> None:
    none = NoTextTokenizer()
    assert (none.size, none.num_text, none.decode([])) == (0, 0, "")
    with pytest.raises(CodecError, match="has no tokenizer"):
        none.encode("a")


def test_the_tokenizer_goes_with_base_and_format(bpe: Path) -> None:
    assert isinstance(tokenizer_for(bpe, "table"), FastTokenizer)
    assert isinstance(tokenizer_for(bpe, "jsonl"), FastTokenizer)
    assert isinstance(tokenizer_for(None, "table"), NoTextTokenizer)
    assert isinstance(tokenizer_for(None, "jsonl"), ByteTokenizer)
    assert isinstance(tokenizer_for(None, "values"), ByteTokenizer)
