"""Columns and values for the codecs' tests."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from tabsynth.schema.column import Column, Kind
from tabsynth.schema.dtype import ColumnDtype
from tabsynth.schema.values import Values


@pytest.fixture
def column() -> Callable[..., Column]:
    """Make a column of a kind; its dtype matters to few codecs."""

    def make(kind: Kind, **facts: Any) -> Column:
        return Column(**({"name": "c", "kind": kind, "dtype": ColumnDtype(name="object"), "nullable": False} | facts))

    return make


@pytest.fixture
def values() -> Callable[..., Values]:
    """Make plain values; None is missing."""

    def make(cells: Sequence[Any], dtype: Any = object) -> Values:
        missing = np.array([cell is None for cell in cells], dtype=bool)
        data = np.zeros(len(cells), dtype=dtype)
        if data.dtype == object:
            data[:] = None
        data[~missing] = [cell for cell in cells if cell is not None]
        return Values(data, missing)

    return make
