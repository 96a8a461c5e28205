"""No cell of the training table leaves by a side door: canaries are planted, and all that is said is searched."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from tabsynth import Synthesizer, TabsynthError
from tabsynth.artifact.layout import RunDirectory
from tabsynth.cli.main import app
from tabsynth.config import Config
from tabsynth.generation import Task, generate_file
from tabsynth.generator.engine.engine import Sampling
from tabsynth.generator.engine.scripted import ScriptedEngine
from tabsynth.progress import Silent
from tabsynth.run_codec import codec_of

NAME, CATEGORY, NUMBER, DATE = "Zyx Quarbletrop", "Wumpfelingen", 987_654_321.25, "1871-03-19"
CANARIES = ("Quarbletrop", "Wumpfelingen", "987654321", "987,654,321", "987_654_321", "1871-03-19", "9.8765432")
ROWS = 120


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    first, last = ["Ada", "Bo", "Cy", "Di", "Ed"], ["Ames", "Bell", "Cole", "Dunn", "Esk", "Ford"]
    names = [f"{rng.choice(first)} {rng.choice(last)} {number}" for number in range(ROWS)]
    frame = pd.DataFrame(
        {
            "name": [NAME, *names[1:]],
            "town": [CATEGORY, *rng.choice(["Bern", "Oslo"], ROWS - 1)],
            "income": [NUMBER, *np.round(rng.lognormal(7, 0.3, ROWS - 1), 2)],
            "born": [
                DATE,
                *(f"19{rng.integers(50, 99)}-0{rng.integers(1, 9)}-1{rng.integers(0, 9)}" for _ in names[1:]),
            ],
        }
    )
    return frame


@pytest.fixture(scope="module")
def said(planted: pd.DataFrame, tiny: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A run on the planted table, and all that was logged meanwhile."""
    lines: list[str] = []

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    class Noting:
        def task(self, stage: str, total: float | None) -> Any:
            from contextlib import nullcontext

            return nullcontext(self)

        def update(self, done: float, info: str = "") -> None:
            lines.append(info)

    root, handler = logging.getLogger(), Listening(logging.DEBUG)
    log, level = logging.getLogger("tabsynth"), logging.getLogger("tabsynth").level
    root.addHandler(handler)
    log.setLevel(logging.DEBUG)
    run = tmp_path_factory.mktemp("leaks") / "run"
    try:
        # What is protected is not there to be said.
        open_to_all = {"pii": "off", "protect": False}
        synthesizer = Synthesizer(progress=Noting(), **open_to_all, **tiny).fit(planted, run_dir=run)
        try:
            fake = synthesizer.generate(10)
            lines.append(repr(synthesizer.last_generation))
            lines.append(repr(synthesizer.evaluate(fake)))
        except TabsynthError as error:  # so little training may leave no valid text
            lines.append(str(error))
        lines.append(repr(synthesizer))
        lines.append(repr(synthesizer.config))
    finally:
        root.removeHandler(handler)
        log.setLevel(level)
    return {"run": run, "lines": lines}


def leaks(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary.lower() in text.lower()]


def test_the_canaries_were_learned(said: dict[str, Any], planted: pd.DataFrame) -> None:
    holdout = pd.read_parquet(said["run"] / "holdout.parquet")
    assert NAME not in set(holdout["name"])
    text = (said["run"] / "training_metadata.json").read_text()
    assert CATEGORY in json.dumps(json.loads(text)["facts"])


def test_logs_notes_and_reprs_name_no_cell(said: dict[str, Any]) -> None:
    assert leaks("\n".join(said["lines"])) == []


def test_the_metadata_names_no_cell_beyond_the_facts_that_it_lists(said: dict[str, Any]) -> None:
    metadata = json.loads((said["run"] / "training_metadata.json").read_text())
    del metadata["facts"]
    for column in metadata["table"]["columns"]:
        column["dtype"].pop("categories", None)
    assert leaks(json.dumps(metadata)) == []


def test_the_facts_hold_no_text(said: dict[str, Any]) -> None:
    metadata = json.loads((said["run"] / "training_metadata.json").read_text())
    assert "Quarbletrop" not in json.dumps(metadata)


def test_no_other_file_of_the_run_names_a_cell(said: dict[str, Any]) -> None:
    texts = [path for path in said["run"].rglob("*") if path.suffix in {".json", ".md", ".txt", ".jinja"}]
    others = [path for path in texts if path.name != "training_metadata.json"]
    assert others
    assert {path.name: leaks(path.read_text(errors="replace")) for path in others} == {path.name: [] for path in others}


