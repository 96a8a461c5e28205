"""A table goes out whole and with its card, or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tabsynth import ArtifactError, ConfigError, DataError
from tabsynth.evaluator.result import Evaluation
from tabsynth.release.card import CARD_NAME
from tabsynth.release.facts import CardFacts
from tabsynth.release.origin import Origin
from tabsynth.release.refusal import ReleaseError
from tabsynth.release.release import Release, Terms, check_place, release


@pytest.fixture
def origin(tmp_path_factory: pytest.TempPathFactory) -> Origin:
    return Origin("f" * 32, tmp_path_factory.mktemp("run") / "key")


@pytest.fixture
def out(
    fabricated: Callable[..., Evaluation], facts: CardFacts, fake: pd.DataFrame, origin: Origin
) -> Callable[..., Release]:
    """Releases the table; everything can be replaced."""

    def released(to: str | Path, light: str = "green", frame: pd.DataFrame = fake, **options: Any) -> Release:
        options = {"mark": origin.mark(fake), "origin": origin} | options
        return release(frame, to, fabricated(light=light), facts, **options)

    return released


@pytest.mark.parametrize("file", ["t.parquet", "t.csv", "t.tsv", "t.jsonl", "t.csv.gz"])
@pytest.mark.parametrize("light", ["green", "amber"])
def test_an_open_gate_lets_table_and_card_out(
    out: Callable[..., Release], fake: pd.DataFrame, tmp_path: Path, file: str, light: str
) -> None:
    made = out(tmp_path / file, light)
    assert made == Release(tmp_path / file, tmp_path / CARD_NAME, light)  # type: ignore[arg-type]
    assert {path.name for path in tmp_path.iterdir()} == {file, CARD_NAME}
    card = made.card.read_text(encoding="utf-8")
    assert hashlib.sha256(made.path.read_bytes()).hexdigest() in card
    assert f"Privacy light | **{light}**" in card
    if file == "t.parquet":
        pd.testing.assert_frame_equal(pd.read_parquet(made.path), fake)


@pytest.mark.parametrize(
    ("light", "options"),
    [
        ("red", {}),
        ("red", {"terms": Terms("amber", "mit")}),
        ("amber", {"terms": Terms("green")}),
        ("green", {"mark": None}),
        ("green", {"mark": "0" * 32}),
    ],
)
def test_a_shut_gate_leaves_nothing_behind(
    out: Callable[..., Release], tmp_path: Path, light: str, options: dict[str, Any]
) -> None:
    with pytest.raises(ReleaseError):
        out(tmp_path / "t.parquet", light, **options)
    assert list(tmp_path.iterdir()) == []


def test_terms_that_make_no_sense_leave_nothing_behind(out: Callable[..., Release], tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        out(tmp_path / "t.parquet", terms=Terms("red"))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def spoilt(frame: pd.DataFrame, how: str) -> pd.DataFrame:
    match how:
        case "one cell":
            return frame.assign(age=frame["age"].where(frame.index != 7, 1))
        case "order of rows":
            return frame.iloc[::-1]
        case "order of columns":
            return frame[frame.columns[::-1]]
        case "one row less":
            return frame.iloc[1:]
        case "another dtype":
            return frame.astype({"age": "int32"})
        case "another name":
            return frame.rename(columns={"age": "Age"})
    raise AssertionError(how)


@pytest.mark.parametrize(
    "how", ["one cell", "order of rows", "order of columns", "one row less", "another dtype", "another name"]
)
def test_a_report_about_another_table_opens_no_gate(
    out: Callable[..., Release], fake: pd.DataFrame, tmp_path: Path, how: str
) -> None:
    with pytest.raises(ReleaseError, match="other tables than these"):
        out(tmp_path / "t.parquet", frame=spoilt(fake, how))
    assert list(tmp_path.iterdir()) == []


def test_a_report_of_another_run_opens_no_gate(
    out: Callable[..., Release], fake: pd.DataFrame, tmp_path: Path, origin: Origin
) -> None:
    other = Origin("e" * 32, origin.key_file)
    with pytest.raises(ReleaseError, match="other tables than these"):
        out(tmp_path / "t.parquet", mark=other.mark(fake))
    assert list(tmp_path.iterdir()) == []


def test_a_shut_gate_leaves_an_earlier_release_as_it_was(out: Callable[..., Release], tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in (out(tmp_path / "t.csv").path, tmp_path / CARD_NAME)}
    with pytest.raises(ReleaseError):
        out(tmp_path / "t.csv", "red")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_release_may_be_repeated(out: Callable[..., Release], tmp_path: Path) -> None:
    first = out(tmp_path / "t.csv").card.read_bytes()
    assert out(tmp_path / "t.csv").card.read_bytes() == first


@pytest.mark.parametrize("gone", [False, True])
def test_the_card_of_a_table_that_is_still_there_is_not_overwritten(
    out: Callable[..., Release], tmp_path: Path, gone: bool
) -> None:
    out(tmp_path / "a.csv")
    if gone:
        (tmp_path / "a.csv").unlink()
        assert "b.csv" in out(tmp_path / "b.csv").card.read_text()
        return
    with pytest.raises(ReleaseError, match=r"not about this table.*folder of its own"):
        out(tmp_path / "b.csv")
    assert not (tmp_path / "b.csv").exists()


def test_somebody_s_own_card_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / CARD_NAME).write_bytes(b"\xff# mine")
    with pytest.raises(ReleaseError, match="not about this table"):
        check_place(tmp_path / "t.csv")


def test_a_card_that_cannot_be_written_keeps_the_table_back(out: Callable[..., Release], tmp_path: Path) -> None:
    (tmp_path / CARD_NAME).mkdir()
    with pytest.raises(ArtifactError):
        out(tmp_path / "t.csv")
    assert [path.name for path in tmp_path.iterdir()] == [CARD_NAME]


@pytest.mark.parametrize("place", ["t.xlsx", "nowhere/t.csv", "s3://bucket/t.csv", "."])
def test_a_place_that_cannot_be_written_is_told(out: Callable[..., Release], tmp_path: Path, place: str) -> None:
    with pytest.raises(DataError):
        out(place if "://" in place else tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_cells_that_a_format_cannot_hold_leave_nothing_behind(
    out: Callable[..., Release], fake: pd.DataFrame, tmp_path: Path, origin: Origin
) -> None:
    mixed = fake.assign(city=pd.Series([1, "Bern", b"x"] * 20, dtype=object))
    with pytest.raises(DataError):
        out(tmp_path / "t.parquet", frame=mixed, mark=origin.mark(mixed))
    assert list(tmp_path.iterdir()) == []
