"""The Synthesizer's order of stages, and what it refuses before any of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tabsynth import ArtifactError, ConfigError, DataError, SchemaError, Synthesizer


@pytest.fixture
def loaded(fitted_run: Path, tmp_path: Path) -> Synthesizer:
    return Synthesizer.load(shutil.copytree(fitted_run, tmp_path / "run"), progress=False)


@pytest.mark.parametrize("num_rows", [0, -1, 1.5, True, "10", None])
def test_a_number_of_rows_that_is_none_is_refused(loaded: Synthesizer, num_rows: Any) -> None:
    with pytest.raises(ConfigError, match="num_rows must be a whole number from 1"):
        loaded.generate(num_rows)


def test_a_number_of_rows_may_come_out_of_numpy(loaded: Synthesizer) -> None:
    assert len(loaded.generate(np.int64(3))) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("act", [lambda s: s.generate(3), lambda s: s.save("x"), lambda s: s.metadata])
def test_before_fit_there_is_nothing_to_use(act: Any) -> None:
    with pytest.raises(ArtifactError, match="nothing has been fitted yet"):
        act(Synthesizer(progress=False))


def test_a_misspelt_setting_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'max_epochs'"):
        Synthesizer(max_epoch=3)


def test_a_misspelt_target_is_an_error_with_a_suggestion(table: pd.DataFrame) -> None:
    with pytest.raises(SchemaError, match=r"there is no column 'incom'\. Did you mean 'income'"):
        Synthesizer(target="incom", progress=False).fit(table)


def test_a_run_directory_that_is_a_file_is_refused(table: pd.DataFrame, tmp_path: Path) -> None:
    file = tmp_path / "run"
    file.write_text("mine")
    with pytest.raises(ArtifactError, match="it is a file"):
        Synthesizer(progress=False).fit(table, run_dir=file)
    assert file.read_text() == "mine"


def test_save_refuses_a_directory_that_is_in_use(loaded: Synthesizer, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    with pytest.raises(ArtifactError, match="not empty"):
        loaded.save(tmp_path / "full")


def test_save_into_its_own_directory_does_nothing(loaded: Synthesizer, tmp_path: Path) -> None:
    assert loaded.save(tmp_path / "run") == tmp_path / "run"


def test_load_takes_generation_settings_and_refuses_unknown_ones(fitted_run: Path) -> None:
    assert Synthesizer.load(fitted_run, temperature=0.5).config.temperature == 0.5
    with pytest.raises(ConfigError, match="Did you mean 'temperature'"):
        Synthesizer.load(fitted_run, temprature=0.5)


def test_evaluate_after_load_asks_for_the_training_table(loaded: Synthesizer, table: pd.DataFrame) -> None:
    with pytest.raises(ArtifactError, match=r"the training rows are not kept.*training="):
        loaded.evaluate(table)


def test_evaluate_after_load_refuses_another_table(loaded: Synthesizer, table: pd.DataFrame) -> None:
    with pytest.raises(ArtifactError, match="this is not the table that was learned"):
        loaded.evaluate(table, training=table.iloc[::-1])


def test_evaluate_after_load_splits_as_fit_did_whatever_is_set_now(fitted_run: Path, table: pd.DataFrame) -> None:
    synthesizer = Synthesizer.load(fitted_run, random_state=999, holdout=30)
    holdout = synthesizer._training_split(table).holdout
    pd.testing.assert_frame_equal(holdout, pd.read_parquet(fitted_run / "holdout.parquet"))


def test_a_failed_fit_leaves_what_was_fitted_before(loaded: Synthesizer, table: pd.DataFrame) -> None:
    before = loaded.generate(5)
    with pytest.raises(DataError):
        loaded.fit("no such table.csv")
    with pytest.raises(SchemaError):
        loaded.fit(table.head(0))
    pd.testing.assert_frame_equal(loaded.generate(5), before)