@pytest.fixture(scope="module")
def journaled(said: dict[str, Any], planted: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Generations of canary rows into a file, one that finishes and one that gives up, and what was said meanwhile."""
    root = tmp_path_factory.mktemp("journal")
    run, lines, names = RunDirectory(shutil.copytree(said["run"], root / "run")), [], []
    metadata = run.read_metadata()
    codec = codec_of(metadata)
    canary = next(iter(codec.encode(planted.assign(name=planted["name"].iloc[1]).head(1)))).tolist()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    log, level = logging.getLogger("tabsynth"), logging.getLogger("tabsynth").level
    log.addHandler(handler := Listening(logging.DEBUG))
    log.setLevel(logging.DEBUG)
    try:
        for valid in (0.8, 0.0):
            engine = ScriptedEngine(
                lambda serial, seed, valid=valid: canary if serial % 10 < 10 * valid else canary[:2] * 2,
                Sampling(1.0, 1.0, codec.vocabulary.stop_tokens),
            )
            config = Config(**metadata.config).replace(rows_per_part=20, random_state=int(10 * valid))
            task = Task(run, metadata, config, 50, (), legal_weights=False)
            try:
                delivered, summary = generate_file(task, engine, codec, Silent(), root / "t.csv")
                lines.append(f"{delivered} {summary!r} {summary.model_dump_json()}")
                names.append(delivered.path)
            except TabsynthError as error:
                lines.append(f"{error} {error!r} {vars(error)}")
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
    return {"run": run, "lines": lines, "table": root / "t.csv", "delivered": names}


def test_a_journal_names_no_cell_once_its_rows_are_delivered(journaled: dict[str, Any]) -> None:
    assert set(leaks(journaled["table"].read_text())) >= {"Wumpfelingen"}
    assert journaled["delivered"] == [str(journaled["table"])]
    files = [path for path in journaled["run"].generations.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"lock", "manifest.json", "pid"}
    assert {path: leaks(path.read_text()) for path in files} == {path: [] for path in files}
    counted = [json.loads(path.read_text())["finished"] for path in files if path.name == "manifest.json"]
    assert any(facts and facts["summary"]["rejected"] for facts in counted)


def test_a_generation_says_no_cell_whether_it_finishes_or_gives_up(journaled: dict[str, Any]) -> None:
    assert len(journaled["lines"]) >= 2
    assert leaks("\n".join(journaled["lines"])) == []


def spoilt(frame: pd.DataFrame, case: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    match case:
        case "an infinite value beside it":
            return frame.assign(income=frame["income"].where(frame.index != 5, np.inf)), {}
        case "declared a date":
            return frame, {"types": {"name": "datetime"}}
        case "declared a number":
            return frame, {"types": {"town": "decimal"}}
        case "numbers declared integers":
            return frame, {"types": {"income": "integer"}}
        case "dates declared numbers":
            return frame, {"types": {"born": "integer"}}
        case "mixed with numbers":
            return frame.assign(town=frame["town"].where(frame.index % 2 == 0, 3)), {}
        case "as many columns":
            return pd.concat([frame.add_suffix(str(at)) for at in range(300)], axis=1), {}
    raise AssertionError(case)


CASES = [
    "an infinite value beside it",
    "declared a date",
    "declared a number",
    "numbers declared integers",
    "dates declared numbers",
    "mixed with numbers",
    "as many columns",
]


@pytest.mark.parametrize("case", CASES)
def test_an_error_names_no_cell(
    case: str, planted: pd.DataFrame, tiny: dict[str, Any], capfd: Any, tmp_path: Path
) -> None:
    frame, options = spoilt(planted, case)
    with pytest.raises(TabsynthError) as caught:
        Synthesizer(progress=False, **(tiny | options)).fit(frame, run_dir=tmp_path / "run")
    printed = capfd.readouterr()
    assert leaks(f"{caught.value} {caught.value!r} {vars(caught.value)} {printed.out} {printed.err}") == []
    assert leaks(str(caught.value.__cause__)) == []


@pytest.mark.parametrize("spoil", ["a row too long", "a quote that stays open", "a wrong byte"])
def test_an_error_of_the_reader_names_no_cell(spoil: str, planted: pd.DataFrame, tmp_path: Path) -> None:
    text = planted.to_csv(index=False).encode()
    tails = {
        "a row too long": f"{NAME},{CATEGORY},{NUMBER},{DATE},{NAME}\n".encode(),
        "a quote that stays open": f'"{NAME},{CATEGORY}\n'.encode(),
        "a wrong byte": NAME.encode() + b"\xff\n",
    }
    (tmp_path / "t.csv").write_bytes(text + tails[spoil])
    result = CliRunner().invoke(app, ["fit", str(tmp_path / "t.csv"), "--out", str(tmp_path / "run"), "--debug"])
    assert result.exit_code == 2
    assert leaks(result.output) == []


def test_the_command_line_prints_counts_and_no_cells(
    said: dict[str, Any], planted: pd.DataFrame, tmp_path: Path
) -> None:
    run = shutil.copytree(said["run"], tmp_path / "run")
    planted.to_csv(tmp_path / "t.csv", index=False)
    for path in (run, tmp_path / "t.csv"):
        result = CliRunner().invoke(app, ["inspect", str(path), "--debug"])
        assert result.exit_code == 0, result.output
        assert leaks(result.output) == []


def test_a_broken_metadata_file_is_not_quoted(said: dict[str, Any], tmp_path: Path) -> None:
    run = shutil.copytree(said["run"], tmp_path / "run")
    file = run / "training_metadata.json"
    whole = json.loads(file.read_text())
    for column in whole["facts"]["columns"]:
        column["nullable"] = f"perhaps {CATEGORY}"
    for text in (json.dumps(whole), file.read_text()[:-20]):
        file.write_text(text)
        with pytest.raises(TabsynthError) as caught:
            Synthesizer.load(run)
        assert leaks(str(caught.value)) == []
