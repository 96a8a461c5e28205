"""What a user does first: fit, generate, evaluate, save, load, generate again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tabsynth import ArtifactError, Synthesizer


@pytest.fixture(scope="module")
def fresh(fitted_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the fitted run that this module may write into."""
    return shutil.copytree(fitted_run, tmp_path_factory.mktemp("first") / "run")


def test_fit_generate_evaluate_save_load_generate(table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path) -> None:
    synthesizer = Synthesizer(progress=False, target="member", **tiny).fit(table)
    fake = synthesizer.generate(101)
    assert len(fake) == 101
    assert list(fake.columns) == list(table.columns)
    assert fake.dtypes.tolist() == table.dtypes.tolist()
    assert isinstance(fake.index, pd.RangeIndex)

    report = synthesizer.evaluate(fake)
    assert report.scores["sqs"].value is not None
    assert report.scores["valid_record_fraction"].n >= 101
    assert report.save(tmp_path / "report.html").stat().st_size > 10_000

    saved = synthesizer.save(tmp_path / "run")
    loaded = Synthesizer.load(saved, progress=False)
    pd.testing.assert_frame_equal(loaded.generate(101), fake)
    with pytest.raises(ArtifactError, match="training="):
        loaded.evaluate(fake)
    again = loaded.evaluate(fake, training=table)
    same = ("sqs", "c2st_auc", "exact_copy_excess")
    assert {name: again.scores[name] for name in same} == {name: report.scores[name] for name in same}


def test_two_synthesizers_with_the_same_random_state_make_the_same_rows(
    table: pd.DataFrame, tiny: dict[str, Any]
) -> None:
    first, second = (Synthesizer(progress=False, **tiny).fit(table).generate(40) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    other = Synthesizer(progress=False, **(tiny | {"random_state": 8})).fit(table).generate(40)
    assert not other.equals(first)


def test_the_caller_s_own_random_numbers_change_nothing(fresh: Path) -> None:
    import numpy as np
    import torch

    first = Synthesizer.load(fresh, progress=False).generate(20)
    torch.manual_seed(1)
    np.random.seed(1)
    pd.testing.assert_frame_equal(Synthesizer.load(fresh, progress=False).generate(20), first)


def test_a_second_generation_gives_the_same_rows_as_the_first(fresh: Path) -> None:
    synthesizer = Synthesizer.load(fresh, progress=False)
    pd.testing.assert_frame_equal(synthesizer.generate(20), synthesizer.generate(20))


def test_another_random_state_at_load_gives_other_rows(fresh: Path) -> None:
    rows = [Synthesizer.load(fresh, progress=False, random_state=state).generate(20) for state in (1, 2)]
    assert not rows[0].equals(rows[1])


@pytest.mark.parametrize("schedule", ["stream", "batch", "full"])
def test_a_single_row_and_every_schedule(fresh: Path, schedule: str) -> None:
    synthesizer = Synthesizer.load(fresh, progress=False, schedule=schedule)
    assert len(synthesizer.generate(1)) == 1
    assert len(synthesizer.generate(130)) == 130
    assert synthesizer.last_generation is not None
    assert synthesizer.last_generation.schedule == schedule


def test_ctrl_c_keeps_the_rows_so_far_and_spoils_no_later_generation(
    fresh: Path, table: pd.DataFrame, interrupting: Any
) -> None:
    whole = Synthesizer.load(fresh, progress=False).generate(400)
    progress = interrupting("generate", 20)
    synthesizer = Synthesizer.load(fresh, progress=progress)
    with pytest.raises(KeyboardInterrupt):
        synthesizer.generate(400)
    (folder,) = (fresh / "generation").iterdir()
    kept = pd.read_parquet(folder / "unfinished-00000.parquet")
    assert 0 < len(kept) < 400
    assert list(kept.columns) == list(table.columns)
    assert kept.dtypes.tolist() == table.dtypes.tolist()
    progress.left = 10**9
    pd.testing.assert_frame_equal(synthesizer.generate(400), whole)
    assert not folder.exists()


def test_a_parquet_path_is_as_good_as_a_frame(table: pd.DataFrame, tiny: dict[str, Any], tmp_path: Path) -> None:
    table.to_parquet(tmp_path / "t.parquet")
    from_path = Synthesizer(progress=False, **tiny).fit(tmp_path / "t.parquet").generate(10)
    pd.testing.assert_frame_equal(from_path, Synthesizer(progress=False, **tiny).fit(table).generate(10))


def tabsynth(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = "from tabsynth.cli.main import main; main()"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=600,
    )


@pytest.mark.slow
def test_the_command_line_through_vllm_prints_nothing_but_its_own_words(table: pd.DataFrame, tmp_path: Path) -> None:
    pytest.importorskip("vllm")
    data, run = tmp_path / "t.csv", tmp_path / "run"
    table.to_csv(data, index=False)
    small = ["--max-epochs", "3", "--hidden-size", "32", "--num-layers", "1", "--engine", "vllm"]
    done = tabsynth("run", data, "-n", "150", "--out", run, "--target", "member", *small)
    assert done.returncode == 0, done.stderr
    own = ("find personal data", "train", "generate", "likelihood", "evaluate")
    assert [line for line in done.stderr.splitlines() if not line.startswith(own)] == []
    assert "Synthetic quality" in done.stdout and str(run / "report.html") in done.stdout.replace("\n", "")
    assert len(pd.read_csv(run / "synthetic.csv")) == 150
    evaluation = json.loads((run / "evaluation.json").read_text())
    assert any(fact == {"label": "Engine", "value": "vllm"} for fact in evaluation["facts"]["run_facts"])

    for name in ("a.parquet", "b.parquet"):
        assert tabsynth("generate", run, "-n", "50", "--out", tmp_path / name).returncode == 0
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), pd.read_parquet(tmp_path / "b.parquet"))
