"""The marks that tie a released table to the one that was learned."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from tabsynth import ArtifactError
from tabsynth.release.origin import Origin
from tabsynth.release.refusal import ReleaseError


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin("f" * 32, tmp_path / "run" / "key")


def test_a_mark_is_the_same_in_one_run_and_another_in_the_next(origin: Origin, tmp_path: Path) -> None:
    assert origin.mark() == origin.mark() == Origin("f" * 32, origin.key_file).mark()
    assert len(origin.mark()) == 32
    assert origin.mark() != Origin("e" * 32, origin.key_file).mark()
    assert origin.mark() != Origin("f" * 32, tmp_path / "other" / "key").mark()


def test_the_secret_is_for_its_owner_alone(origin: Origin) -> None:
    origin.mark()
    assert origin.key_file.stat().st_mode & 0o077 == 0


def test_a_mark_cannot_be_made_from_the_table_alone(origin: Origin) -> None:
    guesses = {hashlib.new(name, b"f" * 32).hexdigest()[:32] for name in ("md5", "sha1", "sha256", "blake2b")}
    assert origin.mark() not in guesses | {"f" * 32}


def test_a_mark_of_a_comparison_knows_both_tables(origin: Origin, fake: pd.DataFrame) -> None:
    assert origin.mark(fake) == origin.mark(fake.copy())
    others = {origin.mark(), origin.mark(fake.iloc[1:]), Origin("e" * 32, origin.key_file).mark(fake)}
    assert len(others) == 3 and origin.mark(fake) not in others


@pytest.mark.parametrize("content", ["short", "z" * 64, "é" * 64])
def test_a_file_that_holds_no_secret_is_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content, encoding="utf-8")
    with pytest.raises(ArtifactError, match="no secret"):
        Origin("f" * 32, tmp_path / "key").mark()


@pytest.mark.parametrize("names", [["age", "city", "income"], ["age", "city", "city"]])
def test_a_frame_that_cannot_be_told_from_others_is_an_error(
    origin: Origin, fake: pd.DataFrame, names: list[str]
) -> None:
    nested = fake.assign(city=pd.Series([["Bern"], {"a": 1}, None] * 20, dtype=object)).set_axis(names, axis=1)
    with pytest.raises(ReleaseError, match="cannot be compared"):
        origin.mark(nested)
    assert origin.known_mark(nested) is None


def test_the_mark_is_known_unless_the_run_cannot_be_written_to(origin: Origin, fake: pd.DataFrame) -> None:
    assert origin.known_mark(fake) == origin.mark(fake)
    (origin.key_file.parent / "file").touch()
    assert Origin("f" * 32, origin.key_file.parent / "file" / "key").known_mark(fake) is None
