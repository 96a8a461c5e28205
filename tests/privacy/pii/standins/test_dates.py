import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tabsynth.privacy.pii.standins.dates import HALF_YEAR, moved, read_day, written_like

DAYS = st.dates(dt.date(1800, 1, 1), dt.date(2099, 12, 31))


@pytest.mark.parametrize("text", ["1968-05-22", "1968/5/22", "22.05.1968", "5/22/1968", "5/22/68", "May 22, 1968",
    "22nd of May 1968",
                                  "19680522", "1968-05-22 00:00:00"])  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert read_day(text) == dt.date(1968, 5, 22)


def test_where_nothing_tells_the_table_does() -> None:
    assert read_day("03/04/1990") == dt.date(1990, 3, 4)
    assert read_day("03/04/1990", day_first=True) == dt.date(1990, 4, 3)
    assert read_day("03.04.1990") == dt.date(1990, 4, 3)


@pytest.mark.parametrize("text", ["", "unknown", "1968-13-45", "99/99/9999", "1968"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


@given(DAYS, st.integers(0, 99))
def test_a_day_moves_by_at_most_half_a_year_and_never_stays(day: dt.date, seed: int) -> None:
    assert 1 <= abs((moved(day, random.Random(seed), 0) - day).days) <= HALF_YEAR


def test_late_attempts_move_further() -> None:
    day = dt.date(1968, 5, 22)
    assert max(abs((moved(day, random.Random(seed), 900) - day).days) for seed in range(200)) > 2 * HALF_YEAR
    assert moved(dt.date.max, random.Random(1), 0) < dt.date.max


@pytest.mark.parametrize(("text", "expected"), [
    ("1968-05-22", "2001-12-03"), ("5/22/1968", "12/3/2001"), ("05/22/1968", "12/03/2001"), ("22.05.1968",
    "03.12.2001"),
    ("5/22/68", "12/3/01"), ("May 22, 1968", "December 3, 2001"), ("22 May 1968", "3 December 2001"), ("JUN 22 1968",
    "DEC 3 2001"),
    ("19680522", "20011203"), ("1968-05-22 00:00:00", "2001-12-03 00:00:00"), ("22nd of June 1968",
    "3nd of December 2001"),
])  # fmt: skip
def test_another_day_is_written_as_the_first_was(text: str, expected: str) -> None:
    assert written_like(dt.date(2001, 12, 3), text) == expected


@given(DAYS, DAYS, st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y", "%Y%m%d"]))
def test_what_was_written_is_read_again(old: dt.date, new: dt.date, form: str) -> None:
    text = f"{old:%Y-%m-%d}" if form == "%Y-%m-%d" else old.strftime(form)
    if read_day(text) == old:
        written = written_like(new, text)
        assert read_day(written) == new or (form == "%m/%d/%Y" and old.day <= 12)
