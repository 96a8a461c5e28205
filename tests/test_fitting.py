"""What fitting leaves in a run directory, and when an interrupted training goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tabsynth import ConfigError, Synthesizer
from tabsynth.artifact.layout import RunDirectory
from tabsynth.assembler.canaries import NUM_CONTROLS
from tabsynth.fitting import LIBRARIES
from tabsynth.trainer import trainer


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def interrupt(run: Path, table: pd.DataFrame, interrupting: Any, settings: dict[str, Any]) -> None:
    with pytest.raises(KeyboardInterrupt):
        Synthesizer(progress=interrupting("train", 8), **settings).fit(table, run_dir=run)


@pytest.fixture
def checkpoint_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "CHECKPOINT_SECONDS", 0.0)


def test_a_run_holds_adapter_metadata_and_holdout_and_no_checkpoint(fitted_run: Path) -> None:
    assert names(fitted_run) >= {"adapter", "training_metadata.json", "holdout.parquet"}
    assert "checkpoints" not in names(fitted_run)


def test_the_metadata_says_what_was_learned_and_with_what(fitted_run: Path, table: pd.DataFrame) -> None:
    metadata = RunDirectory(fitted_run).read_metadata()
    assert metadata.num_training_rows + metadata.num_holdout_rows == len(table)
    assert metadata.table.names == list(table.columns)
    assert 0 < metadata.training.epochs <= 3.0
    assert set(metadata.library_versions) == set(LIBRARIES)
    assert {decision.name for decision in metadata.plan} >= {"model", "batch_records", "learning_rate"}
    assert all(decision.reason for decision in metadata.plan)


def test_the_holdout_is_kept_only_with_consent(table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path) -> None:
    Synthesizer(progress=False, store_holdout=False, **tiny).fit(table, run_dir=tmp_path)
    assert names(tmp_path) == {"adapter", "training_metadata.json"}


@pytest.mark.usefixtures("checkpoint_always")
def test_a_killed_training_goes_on_where_it_was(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path, interrupting: Any
) -> None:
    interrupt(tmp_path, table, interrupting, tiny)
    assert names(tmp_path) == {"checkpoints"}
    first = max(int(path.name.partition("-")[2]) for path in (tmp_path / "checkpoints").glob("checkpoint-*"))
    assert first >= 1
    seen: list[float] = []

    class Watching:
        def task(self, stage: str, total: float | None) -> Any:
            return interrupting("no stage", 0).task(stage, total) if stage != "train" else _noting(seen)

    synthesizer = Synthesizer(progress=Watching(), **tiny).fit(table, run_dir=tmp_path)
    steps = synthesizer.metadata.training.steps
    assert len(seen) == steps - first
    assert names(tmp_path) == {"adapter", "training_metadata.json", "holdout.parquet"}
    assert len(synthesizer.generate(5)) == 5


def _noting(seen: list[float]) -> Any:
    from contextlib import nullcontext

    class Task:
        def update(self, done: float, info: str = "") -> None:
            seen.append(done)

    return nullcontext(Task())


@pytest.mark.usefixtures("checkpoint_always")
@pytest.mark.parametrize("change", ["table", "setting"])
def test_checkpoints_of_another_training_are_dropped(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path, interrupting: Any, change: str
) -> None:
    interrupt(tmp_path, table, interrupting, tiny)
    other = table.iloc[:-1] if change == "table" else table
    settings = tiny if change == "table" else tiny | {"learning_rate": 0.001}
    with pytest.raises(KeyboardInterrupt):
        Synthesizer(progress=interrupting("train", 1), **settings).fit(other, run_dir=tmp_path)
    assert {path.name for path in (tmp_path / "checkpoints").glob("checkpoint-*")} <= {"checkpoint-1"}


def test_a_second_training_drops_the_results_of_the_first(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path
) -> None:
    for stale in ("report.html", "evaluation.json", "synthetic.parquet", "merged/model.safetensors"):
        (tmp_path / stale).parent.mkdir(exist_ok=True)
        (tmp_path / stale).write_text("of an earlier training")
    Synthesizer(progress=False, **tiny).fit(table, run_dir=tmp_path)
    assert names(tmp_path) == {"adapter", "training_metadata.json", "holdout.parquet"}


def test_canaries_are_learned_and_kept_and_count_as_no_rows(
    fitted_run: Path, table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path
) -> None:
    Synthesizer(progress=False, canaries=4, **tiny).fit(table, run_dir=tmp_path)
    plain, planted = (RunDirectory(run).read_metadata() for run in (fitted_run, tmp_path))
    assert planted.canaries is not None and plain.canaries is None
    assert planted.canaries.repetitions == (1, 4, 1, 16)
    assert len(pd.read_parquet(tmp_path / "canaries.parquet")) == 4 + NUM_CONTROLS
    for what in ("num_training_rows", "num_holdout_rows", "statistics", "table", "facts", "plan"):
        assert getattr(planted, what) == getattr(plain, what)
    pd.testing.assert_frame_equal(*(pd.read_parquet(run / "holdout.parquet") for run in (fitted_run, tmp_path)))
    # 22 records more are learned in each pass.
    rows = plain.num_training_rows
    assert planted.training.tokens / planted.training.epochs == pytest.approx(
        plain.training.tokens / plain.training.epochs * (rows + 22) / rows, rel=0.02
    )
    Synthesizer(progress=False, **tiny).fit(table, run_dir=tmp_path)
    assert names(tmp_path) == {"adapter", "training_metadata.json", "holdout.parquet"}


def test_canaries_that_do_not_fit_the_table_are_refused_before_training(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"too many beside 192 training rows.*Plant at most 7"):
        Synthesizer(progress=False, canaries=8, **tiny).fit(table, run_dir=tmp_path)
    assert names(tmp_path) == set()


def test_an_interrupted_second_training_leaves_the_first_as_it_was(
    table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path, interrupting: Any
) -> None:
    before = Synthesizer(progress=False, **tiny).fit(table, run_dir=tmp_path).generate(5)
    interrupt(tmp_path, table, interrupting, tiny | {"random_state": 1})
    pd.testing.assert_frame_equal(Synthesizer.load(tmp_path, progress=False).generate(5), before)
