"""Tokenizers of pretrained bases: every text comes back."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from tabsynth.codec.text import ByteTokenizer
from tabsynth.errors import CodecError, ModelError
from tabsynth.models.tokenizer import FastTokenizer, NoTextTokenizer, byte_letters, tokenizer_for

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


@given(text=texts)
@settings(deadline=None, max_examples=200)
def test_the_bytes_of_the_tokens_are_the_bytes_of_the_text(tokenizer: FastTokenizer, text: str) -> None:
    assert tokenizer.token_bytes is not None
    assert b"".join(tokenizer.token_bytes[token] for token in tokenizer.encode(text)) == text.encode()


def test_every_id_stands_for_what_it_decodes_to(tokenizer: FastTokenizer, bpe: Path) -> None:
    assert tokenizer.token_bytes is not None and len(tokenizer.token_bytes) == tokenizer.num_text
    backend = Tokenizer.from_file(str(bpe / "tokenizer.json"))
    for token, data in enumerate(tokenizer.token_bytes):
        assert data.decode(errors="replace") == backend.decode([token], skip_special_tokens=False)
    assert tokenizer.token_bytes[0] == b"<|endoftext|>"


def test_byte_letters_are_those_of_byte_level_vocabularies() -> None:
    assert sorted(byte_letters()) == sorted(pre_tokenizers.ByteLevel.alphabet())
    split = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False).pre_tokenize_str("a \nü")
    assert split[0][0] == "".join(byte_letters()[byte] for byte in "a \nü".encode())


def test_a_control_token_of_other_letters_is_its_own_text_and_a_hole_is_nothing(tmp_path: Path, bpe: Path) -> None:
    file = json.loads((bpe / "tokenizer.json").read_text(encoding="utf-8"))
    listed = file["model"]["vocab"]
    listed["<a b>"] = len(listed) + 1
    (tmp_path / "tokenizer.json").write_text(json.dumps(file), encoding="utf-8")
    tokenizer = FastTokenizer(tmp_path)
    assert tokenizer.token_bytes is not None
    assert tokenizer.token_bytes[-1] == b""
    assert json.loads(tokenizer.to_json())["model"]["vocab"] == listed
    listed["<a b>"] -= 1
    (tmp_path / "tokenizer.json").write_text(json.dumps(file), encoding="utf-8")
    whole = FastTokenizer(tmp_path)
    assert whole.token_bytes is not None and whole.token_bytes[-1] == b"<a b>"


def test_tokens_of_other_vocabularies_have_no_bytes_of_their_own(tmp_path: Path) -> None:
    words = Tokenizer(models.WordPiece({"[UNK]": 0, "a": 1, "##b": 2}, unk_token="[UNK]"))
    words.decoder = decoders.WordPiece()
    words.save(str(tmp_path / "tokenizer.json"))
    assert FastTokenizer(tmp_path).token_bytes is None


def test_a_folder_without_a_fast_tokenizer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        FastTokenizer(tmp_path)


def test_a_base_of_our_own_has_no_ids_for_text() -> None:
    none = NoTextTokenizer()
    assert (none.size, none.num_text, none.decode([])) == (0, 0, "")
    with pytest.raises(CodecError, match="has no tokenizer"):
        none.encode("a")


def test_the_tokenizer_goes_with_base_and_format(bpe: Path) -> None:
    assert isinstance(tokenizer_for(bpe, "table", has_text=True), FastTokenizer)
    assert isinstance(tokenizer_for(bpe, "table", has_text=False), NoTextTokenizer)
    assert isinstance(tokenizer_for(bpe, "jsonl", has_text=False), FastTokenizer)
    assert isinstance(tokenizer_for(None, "table", has_text=True), NoTextTokenizer)
    assert isinstance(tokenizer_for(None, "jsonl", has_text=True), ByteTokenizer)
    assert isinstance(tokenizer_for(None, "values", has_text=True), ByteTokenizer)
