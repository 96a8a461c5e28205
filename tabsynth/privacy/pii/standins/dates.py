"""Stand-ins for dates of birth: another day at most half a year away, written as before. Knows no names."""

from __future__ import annotations

import datetime as dt
import random
import re

HALF_YEAR = 182
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NUMERIC = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})")


def moved(day: dt.date, draws: random.Random, attempt: int) -> dt.date:
    """Return another day within half a year, wider in late attempts; never the same day."""
    reach = HALF_YEAR * (1 + attempt // 200)
    shift = draws.randint(1, reach) * draws.choice((-1, 1))
    try:
        return day + dt.timedelta(days=shift)
    except OverflowError:
        return day + dt.timedelta(days=-shift)


def read_day(text: str, *, day_first: bool = False) -> dt.date | None:
    """Return the day that a text begins with, None if it cannot be read.

    Args:
        text: "1968-05-22", "22.05.1968", "5/22/68", "May 22, 1968" or "22 May 1968", perhaps with a time after it.
        day_first: Whether 03/04 is the third of April where nothing else tells.
    """
    parts = _parts(text, day_first=day_first)
    if parts is None:
        return None
    year, month, day = parts
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _parts(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    numeric = _NUMERIC.match(text.strip())
    if numeric:
        one, two, three = int(numeric[1]), int(numeric[3]), int(numeric[4])
        if len(numeric[1]) == 4:
            return one, two, three
        year = three if len(numeric[4]) == 4 else three + (1900 if three > 25 else 2000)
        return (year, two, one) if _is_day_first(numeric, day_first=day_first) else (year, one, two)
    plain = re.match(r"(\d{4})(\d{2})(\d{2})$", text.strip())
    if plain:
        return int(plain[1]), int(plain[2]), int(plain[3])
    word = next((w for w in re.findall(r"[A-Za-z]{3,9}", text) if _month(w)), None)
    numbers = re.findall(r"\d+", text)
    year_text = next((n for n in numbers if len(n) == 4), None)
    day_text = next((n for n in numbers if len(n) <= 2), None)
    if word and year_text and day_text:
        return int(year_text), _month(word), int(day_text)
    return None


def _is_day_first(numeric: re.Match[str], *, day_first: bool) -> bool:
    one, two = int(numeric[1]), int(numeric[3])
    return one > 12 or (two <= 12 and (day_first or numeric[2] == "."))


def _month(word: str) -> int:
    low = word.lower()
    return next(
        (at for at, name in enumerate(_MONTH_NAMES, 1) if len(low) >= 3 and name.startswith(low[:4].rstrip("."))), 0
    )


def written_like(day: dt.date, text: str, *, day_first: bool = False) -> str:
    """Return `day` written as the date in `text` is; whatever follows the date stays."""
    numeric = _NUMERIC.search(text)
    if numeric:
        order = "ymd" if len(numeric[1]) == 4 else "dmy" if _is_day_first(numeric, day_first=day_first) else "mdy"
        fields = {"y": f"{day.year:04d}", "m": f"{day.month:02d}", "d": f"{day.day:02d}"}
        pieces = []
        bare = any(len(was) == 1 for was in (numeric[1], numeric[3], numeric[4]))
        for sign, was in zip(order, (numeric[1], numeric[3], numeric[4]), strict=True):
            value = fields[sign]
            if sign == "y":
                pieces.append(value[-2:] if len(was) == 2 else value)
            else:
                pieces.append(value.lstrip("0") if bare else value)
        return text[: numeric.start()] + numeric[2].join(pieces) + text[numeric.end() :]
    if re.match(r"\d{8}$", text.strip()):
        return day.strftime("%Y%m%d")
    return _in_words(day, text)


def _in_words(day: dt.date, text: str) -> str:
    word = next((w for w in re.findall(r"[A-Za-z]{3,9}", text) if _month(w)), "")
    name = _MONTH_NAMES[day.month - 1]
    short = name[:3] if len(word) <= 4 and word.lower() not in _MONTH_NAMES else name
    out = text.replace(
        word, short.upper() if word.isupper() else short.capitalize() if word[:1].isupper() else short, 1
    )
    out = re.sub(r"\b\d{4}\b", f"{day.year:04d}", out, count=1)
    return re.sub(r"\b\d{1,2}(?=\b|st|nd|rd|th)", str(day.day), out, count=1)
