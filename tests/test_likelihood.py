"""What a finished run's model says of rows."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth import ArtifactError, Synthesizer, likelihood
from tabsynth.artifact.layout import RunDirectory
from tabsynth.artifact.metadata import TrainingMetadata
from tabsynth.assembler.canaries import NUM_CONTROLS
from tabsynth.data.split import Split
from tabsynth.likelihood import planted_canaries, record_losses, table_losses
from tabsynth.progress import Silent
from tabsynth.run_codec import codec_of


def losses_of(run: Path, *frames: pd.DataFrame) -> list[np.ndarray]:
    return record_losses(RunDirectory(run), RunDirectory(run).read_metadata(), frames, Silent())


@pytest.fixture(scope="module")
def small() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"a": rng.choice(["x", "y", "z"], 200), "b": rng.integers(0, 2, 200).astype(bool)})


@pytest.fixture(scope="module")
def small_run(small: pd.DataFrame, tiny: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("small") / "run"
    Synthesizer(progress=False, **tiny).fit(small, run_dir=run)
    return run


@pytest.fixture(scope="module")
def audited(tiny: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Synthesizer:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({name: rng.integers(0, 400, 150) for name in "ab"})
    run = tmp_path_factory.mktemp("audited") / "run"
    return Synthesizer(progress=False, canaries=4, **tiny).fit(table, run_dir=run)


def split_of(run: Path, table: pd.DataFrame) -> tuple[RunDirectory, TrainingMetadata, Split]:
    synthesizer = Synthesizer.load(run, progress=False)
    return RunDirectory(run), synthesizer.metadata, synthesizer._learned(table).split


def test_the_losses_of_all_possible_rows_are_those_of_a_distribution(small_run: Path, small: pd.DataFrame) -> None:
    every = pd.DataFrame(product("xyz", [False, True]), columns=["a", "b"])
    (found,) = losses_of(small_run, every)
    tokens = 3  # two cells and the end
    assert np.exp(-tokens * found).sum() == pytest.approx(1.0, abs=1e-5)


def test_the_loss_of_the_holdout_is_the_one_that_training_watched(fitted_run: Path) -> None:
    metadata, holdout = RunDirectory(fitted_run).read_metadata(), pd.read_parquet(fitted_run / "holdout.parquet")
    (found,) = losses_of(fitted_run, holdout)
    codec = codec_of(metadata)
    fits = codec.encodable(holdout)
    assert (np.isfinite(found) == fits).all()
    tokens = codec.encode(holdout[fits]).lengths + 1
    assert (found[fits] * tokens).mean() == pytest.approx(metadata.training.best_holdout_loss, abs=1e-3)


def test_rows_that_the_codec_cannot_write_have_no_loss(small_run: Path) -> None:
    (found,) = losses_of(small_run, pd.DataFrame({"a": ["x", "unheard of", "z"], "b": [True, False, True]}))
    assert np.isfinite(found).tolist() == [True, False, True]


def test_rows_that_the_context_cannot_hold_have_no_loss(small_run: Path, small: pd.DataFrame) -> None:
    run = RunDirectory(small_run)
    metadata = run.read_metadata()
    narrow = metadata.model_copy(update={"statistics": metadata.statistics.model_copy(update={"context_tokens": 3})})
    (found,) = record_losses(run, narrow, [small.head(5)], Silent())
    assert np.isnan(found).all()


def test_a_loss_does_not_depend_on_the_other_rows(
    fitted_run: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, alone, none = losses_of(fitted_run, table, table.iloc[[7]], table.head(0))
    assert alone[0] == pytest.approx(together[7], abs=1e-5)
    assert len(none) == 0
    monkeypatch.setattr(likelihood, "LOGITS_PER_BATCH", 1)
    np.testing.assert_allclose(losses_of(fitted_run, table.iloc[::-1].head(20))[0][::-1], together[-20:], atol=1e-5)


def test_without_the_adapter_there_is_no_model(small_run: Path, small: pd.DataFrame, tmp_path: Path) -> None:
    run = shutil.copytree(small_run, tmp_path / "run", ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(ArtifactError, match="the adapter is missing"):
        losses_of(run, small.head(3))


def test_as_many_learned_rows_are_drawn_as_others(fitted_run: Path, table: pd.DataFrame) -> None:
    found = table_losses(*split_of(fitted_run, table), Silent())
    assert len(found.training) == len(found.holdout) == 48
    again = table_losses(*split_of(fitted_run, table), Silent())
    np.testing.assert_array_equal(found.training, again.training)


def test_long_records_are_compared_in_smaller_numbers(
    fitted_run: Path, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata = RunDirectory(fitted_run).read_metadata()
    tokens = metadata.statistics.tokens_per_record.mean + metadata.statistics.prompt_tokens
    monkeypatch.setattr(likelihood, "MAX_TOKENS", 2 * 10.5 * tokens)
    assert len(table_losses(*split_of(fitted_run, table), Silent()).training) == 10


def test_canaries_come_with_their_losses(audited: Synthesizer) -> None:
    assert audited._run is not None
    found = planted_canaries(audited._run, audited.metadata, Silent())
    assert found is not None
    assert found.repetitions.tolist() == [1, 4, 1, 16]
    assert len(found.frame) == len(found.losses) == 4 + NUM_CONTROLS
    assert np.isfinite(found.losses).all()


def test_canaries_come_without_losses_where_there_is_no_model(audited: Synthesizer) -> None:
    assert audited._run is not None
    found = planted_canaries(audited._run, audited.metadata, None)
    assert found is not None
    assert np.isnan(found.losses).all()


def test_a_run_without_canaries_has_none(fitted_run: Path, audited: Synthesizer) -> None:
    run = RunDirectory(fitted_run)
    assert planted_canaries(run, run.read_metadata(), Silent()) is None
    assert planted_canaries(run, audited.metadata, Silent()) is None  # their file is gone
