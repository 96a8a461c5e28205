"""Strings that point at a person: e-mail addresses, and numbers as long as a telephone number. Light on purpose.

It refuses to know names, addresses and languages: what it misses is not called harmless, and chance hits cost nothing,
since every finding has a control.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

MAX_CHARACTERS = 10_000
MIN_DIGITS = 7
MIN_CODE_DIGITS = 9  # in short strings, where tickets and articles have numbers as well
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NUMBER = re.compile(r"\d(?:[ ().\-/]{0,2}\d){6,24}")
_NO_DIGIT = re.compile(r"\D")


def personal_strings(text: str, min_digits: int = MIN_DIGITS) -> tuple[str, ...]:
    """Return e-mail addresses in lower case, and long runs of digits without what parts them."""
    text = text[:MAX_CHARACTERS]
    found = [match.lower() for match in _EMAIL.findall(text)] if "@" in text else []
    numbers = (_NO_DIGIT.sub("", match) for match in _NUMBER.findall(text))
    return tuple(sorted({*found, *(number for number in numbers if len(number) >= min_digits)}))


def personal_cells(labels: NDArray[np.object_], *, prose: bool) -> list[tuple[str, ...]]:
    """Return the strings of every cell; each distinct cell is read once.

    Args:
        labels: The cells, None where missing.
        prose: Whether they are sentences rather than short strings.
    """
    min_digits = MIN_DIGITS if prose else MIN_CODE_DIGITS
    read: dict[str, tuple[str, ...]] = {}
    found: list[tuple[str, ...]] = []
    for label in labels.tolist():
        if label is None:
            found.append(())
            continue
        if label not in read:
            read[label] = personal_strings(label, min_digits)
        found.append(read[label])
    return found
