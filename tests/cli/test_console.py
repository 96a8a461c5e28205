"""What is printed: one message an error, what is kept after Ctrl-C, scores with their reference and floor."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
import typer

from tabsynth.cli.console import explained, kept, say
from tabsynth.errors import DataError, GenerationError, TabsynthError


def fails(error: BaseException, capsys: pytest.CaptureFixture[str], *, debug: bool = False) -> tuple[int, str]:
    with pytest.raises(typer.Exit) as caught, explained(debug):
        raise error
    printed = capsys.readouterr()
    assert printed.out == ""
    return caught.value.exit_code, printed.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TabsynthError("found"), 2),
        (DataError("found", where="t.csv", do="look"), 2),
        (GenerationError("too few", num_valid=3, num_requested=10), 1),
    ],
)
def test_an_error_of_ours_is_one_message(error: TabsynthError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(error, capsys) == (code, f"Error: {error}\n")


def test_a_long_message_is_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    _, text = fails(TabsynthError("word " * 60 + "[bold]end[/bold]"), capsys)
    assert text.count("\n") == 1
    assert "[bold]end[/bold]" in text


def test_an_unforeseen_error_is_not_quoted(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = fails(ValueError("could not convert 'Quarbletrop'"), capsys)
    assert code == 2
    assert "an unexpected ValueError" in text and "--debug" in text
    assert "Quarbletrop" not in text and "Traceback" not in text


def test_a_file_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, text = fails(PermissionError(13, "Permission denied", str(tmp_path)), capsys)
    assert text == f"Error: {tmp_path}: Permission denied.\n"


def test_debug_shows_where_an_error_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    _, text = fails(TabsynthError("found"), capsys, debug=True)
    assert "Traceback" in text
    assert "test_console.py" in text


def test_ctrl_c_exits_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(KeyboardInterrupt(), capsys) == (130, "Interrupted. Nothing was made.\n")


def test_what_is_kept_depends_on_how_far_it_was(tmp_path: Path) -> None:
    now = time.time()
    assert kept(tmp_path / "none", now) == "Nothing was made."
    assert "too short for a checkpoint" in kept(tmp_path, now)
    (tmp_path / "training_metadata.json").touch()
    assert "The trained model" in kept(tmp_path, now)
    (tmp_path / "checkpoints" / "checkpoint-3").mkdir(parents=True)
    assert "the same command goes on" in kept(tmp_path, now)
    folder = tmp_path / "generation" / "0123"
    folder.mkdir(parents=True)
    (folder / "pid").touch()
    assert "The rows so far" not in kept(tmp_path, now)
    (folder / "part-00000-ab.parquet").touch()
    expected = f"The rows so far are in {folder}: the same command goes on from there."
    assert kept(tmp_path, now) == expected
    assert "The rows so far" not in kept(tmp_path, now + 60)


def test_rows_of_an_earlier_call_that_this_one_went_on_with_are_named_as_well(tmp_path: Path) -> None:
    now = time.time()
    for name, since in (("0123", now), ("4567", now - 600)):
        folder = tmp_path / "generation" / name
        folder.mkdir(parents=True)
        for file in ("part-00000-ab.parquet", "pid"):
            (folder / file).touch()
            os.utime(folder / file, (now - 600, now - 600) if file != "pid" else (since, since))
    assert f"The rows so far are in {tmp_path / 'generation' / '0123'}:" in kept(tmp_path, now)


def test_a_line_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    say("[red]x[/red] " + "word " * 60)
    assert capsys.readouterr().out == "[red]x[/red] " + "word " * 60 + "\n"
