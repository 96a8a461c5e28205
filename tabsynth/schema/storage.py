"""The names of pandas dtypes: one name a dtype, and the dtype back from its name. Knows no values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def name_of(dtype: Any) -> str:
    """A name for `dtype` that is unlike that of any other dtype, which str(dtype) is not for strings."""
    if isinstance(dtype, pd.StringDtype):
        base = "string" if dtype.na_value is pd.NA else "str"
        return "str" if (base, dtype.storage) == ("str", "pyarrow") else f"{base}[{dtype.storage}]"
    return "arrow_string" if isinstance(dtype, pd.ArrowDtype) and str(dtype) == "string[pyarrow]" else str(dtype)


def dtype_of(name: str) -> Any:
    """The inverse of `name_of`."""
    if name == "arrow_string":
        import pyarrow as pa

        return pd.ArrowDtype(pa.string())
    return pd.StringDtype("python", na_value=np.nan) if name == "str[python]" else pd.api.types.pandas_dtype(name)


def is_supported(dtype: Any) -> bool:
    """Whether tabsynth can take values out of `dtype` and store others in it again."""
    if isinstance(dtype, (pd.PeriodDtype, pd.IntervalDtype, pd.SparseDtype)) or dtype.kind in "cVS":
        return False
    if isinstance(dtype, pd.ArrowDtype) and (dtype.kind not in "iufbUM" or "tz=" in str(dtype) or "date" in str(dtype)):
        return False
    try:
        return bool(dtype_of(name_of(dtype)) == dtype)
    except (TypeError, NotImplementedError):
        return False
