"""--out is checked before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tabsynth.artifact.layout import RunDirectory
from tabsynth.cli.destination import open_destination, synthetic_file
from tabsynth.errors import ArtifactError


def test_a_new_and_an_empty_directory_will_do(tmp_path: Path) -> None:
    assert open_destination(tmp_path / "new", overwrite=False).root == tmp_path / "new"
    assert not (tmp_path / "new").exists()
    assert open_destination(tmp_path, overwrite=False).root == tmp_path


def test_an_interrupted_training_goes_on(tmp_path: Path) -> None:
    (tmp_path / "checkpoints").mkdir()
    assert open_destination(tmp_path, overwrite=False).root == tmp_path


def test_a_finished_run_is_replaced_only_on_request(tmp_path: Path) -> None:
    (tmp_path / "training_metadata.json").touch()
    with pytest.raises(ArtifactError, match="--overwrite"):
        open_destination(tmp_path, overwrite=False)
    assert open_destination(tmp_path, overwrite=True).root == tmp_path


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_directory_of_other_things_is_left_alone(tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ArtifactError, match="files that are no run"):
        open_destination(tmp_path, overwrite=overwrite)
    with pytest.raises(ArtifactError, match="it is a file"):
        open_destination(tmp_path / "thesis.tex", overwrite=overwrite)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("t.csv", "synthetic.csv"),
        ("t.parquet", "synthetic.parquet"),
        ("t.tsv.gz", "synthetic.tsv"),
        ("https://host/t.jsonl?key=1", "synthetic.jsonl"),
        ("t.feather", "synthetic.csv"),
    ],
)
def test_the_synthetic_table_has_the_format_of_the_real_one(data: str, name: str) -> None:
    assert synthetic_file(RunDirectory(Path("run")), data) == Path("run") / name
