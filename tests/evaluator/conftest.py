from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from tabsynth.schema.infer import infer_schema
from tabsynth.schema.schema import Schema


def _people(rows: int, seed: int) -> pd.DataFrame:
    """A table whose columns depend on each other: age → income → bought; city → region."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 80, rows)
    income = np.round(age * 600 + rng.normal(0, 6_000, rows), 2)
    region = rng.choice(["north", "south", "east"], rows, p=[0.5, 0.3, 0.2])
    city = np.char.add(region.astype("U12"), rng.choice(["-a", "-b"], rows))
    bought = rng.random(rows) < 1 / (1 + np.exp(-(income - 30_000) / 6_000))
    score = pd.Series(rng.normal(0, 1, rows)).where(rng.random(rows) > 0.1)
    return pd.DataFrame(
        {"age": age, "income": income, "region": region, "city": city, "bought": bought, "score": score.round(3)}
    )


@pytest.fixture(scope="session")
def people() -> Callable[[int, int], pd.DataFrame]:
    return _people


@pytest.fixture(scope="session")
def schema() -> Schema:
    return infer_schema(_people(400, 1))
