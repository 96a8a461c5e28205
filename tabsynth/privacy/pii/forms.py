"""The forms of personal data: the patterns that find it inside text or as a whole cell. Knows no names of persons.

Few expressions repeat a repetition and all have bounds, so a hostile text costs no more than a long one.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter

from tabsynth.privacy.pii import numbers
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.patterns import Pattern, Span
from tabsynth.privacy.pii.streets import STREET, STREET_SIGNS, STREET_US

ANY_CASE = re.IGNORECASE
ALONE, END = r"(?<![\w\-])", r"(?![\w\-])"
"""A find stands alone: no word goes on before or after it."""
EXTENSION = r"(?: ?(?:x|ext\.?|#) ?\d{1,6})?"
PREFIX = r"(?:\+ ?\d{1,3}[ .\-/]?|00\d{1,2}[ .\-/]|1[ .\-])?"
CODE = r"(?=[A-Z\d\-]*\d)[A-Z\d][A-Z\d\-]{4,17}\b"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY_2, _MONTH_2, _YEAR = r"(?:[12]\d|3[01]|0?[1-9])", r"(?:1[0-2]|0?[1-9])", r"(?:1[89]|20)\d\d"
DATE = (
    rf"(?:{_YEAR}[-/.]{_MONTH_2}[-/.]{_DAY_2}|{_DAY_2}[-/.]{_DAY_2}[-/.](?:{_YEAR}|\d\d)|"
    rf"{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? {_YEAR}|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTH}\.?,? {_YEAR})"
)
"""A date as people write it."""
US_STATE = (
    r"(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|"
    r"V[TA]|W[AVIY])"
)


def is_ip(text: str) -> bool:
    """Whether a text is an address of the internet, of either version."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def entropy(text: str) -> float:
    """Return Shannon's entropy of a text's characters, bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0


def is_secret(text: str) -> bool:
    """Whether a text looks drawn at random: 16 or more signs, letters and digits, 3 bits each."""
    return len(text) >= 16 and any(c.isdigit() for c in text) and any(c.isalpha() for c in text) and entropy(text) >= 3


def holds_digit(text: str) -> bool:
    """Whether a text holds a digit."""
    return any(char.isdigit() for char in text)


def is_cpf(text: str) -> bool:
    """Whether a text is a Brazilian personal number by its check digits."""
    return numbers.is_personal_number("br.cpf", text)


def _after(words: str) -> re.Pattern[str]:
    """A cue: these words, then at most a few signs or small words up to the find."""
    between = r"(?:(?:is|was|no|nr|number|on|file|at|my|the|of|under|id|on:|=)\W{1,3}){0,3}"
    return re.compile(rf"(?:{words})\W{{0,3}}{between}$", ANY_CASE)


def _form(*pieces: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile("".join(pieces), flags)


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        Entity.URL,
        _form(r"\b(?:https?://|www\.)[^\s<>\"'|]{3,2000}[^\s<>\"'|.,;:!?)\]]", flags=ANY_CASE),
        needs=("://", "www."),
        digits=0,
    ),
    Pattern(
        Entity.EMAIL,
        _form(r"(?<![\w.+\-])[\w.+%'’\-]{1,64}@(?:[\w\-]{1,63}\.){1,4}[^\W\d_]{2,18}\b"),
        needs=("@",),
        digits=0,
    ),
    Pattern(
        Entity.UUID,
        _form(r"\b[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}\b", flags=ANY_CASE),
        needs=("-",),
        digits=4,
    ),
    Pattern(
        Entity.API_KEY,
        _form(
            r"\b(?:sk-[\w\-]{20,}|[sr]k_(?:live|test)_\w{16,}|gh[pousr]_\w{30,}|github_pat_\w{40,}|glpat-[\w\-]{20,}|",
            r"(?:AKIA|ASIA)[A-Z\d]{16}|AIza[\w\-]{35}|xox[abprs]-[\w\-]{10,}|hf_\w{30,}|ya29\.[\w\-]{20,}|npm_\w{30,}|",
            r"eyJ[\w\-]{10,}\.[\w\-]{10,}\.[\w\-]{5,})",
        ),
        needs=("sk", "k_", "gh", "glpat", "akia", "asia", "aiza", "xox", "hf_", "ya29", "npm_", "eyj"),
        digits=1,
    ),
    Pattern(
        Entity.API_KEY,
        _form(ALONE, r"[\w\-+/=.]{16,128}", END),
        is_secret,
        _after(r"(?:api|access|secret|private|auth)[ _\-]?(?:key|token)|token|secret|password|bearer"),
        needs=("key", "token", "secret", "password", "bearer"),
        digits=1,
    ),
    Pattern(Entity.IBAN, _form(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?\b"), numbers.is_iban),
    Pattern(
        Entity.MAC_ADDRESS,
        _form(r"(?<![\w:\-])[\da-f]{2}([:\-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w:\-])", flags=ANY_CASE),
        needs=(":", "-"),
        digits=0,
    ),
    Pattern(
        Entity.IP_ADDRESS, _form(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"), is_ip, needs=(".",), digits=4
    ),
    Pattern(
        Entity.IP_ADDRESS,
        _form(r"(?<![\w:.])(?:[\da-f]{1,4}:|:){2,7}[\da-f:]{1,9}(?![\w:])", flags=ANY_CASE),
        is_ip,
        needs=(":",),
        digits=2,
    ),
    Pattern(Entity.STREET_ADDRESS, STREET_US, digits=1),
    Pattern(Entity.STREET_ADDRESS, STREET, needs=STREET_SIGNS, digits=1),
    Pattern(
        Entity.CREDIT_CARD,
        _form(
            r"(?<![\w\-.])(?:\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]\d{1,7}|\d{4}[ \-]\d{6}[ \-]\d{5}|[3-6]\d{12,18})",
            r"(?![\w\-]|\.\d)",
        ),
        numbers.is_card,
        digits=12,
    ),
    Pattern(
        Entity.CREDIT_CARD,
        _form(r"(?<![\w\-.])\d(?:[ \-]?\d){11,18}(?![\w\-]|\.\d)"),
        numbers.is_card,
        _after(
            r"\bcard|visa|master ?card|amex|american express|maestro|discover|\bcc|credit|debit|karte|carte|tarjeta"
        ),
        needs=("card", "visa", "amex", "express", "maestro", "discover", "cc", "credit", "debit", "karte", "carte",
               "tarjeta"),
        digits=12,
    ),
    Pattern(Entity.SSN, _form(ALONE, r"\d{3}([\- ])\d{2}\1\d{4}(?![\w]|-\d)"), numbers.is_ssn, digits=9),
    Pattern(
        Entity.SSN,
        _form(ALONE, r"\d{9}(?![\w]|-\d)"),
        cue=_after(r"\bssn|social security|\bsocial"),
        needs=("ssn", "social"),
        digits=9,
    ),
    Pattern(
        Entity.PHONE,
        _form(
            r"(?<![\w.\-/])",
            PREFIX,
            r"\(?\d{3}\)?[ .\-]? ?\d{3}[ .\-]\d{4}",
            EXTENSION,
            r"(?![\w]|[\-.]\d)",
            flags=ANY_CASE,
        ),
        numbers.is_phone_form,
        digits=7,
    ),
    Pattern(
        Entity.PHONE,
        _form(r"(?<![\w.])\+ ?\d{1,3}[ .\-/(]?[\d .\-/()]{5,16}\d", EXTENSION, r"(?!\w)", flags=ANY_CASE),
        numbers.is_phone_form,
        needs=("+",),
        digits=7,
    ),
    Pattern(
        Entity.PHONE,
        _form(r"(?<![\w.\-])\(?0?\d[\d .\-/()]{5,16}\d", EXTENSION, r"(?!\w)", flags=ANY_CASE),
        numbers.is_phone_form,
        _after(
            r"(?:tele)?phone|\btel|\bcall(?: \w+){0,3}|mobile|\bcell|\bfax|whats ?app|\btext(?: \w+)?|"
            r"\breach(?: \w+){0,2}|\bring(?: \w+)?|telefon|dial|contact(?: \w+){0,2}|\bsms"
        ),
        needs=("phone", "tel", "call", "mobile", "cell", "fax", "whats", "text", "reach", "ring", "dial", "contact",
               "sms"),
        digits=7,
    ),
    Pattern(
        Entity.DATE_OF_BIRTH,
        _form(r"(?<![\w\-/.])", DATE, r"(?!\d)", flags=ANY_CASE),
        cue=_after(r"\bd\.?o\.?b\.?|\bborn|birth ?(?:day|date)?|geboren|geb\.|née?|nacid[oa]"),
        needs=("d.o.b", "dob", "born", "birth", "gebor", "geb.", "né", "nacid"),
    ),
    Pattern(
        Entity.COORDINATES,
        _form(
            r"(?<![\w.])-?\d{1,2}\.\d{3,15}°?(?: ?[NS])?,? ?-?\d{1,3}\.\d{3,15}°?(?: ?[EW])?(?![\w]|\.\d)"
        ),
        needs=(".",),
        digits=8,
    ),
    Pattern(
        Entity.MEDICAL_RECORD,
        _form(CODE),
        cue=_after(r"\bmrn|medical record|patient (?:id|no|number)|nhs|hospital (?:id|no|number)|chart"),
        needs=("mrn", "medical", "patient", "nhs", "hospital", "chart"),
        digits=1,
    ),
    Pattern(
        Entity.PASSPORT,
        _form(CODE, flags=ANY_CASE),
        cue=_after(r"passport|reisepass|pasaporte|passeport"),
        needs=("passport", "reisepass", "pasaporte", "passeport"),
        digits=1,
    ),
    Pattern(
        Entity.DRIVING_LICENCE,
        _form(CODE, flags=ANY_CASE),
        cue=_after(r"driv(?:er|ing)(?:['’]?s)? licen[cs]e|\bdl\b|führerschein|licen[cs]e (?:no|number)"),
        needs=("licen", "dl", "führerschein"),
        digits=1,
    ),
    Pattern(
        Entity.BANK_ACCOUNT,
        _form(ALONE, r"\d{6,17}(?![\w])"),
        cue=_after(r"(?:bank )?account|\bacct|kontonummer|routing"),
        needs=("account", "acct", "kontonummer", "routing"),
    ),
    Pattern(
        Entity.TAX_ID,
        _form(ALONE, r"(?=[A-Z\-]*\d)[A-Z\d][A-Z\d\-./]{6,17}[A-Z\d]\b"),
        cue=_after(
            r"\btax(?:payer)? ?(?:id|no|number)?|\btin|\bein|\bitin|\bvat|\bsteuer\w*|\bnif|\brfc|\butr"
        ),
        needs=("tax", "tin", "ein", "vat", "steuer", "nif", "rfc", "utr"),
        digits=1,
    ),
    Pattern(
        Entity.NATIONAL_ID,
        _form(ALONE, r"(?=[A-Z \-]*\d)[A-Z\d](?:[ \-./]?[A-Z\d]){6,17}\b"),
        holds_digit,
        _after(
            r"national (?:id|insurance)|\bnino?\b|\bni\b|identity card|id card|citizen id|personnummer|aadhaar|\bnric|"
            r"\bdni|\bnie|\bcpf|\bcurp|\bpesel|\bbsn|\bcpr|\bcodice fiscale|personal id"
        ),
        needs=("national", "nin", "ni ", "card", "citizen", "personnummer", "aadhaar", "nric", "dni", "nie", "cpf",
               "curp", "pesel", "bsn", "cpr", "codice", "personal"),
        digits=1,
    ),
    Pattern(Entity.NATIONAL_ID, _form(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)"), is_cpf, digits=11),
    Pattern(
        Entity.POSTCODE,
        _form(
            r"\b(?:GIR 0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y]) ",
            r"\d[ABD-HJLNP-UW-Z]{2})\b",
        ),
        digits=2,
    ),
    Pattern(
        Entity.POSTCODE, _form(r"(?<=[A-Z]{2} )\d{5}(?:-\d{4})?", END), cue=re.compile(rf"\b{US_STATE} $")
    ),
    Pattern(
        Entity.POSTCODE,
        _form(ALONE, r"\d{4,6}(?:-\d{4})?", END),
        cue=_after(r"\bzip(?: ?code)?|post(?:al)? ?code|\bplz"),
        needs=("zip", "code", "plz"),
        digits=4,
    ),
    Pattern(
        Entity.USERNAME,
        _form(r"(?<![\w@.])@(?=\w*[a-zA-Z])[A-Za-z\d_](?:[\w.]{1,28}[\w])"),
        needs=("@",),
        digits=0,
    ),
    Pattern(
        Entity.USERNAME,
        _form(r"(?<!\w)[A-Za-z\d_][\w.\-]{2,30}\w"),
        holds_digit,
        _after(r"user ?name|user ?id|\blogin|nick ?name|screen name|handle"),
        needs=("user", "login", "name", "handle"),
        digits=1,
    ),
)  # fmt: skip
"""All patterns; where two finds overlap, that of the earlier pattern stays."""

WHOLE: dict[Entity, tuple[Pattern, ...]] = {
    entity: tuple(pattern for pattern in PATTERNS if pattern.entity is entity and pattern.cue is None)
    for entity in sorted({pattern.entity for pattern in PATTERNS if pattern.cue is None})
}
"""The patterns that recognise a cell by its form alone."""

_DIGITS = re.compile(r"\d")


def find_patterns(text: str) -> list[Span]:
    """Return the finds of all patterns in `text`, in order, none overlapping another."""
    digits, lowered = len(_DIGITS.findall(text)), text.lower()
    found: list[Span] = []
    for pattern in PATTERNS:
        if pattern.may_hold(lowered, digits):
            for span in pattern.find(text):
                if all(span.end <= other.start or span.start >= other.end for other in found):
                    found.append(span)
    return sorted(found, key=lambda span: span.start)
