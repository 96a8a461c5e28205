"""One row a subject: the bound on what a subject can contribute to any histogram."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tabsynth.errors import ConfigError


def one_row_each(subjects: Sequence[Any] | pd.Series | None, num_rows: int, rng: np.random.Generator) -> NDArray[Any]:
    """Return the position of one random row of each subject, in random order.

    Which row is taken depends on no other subject, so a subject that is added adds one row and changes no other.

    Args:
        subjects: Whose row each row is; None if each row is a subject's only one. Rows without a subject are taken as
            those of one subject.
        num_rows: Rows of the table.
        rng: Where the choice comes from.

    Raises:
        ConfigError: There is not one subject a row.
    """
    order = rng.permutation(num_rows)
    if subjects is None:
        return order
    if len(subjects) != num_rows:
        raise ConfigError(f"{len(subjects)} subjects are given for {num_rows} rows", where="group_by")
    codes, _ = pd.factorize(pd.Series(list(subjects), dtype=object), use_na_sentinel=False)
    # The first row in a random order is a uniform choice inside each subject, independent between subjects.
    return order[np.unique(codes[order], return_index=True)[1]]
