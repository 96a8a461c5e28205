"""Merged weights for an engine."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import torch

from tabsynth.artifact.metadata import BaseReference, LoraSettings
from tabsynth.codec.codec import Codec
from tabsynth.codec.facts import Facts
from tabsynth.codec.lines import LineCodec
from tabsynth.codec.table import TableCodec
from tabsynth.codec.text import ByteTokenizer, TextTokenizer
from tabsynth.codec.values import ValuesFormat
from tabsynth.models.adapter import attach_adapter, save_adapter
from tabsynth.models.base import build_base, load_plain
from tabsynth.models.merged import write_merged
from tabsynth.models.tokenizer import FastTokenizer, NoTextTokenizer
from tabsynth.schema.infer import infer_schema

MINI = BaseReference(name="tabsynth-mini", revision="1", hidden_size=64, num_layers=1, seed=3)


def write(
    folder: Path, codec: Codec, base: BaseReference, tokenizer: TextTokenizer, scratch: Path, *, legal: bool = True
) -> None:
    new_ids = None if base.folder is None else list(range(codec.vocabulary.base_size, codec.vocabulary.size))
    model = attach_adapter(build_base(base, codec), LoraSettings(rank=4, alpha=4.0), new_ids)
    save_adapter(model, scratch / "adapter")
    write_merged(folder, adapter=scratch / "adapter", reference=base, codec=codec, tokenizer=tokenizer, legal=legal)


@pytest.mark.parametrize("base", ["mini", "tied", "untied"])
def test_the_folder_holds_plain_weights_that_write_legal_tokens(
    table_codec: Callable[..., TableCodec], base_folder: Callable[..., Path], tmp_path: Path, base: str
) -> None:
    if base == "mini":
        reference, tokenizer, codec = MINI, NoTextTokenizer(), table_codec()
    else:
        home = base_folder(tied=base == "tied")
        reference, tokenizer = BaseReference(name="b", revision="1", folder=str(home)), FastTokenizer(home)
        codec = table_codec(text=True, tokenizer=tokenizer)
    folder = tmp_path / "run" / "merged"
    write(folder, codec, reference, tokenizer, tmp_path)
    names = {file.name for file in folder.iterdir()}
    assert {"config.json", "model.safetensors"} <= names
    assert not any(name.endswith((".bin", ".pt")) for name in names)
    vocabulary, model = codec.vocabulary, load_plain(folder).eval()
    with torch.inference_mode():
        shares = model(input_ids=torch.tensor([codec.prompt])).logits[0, -1].softmax(-1)
    legal = torch.from_numpy(vocabulary.legal_state == 0)
    assert float(shares[: vocabulary.size][legal].sum()) == pytest.approx(1)
    assert float(shares[: vocabulary.size][~legal].max()) < 1e-13


def test_an_old_folder_is_replaced(table_codec: Callable[..., TableCodec], tmp_path: Path) -> None:
    folder = tmp_path / "run" / "merged"
    folder.mkdir(parents=True)
    (folder / "stale").write_text("old")
    write(folder, table_codec(), MINI, NoTextTokenizer(), tmp_path)
    assert not (folder / "stale").exists()
    assert [path.name for path in folder.parent.iterdir()] == ["merged"]


def test_free_weights_may_write_any_token(table_codec: Callable[..., TableCodec], tmp_path: Path) -> None:
    codec = table_codec()
    write(tmp_path / "free", codec, MINI, NoTextTokenizer(), tmp_path, legal=False)
    model = load_plain(tmp_path / "free").eval()
    with torch.inference_mode():
        shares = model(input_ids=torch.tensor([codec.prompt])).logits[0, -1].softmax(-1)
    assert float(shares.min()) > 1e-6


@pytest.mark.parametrize("legal", [True, False])
def test_a_text_format_has_its_tokenizer_beside_the_weights(tmp_path: Path, legal: bool) -> None:
    frame, tokenizer = pd.DataFrame({"a": [1, 2, 3] * 20, "b": ["x", "y", "z"] * 20}), ByteTokenizer()
    schema = infer_schema(frame, {})
    codec = LineCodec(schema, Facts.fit(frame, schema, tokenizer, derive=False), tokenizer, ValuesFormat())
    write(tmp_path / "weights", codec, MINI, tokenizer, tmp_path, legal=legal)
    names = {file.name for file in (tmp_path / "weights").iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"} <= names
