from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.result import Evaluation, GenerationFacts, RunFact
from tabsynth.report.report import Report
from tabsynth.schema.infer import infer_schema

Fabricated = Callable[..., Evaluation]
EVIL = "<script>alert(1)</script>"


def table(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, 80)
    return pd.DataFrame({EVIL: size, "size": size + rng.normal(0, 0.1, 80), "kind": rng.choice([EVIL, "b"], 80)})


@pytest.fixture(scope="module")
def measured() -> Evaluation:
    """What the evaluator itself says of a hostile table."""
    from tabsynth.evaluator.evaluator import evaluate

    facts = GenerationFacts(
        num_rows=80, num_valid=80, num_invalid=4, rejects={EVIL: 4}, run_facts=(RunFact(label="LoRA", value=EVIL),)
    )
    return evaluate(table(1), table(2), table(3), schema=infer_schema(table(1)), target="kind", facts=facts)


def test_what_the_evaluator_found_has_a_page_and_its_names_show_as_text(measured: Evaluation) -> None:
    text = Report(measured).html()
    assert text.count("<script") == 1  # the data, which no browser runs
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert measured.verdict.headline in text


def test_saving_replaces_the_file_and_leaves_nothing_else(fabricated: Fabricated, tmp_path: Path) -> None:
    report, target = Report(fabricated(5)), tmp_path / "report.html"
    target.write_text("old")
    assert report.save(target) == target
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text(encoding="utf-8") == report.html()


def test_a_page_that_cannot_be_written_leaves_the_old_one(fabricated: Fabricated, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        Report(fabricated(5)).save(tmp_path / "no such folder" / "report.html")
    broken = Report(fabricated(5).model_copy(update={"verdict": None}))
    (tmp_path / "report.html").write_text("old")
    with pytest.raises(Exception, match="light"):
        broken.save(tmp_path / "report.html")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_notebook_shows_the_page_in_a_frame_where_nothing_may_run(fabricated: Fabricated) -> None:
    shown = Report(fabricated(5))._repr_html_()
    assert shown.startswith("<iframe") and "<script" not in shown
    assert 'sandbox="allow-downloads"' in shown


def test_scores_and_summary_are_those_of_the_evaluation(fabricated: Fabricated) -> None:
    found = fabricated(5, light="red")
    assert Report(found).scores == found.scores
    assert repr(Report(found)) == "Report(red: Do not release: training rows were copied.)"
