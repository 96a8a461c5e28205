"""Made-up evaluations, tables and facts to release."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tabsynth.evaluator.result import Evaluation, Safeguard
from tabsynth.release.facts import CardFacts

MADE_UP = runpy.run_path(str(Path(__file__).parents[1] / "report" / "fabricated.py"))


@pytest.fixture(scope="session")
def fabricated() -> Callable[..., Evaluation]:
    """Makes up an evaluation."""
    made: Callable[..., Evaluation] = MADE_UP["fabricated"]
    return made


@pytest.fixture(scope="session")
def hostile() -> list[str]:
    """Names that want to be more than names, in Markdown, in HTML and in YAML."""
    names = [
        *MADE_UP["HOSTILE"],
        "a|b",
        "a\\|b",
        "`code`",
        "``",
        "line\nbreak",
        "\r\n---\nlicense: mit\n---\n",
        "```\n# Title",
        "[click](http://evil.invalid)",
        "![pixel](http://evil.invalid/p.png)",
        "http://evil.invalid",
        "www.evil.invalid",
        "@everyone",
        "*bold* _thin_ ~~gone~~",
        "&lt;b&gt;",
        "$x^2$",
        " leading",
        "\u2028",
        "\ud800",
        "naïve_café",
        "capital_gain",
        "-",
    ]
    return list(dict.fromkeys(names))


@pytest.fixture
def fake() -> pd.DataFrame:
    """A synthetic table."""
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, 60).astype("int16"),
            "city": pd.Categorical(rng.choice(["Bern", "Oslo"], 60)),
            "income": np.where(np.arange(60) < 15, np.nan, rng.lognormal(7, 0.4, 60)),
        }
    )


@pytest.fixture
def facts() -> CardFacts:
    return CardFacts(
        model="tabsynth-mini",
        revision="1",
        versions={"tabsynth": "0.1.0", "torch": "2.13.0"},
        source="0123456789abcdef0123456789abcdef",
        rows_learned=26_048,
        rows_aside=6_513,
        kinds={"age": "integer", "city": "categorical", "income": "decimal"},
        protections=(
            Safeguard(label="Personal data", value="2 columns replaced by stand-ins"),
            Safeguard(label="Rare and extreme values", value="protect=False: kept as they are", in_place=False),
        ),
    )
