import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.drawing import Overlay
from tabsynth.evaluator.evaluator import evaluate
from tabsynth.evaluator.result import ColumnResult, Correlations, Evaluation, GenerationFacts, RunFact
from tabsynth.report.report import Report
from tabsynth.schema.infer import infer_schema

EVIL = "<script>alert(1)</script>"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def table(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, 80)
    return pd.DataFrame({EVIL: size, "size": size + rng.normal(0, 0.1, 80), "kind": rng.choice([EVIL, "b"], 80)})


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    facts = GenerationFacts(
        num_rows=80, num_valid=80, num_invalid=4, rejects={EVIL: 4}, run_facts=(RunFact(label="LoRA", value=EVIL),)
    )
    return evaluate(table(1), table(2), table(3), schema=infer_schema(table(1)), target="kind", facts=facts)


def with_columns(evaluation: Evaluation, number: int) -> Evaluation:
    """The evaluation of a made-up wide table."""
    names = tuple(f"column with a rather long name {i}" for i in range(number))
    row = tuple(0.3 for _ in names)
    bars = Overlay(of="numbers", labels=("bar",) * 20, training=(0.05,) * 20, synthetic=(0.05,) * 20)
    first = evaluation.columns[0]
    columns = tuple(ColumnResult(**{**first.model_dump(), "name": name, "overlay": bars}) for name in names)
    matrix = (row,) * number
    pairs = Correlations(names=names, training=matrix, synthetic=matrix, difference=matrix, worst=())
    return evaluation.model_copy(update={"columns": columns, "correlations": pairs})


def test_names_and_values_of_a_table_show_as_text(evaluation: Evaluation) -> None:
    page = Report(evaluation).html()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_needs_no_network_and_no_scripts(evaluation: Evaluation) -> None:
    page = Report(evaluation).html()
    assert not re.search(r"https?://|//[a-z]+\.|<link|<img|@import|url\(|\son[a-z]+=|<script", page)


def test_the_page_is_accessible_in_its_bones(evaluation: Evaluation) -> None:
    page = Report(evaluation).html()
    assert '<html lang="en">' in page
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.count("<table>") == page.count("<caption>")
    assert all('role="img"' in svg and "<title>" in svg for svg in re.findall(r"<svg.*?</svg>", page, re.S))


def test_every_number_on_a_card_has_its_real_reference(evaluation: Evaluation) -> None:
    page = Report(evaluation).html()
    assert "real holdout 0." in page and "What does this mean?" in page


def test_what_was_not_checked_is_said(evaluation: Evaluation) -> None:
    assert "Membership inference" in Report(evaluation).html()


def test_a_hundred_columns_stay_under_a_megabyte(evaluation: Evaluation) -> None:
    assert len(Report(with_columns(evaluation, 100)).html().encode()) < 1_000_000


def test_a_table_without_pairs_target_and_facts_has_a_report(evaluation: Evaluation) -> None:
    lean = evaluation.model_copy(update={"correlations": None, "facts": None, "importances": (), "target": None})
    assert "fewer than two columns" in Report(lean).html()


def test_saving_replaces_the_file_and_leaves_nothing_else(evaluation: Evaluation, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")
    assert Report(evaluation).save(target) == target
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text(encoding="utf-8") == Report(evaluation).html()


def test_a_notebook_shows_the_page_in_a_frame(evaluation: Evaluation) -> None:
    shown = Report(evaluation)._repr_html_()
    assert shown.startswith("<iframe") and "<script" not in shown
    assert Report(evaluation).scores == evaluation.scores


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine; the page is checked in a real browser where there is"
)
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_a_real_browser_draws_the_page(evaluation: Evaluation, tmp_path: Path, scheme: int) -> None:
    page = Report(evaluation).save(tmp_path / "report.html")
    picture = tmp_path / "page.png"
    quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-sync", *quiet,
         f"--user-data-dir={tmp_path / 'profile'}", f"--blink-settings=preferredColorScheme={scheme}",
         f"--screenshot={picture}", "--window-size=1200,2000", page.as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert picture.stat().st_size > 20_000
