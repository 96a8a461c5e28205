"""How streets are written: in the United States after the postal service's list, on the continent by their suffixes."""

from __future__ import annotations

import re

from tabsynth.privacy.pii.gazetteer import street_suffixes

_SUFFIX = "|".join(sorted({re.escape(name) for name in street_suffixes()}, key=len, reverse=True))
_SHORT = r"(?:Boulevard|St|Ave|Rd|Blvd|Dr|Ln|Ct|Pl|Sq|Ter|Hwy|Pkwy|Cir|Trl|Way|Aly|Pike|Row|Loop|Xing)\b\.?"
_SIDE = r"(?: [NSEW]\.?| North| South| East| West)?"
_UNIT = r"(?:,? (?:Apt\.?|Apartment|Suite|Ste\.?|Unit|Room|Floor|Fl\.?|No\.?|#) ?[\w\-]{1,6})?"
_TOWN = r"(?:,? ?\n?(?:[A-Z][\w.'’\-]{0,30} ?){1,4},? [A-Z]{2},? \d{5}(?:-\d{4})?)?"
_CIVIL = rf"\d{{1,6}}[A-Za-z]?{_SIDE}(?: [A-Z\d][\w.'’\-]{{0,30}}){{1,4}} (?:{_SUFFIX}|{_SHORT}){_UNIT}{_TOWN}(?!\w)"
_MILITARY = (
    r"(?:(?:PSC|Unit|CMR) \d{1,5},? Box \d{1,5}|(?:USS|USNS|USNV|USCGC) [A-Z][\w'’\-]{1,30}),? "
    r"(?:APO|FPO|DPO),? (?:AA|AE|AP),? \d{5}"
)
STREET_US = re.compile(rf"\b(?:{_CIVIL}|{_MILITARY}\b)")
"""A number, up to four words, a kind of street, perhaps a unit, a town, a state and a ZIP code; or a military box."""

_GERMANIC = (
    r"(?:[A-ZÄÖÜ][\wäöüß.\-]{1,30}[ \-]?){0,3}(?i:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|"
    r"straat|laan|plein|gracht|gatan|vägen|gade|vej|gata|veien) \d{1,4} ?[a-z]?\b"
)
_FRENCH = (
    r"\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|route) "
    r"(?:[\w'’\-]{1,30} ?){1,5}"
)
_SOUTHERN = (
    r"\b(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Via|Viale|Piazza|Corso|Rua|Travessa|ul\.|ulica) "
    r"(?:[\w'’.\-]{1,30} ){0,4}?[\w'’.\-]{1,30},? ?(?:n[ºo°.]? ?)?\d{1,4}\b"
)
STREET = re.compile(f"(?:{_GERMANIC}|{_FRENCH}|{_SOUTHERN})")
"""A street and a number as addresses on the continent have them: Germanic, French, southern, Polish."""
STREET_SIGNS = (
    "straße", "strasse", "str.", "weg ", "platz ", "allee", "gasse ", "ring ", "ufer ", "damm ", "straat", "laan ",
    "plein ", "gracht", "gatan", "vägen", "gade ", "vej ", "gata ", "veien", " rue ", " avenue ", " boulevard ",
    " place ", " chemin ", " impasse ", " quai ", " route ", "calle ", "c/", "avenida ", "avda", "plaza ", "paseo ",
    "via ", "viale ", "piazza ", "corso ", "rua ", "travessa ", "ul.", "ulica ",
)  # fmt: skip
"""A lower-case text without any of these has no such street."""
