"""The format of date strings: one under which every string comes back the same, or none."""

from __future__ import annotations

import pandas as pd
import pytest

from tabsynth.schema.dates import DATE_FORMATS, date_format_of

MOMENTS = pd.Series(pd.to_datetime(["2021-03-04 05:06:00", "1999-12-31 23:59:00"]))


def format_of(*strings: str) -> str | None:
    return date_format_of(pd.Series(strings, dtype=object))


@pytest.mark.parametrize("date_format", DATE_FORMATS)
def test_every_format_is_found_in_what_it_wrote(date_format: str) -> None:
    assert date_format_of(MOMENTS.dt.strftime(date_format)) == date_format


@pytest.mark.parametrize(
    ("strings", "date_format"),
    [
        (("03/04/2021", "12/31/2021"), "%m/%d/%Y"),
        (("03/04/2021", "31/12/2021"), "%d/%m/%Y"),
        (("3/4/2021", "12/31/2021"), "%-m/%-d/%Y"),
        (("2021-03-04 05:06", "2021-03-04 17:06"), "%Y-%m-%d %H:%M"),
    ],
)
def test_the_strings_settle_what_day_and_month_are(strings: tuple[str, ...], date_format: str) -> None:
    assert format_of(*strings) == date_format


def test_where_day_and_month_could_be_either_the_month_comes_first() -> None:
    assert format_of("03/04/2021", "05/06/2021") == "%m/%d/%Y"


@pytest.mark.parametrize(
    "strings",
    [
        ("2021-03-04", "soon"),
        ("2021-03-04", "04.03.2021"),
        ("2021-02-30",),
        ("03/04/2021", "3/4/2021"),
        ("2021-03-04 ",),
        ("2021-3-4",),
        ("12/31/2021", "31/12/2021"),
    ],
    ids=["a word", "two formats", "no such day", "padded and not", "a blank", "not padded", "two orders"],
)
def test_strings_that_do_not_all_come_back_have_no_format(strings: tuple[str, ...]) -> None:
    assert format_of(*strings) is None


def test_a_stray_string_after_many_dates_is_seen() -> None:
    assert format_of(*["2021-03-04"] * 200) == "%Y-%m-%d"
    assert format_of(*["2021-03-04"] * 200, "unknown") is None


def test_a_format_is_found_though_the_first_strings_fit_another_too() -> None:
    assert format_of(*["03/04/2021"] * 200, "31/12/2021") == "%d/%m/%Y"
