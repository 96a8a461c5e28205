"""Patterns of personal data that are recognisable by their form, inside text or as a whole cell. Knows no names.

A pattern is a regular expression, a check of what it finds, and a cue: words before the find that a weak form needs.
No expression repeats a repetition, so a hostile text costs no more than a long one.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tabsynth.privacy.pii import numbers
from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.gazetteer import street_suffixes

CUE_CHARS = 40
"""How far before a find its cue may begin."""


@dataclass(frozen=True)
class Span:
    """A find inside a text.

    Attributes:
        start: Its first character.
        end: The character after its last.
        entity: What it is.
    """

    start: int
    end: int
    entity: Entity


@dataclass(frozen=True)
class Pattern:
    """One way to recognise an entity.

    Attributes:
        entity: What it finds.
        form: The expression; its group "it" is the find where there is one.
        check: Whether a find is one; None: the form says enough.
        cue: What must stand before it; None: nothing.
        needs: A lower-case text without any of these holds none; empty: no such condition.
        digits: A text with fewer digits holds none.
    """

    entity: Entity
    form: re.Pattern[str]
    check: Callable[[str], bool] | None = None
    cue: re.Pattern[str] | None = None
    needs: tuple[str, ...] = ()
    digits: int = 5

    def may_hold(self, lowered: str, digits: int) -> bool:
        """Whether a text may hold a find, told from its lower-case form and its number of digits: quick, never wrong."""
        return digits >= self.digits and (not self.needs or any(sign in lowered for sign in self.needs))

    def find(self, text: str) -> Iterator[Span]:
        """Yield the finds of this pattern in `text`."""
        group = "it" if "it" in self.form.groupindex else 0
        for match in self.form.finditer(text):
            start, end = match.span(group)
            if self.cue is not None and not self.cue.search(text, max(0, start - CUE_CHARS), start):
                continue
            if self.check is None or self.check(text[start:end]):
                yield Span(start, end, self.entity)

    def is_whole(self, text: str) -> bool:
        """Whether the whole of `text` is one find, cue or not."""
        match = self.form.fullmatch(text)
        return match is not None and (self.check is None or self.check(text))


def _is_ip(text: str) -> bool:
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


def _holds_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _before(words: str) -> re.Pattern[str]:
    """A cue: these words, then at most a few signs or small words up to the find."""
    return re.compile(
        rf"(?:{words})\W{{0,3}}(?:(?:is|was|no|nr|number|on|file|at|my|the|of|under|id|on:|=)\W{{1,3}}){{0,3}}$",
        re.IGNORECASE,
    )


_STREETS = "|".join(sorted({re.escape(name) for name in street_suffixes()}, key=len, reverse=True))
_SHORT_STREETS = "St|Ave|Rd|Blvd|Dr|Ln|Ct|Pl|Sq|Ter|Hwy|Pkwy|Cir|Trl|Way|Aly|Pike|Row|Loop|Xing"
_UNIT = r"(?:,? (?:Apt\.?|Apartment|Suite|Ste\.?|Unit|Room|Floor|Fl\.?|No\.?|#) ?[\w\-]{1,6})?"
_TOWN = r"(?:,? ?\n?(?:[A-Z][\w.'’\-]+ ?){1,4},? [A-Z]{2},? \d{5}(?:-\d{4})?)?"
_STREET_EN = rf"\d{{1,6}}[A-Za-z]?(?: [NSEW]\.?| North| South| East| West)?(?: [A-Z\d][\w.'’\-]*){{1,4}} (?:{_STREETS}|(?:{_SHORT_STREETS})\b\.?)"
_MILITARY = r"(?:(?:PSC|Unit|CMR) \d{1,5},? Box \d{1,5}|(?:USS|USNS|USNV|USCGC) [A-Z][\w'’\-]+),? (?:APO|FPO|DPO),? (?:AA|AE|AP),? \d{5}"
_STREET_CONTINENT = (
    r"(?:(?:[A-ZÄÖÜ][\wäöüß.\-]+[ \-]?){0,3}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|straat|laan|plein|gracht|gatan|vägen|gade|vej|gata|veien)"
    r" \d{1,4} ?[a-z]?\b)"
    r"|(?:\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|route) (?:[\w'’\-]+ ?){1,5})"
    r"|(?:\b(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|Avenida|Travessa|ul\.|ulica) (?:[\w'’.\-]+ ){0,4}?[\w'’.\-]+,? ?(?:n[ºo°.]? ?)?\d{1,4}\b)"
)
_MONTHS = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
DATE = (
    r"(?:(?:1[89]|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])|"
    r"(?:[12]\d|3[01]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])[-/.](?:(?:1[89]|20)?\d\d)|"
    rf"{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:1[89]|20)\d\d|\d{{1,2}}(?:st|nd|rd|th)?\.? (?:of )?{_MONTHS}\.?,? (?:1[89]|20)\d\d)"
)
"""A date as people write it."""
_PHONE_CUE = _before(
    r"(?:tele)?phone|\btel|\bcall(?: \w+){0,3}|mobile|\bcell|\bfax|whats ?app|\btext(?: \w+)?|\breach(?: \w+){0,2}|\bring(?: \w+)?|telefon|dial|contact(?: \w+){0,2}|\bsms"
)
_CODE = r"(?=[A-Z\d\-]*\d)[A-Z\d][A-Z\d\-]{4,17}\b"

PATTERNS: tuple[Pattern, ...] = (
    Pattern(Entity.URL, re.compile(r"\b(?:https?://|www\.)[^\s<>\"'|]{3,}[^\s<>\"'|.,;:!?)\]]", re.IGNORECASE), needs=("://", "www."), digits=0),
    Pattern(Entity.EMAIL, re.compile(r"(?<![\w.+\-])[\w.+%'’\-]{1,64}@(?:[\w\-]{1,63}\.){1,4}[^\W\d_]{2,18}\b"), needs=("@",), digits=0),
    Pattern(Entity.UUID, re.compile(r"\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b", re.IGNORECASE), needs=("-",), digits=4),
    Pattern(Entity.API_KEY, re.compile(
        r"\b(?:sk-[\w\-]{20,}|[sr]k_(?:live|test)_\w{16,}|gh[pousr]_\w{30,}|github_pat_\w{40,}|glpat-[\w\-]{20,}|"
        r"(?:AKIA|ASIA)[A-Z\d]{16}|AIza[\w\-]{35}|xox[abprs]-[\w\-]{10,}|hf_\w{30,}|ya29\.[\w\-]{20,}|npm_\w{30,}|"
        r"eyJ[\w\-]{10,}\.[\w\-]{10,}\.[\w\-]{5,})"),
            needs=("sk", "k_", "gh", "glpat", "akia", "asia", "aiza", "xox", "hf_", "ya29", "npm_", "eyj"), digits=1),
    Pattern(Entity.API_KEY, re.compile(r"(?<![\w\-])[\w\-+/=.]{16,128}(?![\w\-])"), is_secret,
            _before(r"(?:api|access|secret|private|auth)[ _\-]?(?:key|token)|token|secret|password|bearer"),
            ("key", "token", "secret", "password", "bearer"), 1),
    Pattern(Entity.IBAN, re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,7}(?: ?[A-Z\d]{1,4})?\b"), numbers.is_iban),
    Pattern(Entity.MAC_ADDRESS, re.compile(r"(?<![\w:\-])[\da-f]{2}([:\-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w:\-])", re.IGNORECASE), digits=0, needs=(":", "-")),
    Pattern(Entity.IP_ADDRESS, re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)"), _is_ip, needs=(".",), digits=4),
    Pattern(Entity.IP_ADDRESS, re.compile(r"(?<![\w:.])(?:[\da-f]{1,4}:|:){2,7}[\da-f:]{1,}(?![\w:])", re.IGNORECASE), _is_ip, needs=(":",), digits=2),
    Pattern(Entity.STREET_ADDRESS, re.compile(rf"(?:\b{_STREET_EN}{_UNIT}{_TOWN}(?!\w)|\b{_MILITARY}\b)"), digits=1),
    Pattern(Entity.STREET_ADDRESS, re.compile(_STREET_CONTINENT), digits=1, needs=(
        "straße", "strasse", "str.", "weg ", "platz ", "allee", "gasse ", "ring ", "ufer ", "damm ", "straat", "laan ", "plein ",
        "gracht", "gatan", "vägen", "gade ", "vej ", "gata ", "veien", " rue ", " avenue ", " boulevard ", " place ", " chemin ",
        " impasse ", " quai ", " route ", "calle ", "c/", "avenida ", "avda", "plaza ", "paseo ", "via ", "viale ", "piazza ",
        "corso ", "rua ", "travessa ", "ul.", "ulica ")),
    Pattern(Entity.CREDIT_CARD, re.compile(r"(?<![\w\-.])(?:\d{4}[ \-]\d{4}[ \-]\d{4}[ \-]\d{1,7}|\d{4}[ \-]\d{6}[ \-]\d{5}|[3-6]\d{12,18})(?![\w\-]|\.\d)"), numbers.is_card, digits=12),
    Pattern(Entity.CREDIT_CARD, re.compile(r"(?<![\w\-.])\d(?:[ \-]?\d){11,18}(?![\w\-]|\.\d)"), numbers.is_card,
            _before(r"\bcard|visa|master ?card|amex|american express|maestro|discover|\bcc|credit|debit|karte|carte|tarjeta"),
            ("card", "visa", "amex", "express", "maestro", "discover", "cc", "credit", "debit", "karte", "carte", "tarjeta"), 12),
    Pattern(Entity.SSN, re.compile(r"(?<![\w\-])\d{3}([\- ])\d{2}\1\d{4}(?![\w]|-\d)"), numbers.is_ssn, digits=9),
    Pattern(Entity.SSN, re.compile(r"(?<![\w\-])\d{9}(?![\w]|-\d)"), None, _before(r"\bssn|social security|\bsocial"),
            ("ssn", "social"), 9),
    Pattern(Entity.PHONE, re.compile(
        r"(?<![\w.\-/])(?:\+ ?\d{1,3}[ .\-/]?|00\d{1,2}[ .\-/]|1[ .\-])?\(?\d{3}\)?[ .\-]? ?\d{3}[ .\-]\d{4}(?: ?(?:x|ext\.?|#) ?\d{1,6})?(?![\w]|[\-.]\d)",
        re.IGNORECASE), numbers.is_phone_form, digits=7),
    Pattern(Entity.PHONE, re.compile(r"(?<![\w.])\+ ?\d{1,3}[ .\-/(]?[\d .\-/()]{5,16}\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?(?!\w)", re.IGNORECASE), numbers.is_phone_form, needs=("+",), digits=7),
    Pattern(Entity.PHONE, re.compile(r"(?<![\w.\-])\(?0?\d[\d .\-/()]{5,16}\d(?: ?(?:x|ext\.?|#) ?\d{1,6})?(?!\w)", re.IGNORECASE), numbers.is_phone_form, _PHONE_CUE,
            ("phone", "tel", "call", "mobile", "cell", "fax", "whats", "text", "reach", "ring", "dial", "contact", "sms"), 7),
    Pattern(Entity.DATE_OF_BIRTH, re.compile(rf"(?<![\w\-/.]){DATE}(?!\d)", re.IGNORECASE), None,
            _before(r"\bd\.?o\.?b\.?|\bborn|birth ?(?:day|date)?|geboren|geb\.|née?|nacid[oa]|\*"),
            ("d.o.b", "dob", "born", "birth", "gebor", "geb.", "né", "nacid", "*")),
    Pattern(Entity.COORDINATES, re.compile(r"(?<![\w.])-?\d{1,2}\.\d{3,}°?(?: ?[NS])?,? ?-?\d{1,3}\.\d{3,}°?(?: ?[EW])?(?![\w]|\.\d)"), needs=(".",), digits=8),
    Pattern(Entity.MEDICAL_RECORD, re.compile(_CODE), None, _before(r"\bmrn|medical record|patient (?:id|no|number)|nhs|hospital (?:id|no|number)|chart"),
            ("mrn", "medical", "patient", "nhs", "hospital", "chart"), 1),
    Pattern(Entity.PASSPORT, re.compile(_CODE, re.IGNORECASE), None, _before(r"passport|reisepass|pasaporte|passeport"),
            ("passport", "reisepass", "pasaporte", "passeport"), 1),
    Pattern(Entity.DRIVING_LICENCE, re.compile(_CODE, re.IGNORECASE), None, _before(r"driv(?:er|ing)(?:['’]?s)? licen[cs]e|\bdl\b|führerschein|licen[cs]e (?:no|number)"),
            ("licen", "dl", "führerschein"), 1),
    Pattern(Entity.BANK_ACCOUNT, re.compile(r"(?<![\w\-])\d{6,17}(?![\w])"), None, _before(r"(?:bank )?account|\bacct|kontonummer|routing"),
            ("account", "acct", "kontonummer", "routing")),
    Pattern(Entity.TAX_ID, re.compile(r"(?<![\w\-])(?=[A-Z\-]*\d)[A-Z\d][A-Z\d\-./]{6,17}[A-Z\d]\b"), None, _before(r"\btax(?:payer)? ?(?:id|no|number)?|\btin|\bein|\bitin|\bvat|\bsteuer\w*|\bnif|\brfc|\butr"),
            ("tax", "tin", "ein", "vat", "steuer", "nif", "rfc", "utr"), 1),
    Pattern(Entity.TAX_ID, re.compile(r"(?<![\w\-])9\d{2}-\d{2}-\d{4}(?![\w\-])"), digits=9),
    Pattern(Entity.NATIONAL_ID, re.compile(r"(?<![\w\-])(?=[A-Z \-]*\d)[A-Z\d](?:[ \-./]?[A-Z\d]){6,17}\b"), _holds_digit,
            _before(r"national (?:id|insurance)|\bnino?\b|\bni\b|identity card|id card|citizen id|personnummer|aadhaar|\bnric|\bdni|\bnie|\bcpf|\bcurp|\bpesel|\bbsn|\bcpr|\bcodice fiscale|personal id"),
            ("national", "nin", "ni ", "card", "citizen", "personnummer", "aadhaar", "nric", "dni", "nie", "cpf", "curp", "pesel",
             "bsn", "cpr", "codice", "personal"), 1),
    Pattern(Entity.NATIONAL_ID, re.compile(r"(?<![\w.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\w)"), lambda text: numbers.is_personal_number("br.cpf", text), digits=11),
    Pattern(Entity.POSTCODE, re.compile(r"\b(?:GIR 0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPS-UW]|[A-HK-Y]\d[ABEHMNPRV-Y]) \d[ABD-HJLNP-UW-Z]{2})\b"), digits=2),
    Pattern(Entity.POSTCODE, re.compile(r"(?<=[A-Z]{2} )\d{5}(?:-\d{4})?(?![\w\-])"), None, re.compile(r"\b(?:A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]) $")),
    Pattern(Entity.POSTCODE, re.compile(r"(?<![\w\-])\d{4,6}(?:-\d{4})?(?![\w\-])"), None, _before(r"\bzip(?: ?code)?|post(?:al)? ?code|\bplz"), ("zip", "code", "plz"), 4),
    Pattern(Entity.USERNAME, re.compile(r"(?<![\w@.])@(?=\w*[a-zA-Z])[A-Za-z\d_](?:[\w.]{1,28}[\w])"), needs=("@",), digits=0),
    Pattern(Entity.USERNAME, re.compile(r"(?<![\w])[A-Za-z\d_][\w.\-]{2,30}[\w]"), _holds_digit, _before(r"user ?name|user ?id|\blogin|nick ?name|screen name|handle"),
            ("user", "login", "name", "handle"), 1),
)  # fmt: skip
"""All patterns; where two finds overlap, that of the earlier pattern stays."""

WHOLE: dict[Entity, tuple[Pattern, ...]] = {
    entity: tuple(pattern for pattern in PATTERNS if pattern.entity is entity and pattern.cue is None)
    for entity in {pattern.entity for pattern in PATTERNS if pattern.cue is None}
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
