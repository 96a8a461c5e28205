"""Stand-ins for numbers and codes: every digit a digit, every letter a letter, check digits right. Knows no table."""

from __future__ import annotations

import random
import string
from collections.abc import Callable

from stdnum import iban, luhn

from tabsynth.privacy.pii.numbers import digits_of

VALID_DRAWS = 300
"""Draws in search of a code with right check digits before one of the right form is taken."""
SUBSCRIBER_DIGITS = 7


def laid_over(original: str, digits: str, *, skip: int = 0) -> str:
    """Return `original` with its digits replaced one by one by `digits`; the first `skip` and those left over stay."""
    out, rest, seen = [], list(digits), 0
    for char in original:
        if "0" <= char <= "9":
            seen += 1
            out.append(rest.pop(0) if seen > skip and rest else char)
        else:
            out.append(char)
    return "".join(out)


def same_form(original: str, draws: random.Random, *, keep: int = 0) -> str:
    """Return another code of the same form: digits for digits, letters for letters in their case, signs as they are.

    Args:
        original: Any code.
        draws: Random numbers.
        keep: How many letters and digits stay at the beginning.
    """
    out, seen = [], 0
    for char in original:
        if char.isdigit() and char.isascii():
            seen += 1
            first = seen == 1 and char != "0"
            out.append(char if seen <= keep else draws.choice("123456789" if first else string.digits))
        elif char.isalpha():
            seen += 1
            letters = string.ascii_uppercase if char.isupper() else string.ascii_lowercase
            out.append(char if seen <= keep else draws.choice(letters))
        else:
            out.append(char)
    return "".join(out)


def valid_form(original: str, draws: random.Random, is_valid: Callable[[str], bool]) -> str:
    """Return another code of the same form that is valid, or after many tries one of the same form."""
    for _ in range(VALID_DRAWS):
        drawn = same_form(original, draws)
        if is_valid(drawn):
            return drawn
    return same_form(original, draws)


def hexadecimal(original: str, draws: random.Random, *, keep: int = 0, fixed: tuple[int, ...] = ()) -> str:
    """Return another number in base 16: signs and case stay, as do the first `keep` digits and those at `fixed`."""
    out, seen = [], 0
    for char in original:
        if char in string.hexdigits:
            drawn = draws.choice("0123456789abcdef")
            out.append(char if seen < keep or seen in fixed else drawn.upper() if original.isupper() else drawn)
            seen += 1
        else:
            out.append(char)
    return "".join(out)


def ssn(draws: random.Random, length: int) -> str:
    """Return a US social security number that nobody has: areas from 900 and groups up to 49 were never issued."""
    if length != 9:
        return "".join(draws.choice(string.digits) for _ in range(length))
    return f"{draws.randint(900, 999)}{draws.randint(1, 49):02d}{draws.randint(1, 9999):04d}"


def card(digits: str, draws: random.Random) -> str:
    """Return a card number of the same length and network with a right check digit."""
    body = digits[:2] + "".join(draws.choice(string.digits) for _ in range(len(digits) - 3))
    return body + str(luhn.calc_check_digit(body))


def account(original: str, draws: random.Random) -> str:
    """Return an international account number of the same country with right check digits."""
    compact = original.replace(" ", "")
    body = same_form(compact[4:], draws)
    checked = compact[:2] + iban.calc_check_digits(compact[:2] + "00" + body) + body
    signs = iter(checked if compact.isupper() else checked.lower())
    return "".join(char if char == " " else next(signs) for char in original)


def subscriber(key: str, draws: random.Random, attempt: int) -> str:
    """Return the digits of another subscriber with the same area or operator code, a wider area in late attempts."""
    change = min(len(key), SUBSCRIBER_DIGITS + attempt // 100)
    kept = key[: len(key) - change]
    return kept + draws.choice("23456789") + "".join(draws.choice(string.digits) for _ in range(change - 1))


def phone_laid_over(original: str, key: str, drawn: str, draws: random.Random) -> str:
    """Return a phone number as it was written, with the digits of another subscriber and another extension."""
    lowered = original.lower()
    cut = next((lowered.rindex(sign) for sign in ("ext", "x", "#") if sign in lowered), len(original))
    number, extension = original[:cut], original[cut:]
    skip = max(0, len(digits_of(number)) - len(key))
    return laid_over(number, drawn, skip=skip) + laid_over(extension, "".join(draws.choices(string.digits, k=8)))
