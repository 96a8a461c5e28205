"""The run directory: atomic writes, and reads that explain what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from tabsynth.artifact.layout import RunDirectory, write_file, write_folder, write_text
from tabsynth.artifact.metadata import FORMAT_VERSION, TrainingMetadata
from tabsynth.errors import ArtifactError


class Interrupted(Exception):
    """A writer that fails half-way."""


@pytest.fixture
def run(tmp_path: Path, metadata: TrainingMetadata) -> RunDirectory:
    run = RunDirectory(tmp_path / "runs" / "adult")
    run.write_metadata(metadata)
    return run


def change(run: RunDirectory, **changes: Any) -> None:
    run.metadata_file.write_text(json.dumps(json.loads(run.metadata_file.read_text()) | changes))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_metadata_come_back(run: RunDirectory, metadata: TrainingMetadata) -> None:
    assert run.read_metadata() == metadata
    assert names(run.root) == ["training_metadata.json"]


def test_files_have_the_names_that_users_see(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path)
    files = [
        run.metadata_file,
        run.adapter,
        run.merged,
        run.holdout_file,
        run.canaries_file,
        run.evaluation_file,
        run.report_file,
    ]
    assert [file.relative_to(tmp_path).as_posix() for file in files] == [
        "training_metadata.json",
        "adapter",
        "merged",
        "holdout.parquet",
        "canaries.parquet",
        "evaluation.json",
        "report.html",
    ]
    folders = [run.weights(legal=True), run.weights(legal=False), run.generation("0123")]
    assert [folder.relative_to(tmp_path).as_posix() for folder in folders] == [
        "merged/legal",
        "merged/free",
        "generation/0123",
    ]


def test_without_metadata_there_is_no_finished_training(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"no finished training\. Run tabsynth fit first"):
        RunDirectory(tmp_path).read_metadata()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_torn_file_is_an_error(run: RunDirectory, share: float) -> None:
    text = run.metadata_file.read_text()
    run.metadata_file.write_text(text[: int(share * len(text))])
    with pytest.raises(ArtifactError, match=r"torn.*Run the training again") as caught:
        run.read_metadata()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["[]", "3", '"secret"', "null"])
def test_json_that_is_no_object_is_an_error(run: RunDirectory, text: str) -> None:
    run.metadata_file.write_text(text)
    with pytest.raises(ArtifactError):
        run.read_metadata()


def test_bytes_that_are_no_text_are_an_error(run: RunDirectory) -> None:
    run.metadata_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ArtifactError, match="cannot be read"):
        run.read_metadata()


def test_a_newer_version_says_so(run: RunDirectory) -> None:
    change(run, format_version=FORMAT_VERSION + 1, unheard_of={})
    with pytest.raises(ArtifactError, match=rf"version {FORMAT_VERSION + 1} is newer than {FORMAT_VERSION}.*Update"):
        run.read_metadata()


@pytest.mark.parametrize("key", ["statistics", "facts", "table"])
def test_a_missing_or_wrong_entry_is_named_and_not_quoted(run: RunDirectory, key: str) -> None:
    change(run, **{key: {"hidden": "secret"}})
    with pytest.raises(ArtifactError, match=rf"{key}.*Run the training again") as caught:
        run.read_metadata()
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_entry_is_an_error(run: RunDirectory) -> None:
    change(run, surprise="secret")
    with pytest.raises(ArtifactError, match="1 entries are not understood, first surprise") as caught:
        run.read_metadata()
    assert "secret" not in str(caught.value)


def test_a_text_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.json"
    write_text(file, "ü")
    write_text(file, "second")
    assert file.read_text() == "second"
    assert names(file.parent) == ["a.json"]


@pytest.mark.parametrize("error", [Interrupted, KeyboardInterrupt])
def test_a_writer_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: type[BaseException]) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")

    def write(temporary: Path) -> None:
        temporary.write_text("half")
        raise error

    with pytest.raises(error):
        write_file(file, write)
    assert file.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("writes", [write_file, write_folder])
def test_what_cannot_be_written_is_an_error_with_the_reason(tmp_path: Path, writes: Any) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ArtifactError, match=r"file/a: it cannot be written: .*Check space and rights"):
        writes(tmp_path / "file" / "a", lambda temporary: None)

    def fill(temporary: Path) -> None:
        with Path("/dev/full").open("w") as file:
            file.write("x")

    with pytest.raises(ArtifactError, match="it cannot be written: No space left on device"):
        writes(tmp_path / "a", fill)
    assert names(tmp_path) == ["file"]


def test_a_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "merged"
    write_folder(folder, lambda temporary: (temporary / "a").write_text("1"))
    write_folder(folder, lambda temporary: (temporary / "b").write_text("2"))
    assert names(folder) == ["b"]
    assert names(folder.parent) == ["merged"]


def test_a_folder_s_writer_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "merged"
    write_folder(folder, lambda temporary: (temporary / "a").write_text("1"))

    def write(temporary: Path) -> None:
        (temporary / "b").write_text("half")
        raise Interrupted

    with pytest.raises(Interrupted):
        write_folder(folder, write)
    assert names(folder) == ["a"]
    assert names(tmp_path) == ["merged"]


def test_what_an_earlier_training_left_can_be_dropped(run: RunDirectory) -> None:
    for folder in (run.adapter, run.merged, run.generations, run.checkpoints):
        folder.mkdir()
        (folder / "file").write_text("x")
    files = (run.holdout_file, run.canaries_file, run.evaluation_file, run.report_file, run.synthetic_file)
    for file in (*files, run.root / "mine.txt"):
        file.write_text("x")
    run.drop_results()
    assert names(run.root) == ["checkpoints", "mine.txt"]
