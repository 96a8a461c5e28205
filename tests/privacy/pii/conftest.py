"""Made-up persons; and tables with planted personal data where a folder is given."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

PLANTED = "TABSYNTH_PLANTED_TABLE"
"""Environment variable with the path of a table that has a `.truth.json` beside it."""
FIRST = ["Norma", "Kevin", "Laura", "Steven", "Donna", "Brian", "Karen", "Jacob", "Helen", "Bruce"]
LAST = ["Avila", "Gill", "Evans", "Chan", "Castro", "Ortiz", "Weber", "Drake", "Lynch", "Owens", "Pearson", "Zuniga"]


def people(rows: int = 120) -> pd.DataFrame:
    """Persons with everything that belongs to them, and texts that mention them."""
    rng = np.random.default_rng(0)
    first = [FIRST[row % 10] for row in range(rows)]
    last = [LAST[row % 12] for row in range(rows)]
    frame = pd.DataFrame(
        {
            "customer": [f"K{100_000 + 7 * row}" for row in range(rows)],
            "full_name": [f"{one} {other}" for one, other in zip(first, last, strict=True)],
            "email": [f"{first[row]}.{last[row]}{row}@example.com".lower() for row in range(rows)],
            "phone": [f"({rng.integers(200, 999)}) 555-{row:04d}" for row in range(rows)],
            "born": pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.permutation(15_000)[:rows], unit="D"),
            "city": [f"Town{chr(97 + row % 26)}{chr(97 + row // 26)}" for row in range(rows)],
            "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, rows), unit="D"),
            "age": rng.integers(18, 80, rows),
            "plan": rng.choice(["basic", "plus", "pro"], rows),
            "note": [f"all was fine with order number {row}, thanks a lot" for row in range(rows)],
        }
    )  # fmt: skip
    frame.loc[3, "note"] = f"please call {frame['phone'][3]} and ask for {frame['full_name'][3]}, it was late"
    frame.loc[5, "note"] = f"{first[5]} wrote to {frame['email'][9]} about {frame['customer'][7]} and heard nothing"
    frame.loc[8, "note"] = None
    return frame


@pytest.fixture(scope="session")
def persons() -> pd.DataFrame:
    return people()


@pytest.fixture(scope="session")
def planted() -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The planted table and its truth."""
    path = os.environ.get(PLANTED)
    if not path or not Path(path).is_file():
        pytest.skip(f"{PLANTED} names no table")
    truth = Path(path).with_suffix(".truth.json")
    return pd.read_csv(path), json.loads(truth.read_text(encoding="utf-8"))
