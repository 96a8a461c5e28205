"""What may be written for `model=`."""

import json
from pathlib import Path

import pytest

from tabsynth.errors import ModelError
from tabsynth.models.reference import ResolvedBase, resolve
from tabsynth.progress import Silent


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the hub's client from asking, and from finding what this machine fetched before."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "org" / "base"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(bytes(3_000_000))
    return folder


def test_the_mini_has_no_folder() -> None:
    assert resolve("tabsynth-mini", Silent()) == ResolvedBase("tabsynth-mini", None, "1")


def test_a_folder_is_taken_as_it_is(folder: Path) -> None:
    base = resolve(str(folder), Silent())
    assert (base.name, base.folder) == (str(folder), folder)


def test_a_folder_that_reads_like_a_hub_id_goes_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parents[1])
    assert resolve("org/base", Silent()).folder == folder


def test_a_revision_stays_while_the_files_do(folder: Path) -> None:
    assert resolve(str(folder), Silent()).revision == resolve(str(folder), Silent()).revision


@pytest.mark.parametrize("at", [0, 2_999_999])
def test_other_weights_are_another_revision(folder: Path, at: int) -> None:
    before = resolve(str(folder), Silent()).revision
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[at] = 1
    (folder / "model.safetensors").write_bytes(weights)
    assert resolve(str(folder), Silent()).revision != before


def test_another_config_is_another_revision(folder: Path) -> None:
    before = resolve(str(folder), Silent()).revision
    (folder / "config.json").write_text(json.dumps({"model_type": "mamba"}))
    assert resolve(str(folder), Silent()).revision != before


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_folder_that_lacks_a_part_is_refused_by_its_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match="save_pretrained") as caught:
        resolve(str(folder), Silent())
    assert (Path(name).suffix in caught.value.message) and caught.value.where == str(folder)


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="run code"):
        resolve(str(folder), Silent())


def test_a_typing_error_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(ModelError, match="Did you mean 'smollm2-135m'"):
        resolve("smolm2-135m", Silent())


@pytest.mark.parametrize("model", ["gpt2", ""])
def test_an_unknown_name_is_answered_with_the_embedded_ones(model: str) -> None:
    with pytest.raises(ModelError, match="smollm2-135m, tabsynth-mini"):
        resolve(model, Silent())


@pytest.mark.parametrize("model", ["./missing", "/missing", "~/missing", "a/b/c"])
def test_a_missing_folder_is_called_one(model: str) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        resolve(model, Silent())


def test_a_hub_model_that_cannot_be_fetched_points_to_the_embedded_ones() -> None:
    with pytest.raises(ModelError, match=r"tabsynth-mini.*smollm2-135m") as caught:
        resolve("org/name", Silent())
    assert caught.value.where == "org/name"


def test_a_hub_model_fetched_before_is_found_without_a_network(folder: Path, tmp_path: Path) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    place = tmp_path / "hub" / "models--org--name"
    (place / "refs").mkdir(parents=True)
    (place / "refs" / "main").write_text(commit)
    (place / "snapshots").mkdir()
    folder.rename(place / "snapshots" / commit)
    base = resolve("org/name", Silent())
    assert (base.name, base.revision, base.folder) == ("org/name", commit, place / "snapshots" / commit)
