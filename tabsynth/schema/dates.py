"""Dates that are stored as strings: the one format that all of them have. Knows no other kind of column."""

from __future__ import annotations

import pandas as pd

DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%Y%m%d",
    "%-m/%-d/%Y",
    "%-m/%-d/%Y %-H:%M",
    "%-m/%-d/%Y %-H:%M:%S",
)


def date_format_of(present: pd.Series) -> str | None:
    """Return the format under which every string is a date and comes back the same, or None.

    Args:
        present: Strings, none missing.
    """
    head = present.iloc[:50]
    for date_format in DATE_FORMATS:
        if _round_trips(head, date_format) and _round_trips(present, date_format):
            return date_format
    return None


def _round_trips(strings: pd.Series, date_format: str) -> bool:
    try:
        parsed = pd.to_datetime(strings, format=date_format.replace("%-", "%"))
    except (ValueError, OverflowError):
        return False
    return bool((parsed.dt.strftime(date_format).to_numpy() == strings.to_numpy()).all())
