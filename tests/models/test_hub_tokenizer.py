"""The tokenizer beside merged weights: its ids and bytes are the codec's."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from transformers import AutoTokenizer

from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer, TextTokenizer
from tabsynth.codec.vocabulary import Vocabulary
from tabsynth.errors import ModelError
from tabsynth.models.hub_tokenizer import BEGIN, write_hub_tokenizer
from tabsynth.models.smollm2 import cache_folder, is_intact
from tabsynth.models.tokenizer import FastTokenizer

xgrammar = pytest.importorskip("xgrammar")  # comes with vLLM

LINES = ['{"a":1,"b":"naïve 東京 🎲\\n"}\n', "39|  two spaces|\\N|x<|im_end|>\n"]


def lines_of(tokenizer: TextTokenizer) -> Vocabulary:
    return Vocabulary(tokenizer.size, tokenizer.num_text, ())


def check(folder: Path, tokenizer: TextTokenizer) -> None:
    """Write it, load it as vLLM does, and compare all ids."""
    vocabulary = lines_of(tokenizer)
    write_hub_tokenizer(folder, tokenizer, vocabulary)
    loaded = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    assert loaded.eos_token_id == vocabulary.end
    assert loaded.convert_tokens_to_ids(BEGIN) == vocabulary.begin
    assert len(loaded) == vocabulary.size
    info = xgrammar.TokenizerInfo.from_huggingface(loaded, vocab_size=vocabulary.size)
    assert info.stop_token_ids == [vocabulary.end]
    assert tokenizer.token_bytes is not None
    assert info.decoded_vocab[: tokenizer.num_text] == list(tokenizer.token_bytes)
    for line in LINES:
        assert loaded.decode(tokenizer.encode(line), skip_special_tokens=False) == line


def test_bytes_keep_their_ids(tmp_path: Path) -> None:
    check(tmp_path, ByteTokenizer())


def test_a_base_keeps_its_ids_and_begin_and_end_follow(tmp_path: Path, bpe: Path) -> None:
    check(tmp_path, FastTokenizer(bpe))


@pytest.mark.slow
def test_smollm2_keeps_its_ids(tmp_path: Path) -> None:
    folder = next((folder for folder in cache_folder().glob("smollm2-135m-*") if is_intact(folder)), None)
    if folder is None:
        pytest.skip("smollm2-135m is not converted on this machine")
    check(tmp_path, FastTokenizer(folder))


def test_a_grammar_of_its_tokens_allows_end_between_records_only(tmp_path: Path) -> None:
    vocabulary = lines_of(ByteTokenizer())
    write_hub_tokenizer(tmp_path, ByteTokenizer(), vocabulary)
    loaded = AutoTokenizer.from_pretrained(str(tmp_path), local_files_only=True)
    info = xgrammar.TokenizerInfo.from_huggingface(loaded, vocab_size=vocabulary.size)
    matcher = xgrammar.GrammarMatcher(
        xgrammar.GrammarCompiler(info).compile_grammar(xgrammar.Grammar.from_ebnf('root ::= ("é" "\\n")+'))
    )
    ids = ByteTokenizer().encode("é\n")
    assert not matcher.accept_token(vocabulary.end)
    assert all(matcher.accept_token(token) for token in [*ids, *ids[:1]])
    assert not matcher.accept_token(vocabulary.end)
    assert not matcher.accept_token(vocabulary.begin)
    assert all(matcher.accept_token(token) for token in [*ids[1:], vocabulary.end])


def test_table_tokens_need_none(tmp_path: Path, table_codec: Callable[..., TableCodec]) -> None:
    write_hub_tokenizer(tmp_path, ByteTokenizer(), table_codec(text=True).vocabulary)
    assert list(tmp_path.iterdir()) == []


def test_a_base_that_has_these_tokens_already_is_an_error(tmp_path: Path, bpe: Path) -> None:
    file = json.loads((bpe / "tokenizer.json").read_text(encoding="utf-8"))
    file["model"]["vocab"][BEGIN] = len(file["model"]["vocab"])
    (tmp_path / "tokenizer.json").write_text(json.dumps(file), encoding="utf-8")
    tokenizer = FastTokenizer(tmp_path)
    with pytest.raises(ModelError, match=r"gives id \d+ to what is id \d+"):
        write_hub_tokenizer(tmp_path, tokenizer, lines_of(tokenizer))
