"""What a column's name says that it holds, in the words of several languages. Sees no value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.gazetteer import folded

STRONG, WEAK = 0.9, 0.5


@dataclass(frozen=True)
class Hint:
    """What a heading suggests.

    Attributes:
        entity: The kind of personal data.
        strength: 0.9 where the heading says it, 0.5 where it could mean many things.
    """

    entity: Entity
    strength: float


ABOUT_DATA = re.compile(
    r"\b(count|counts|number of|num of|n of|is|has|type|kind|flag|opt|opted|verified|valid|status|length|len|sent|"
    r"opened|clicked|provider|domain|class|score|rank|rate|ratio|format|category|missing|mean|avg|total|sum|distance|"
    r"proximity|zone|borough|diff|change|change[ds]|carrier|consent|preference)\b"
)
"""Words that turn a heading into one on something else: phone type, email sent, name length."""

NOT_A_PERSON = re.compile(
    r"\b(product|company|brand|file|department|dept|division|class|school|event|team|species|bank|hospital|host|table|"
    r"column|item|category|group|store|shop|model|project|course|drug|test|job|app|domain|server|database|db|field|"
    r"feature|device|film|movie|song|album|book|game|variable|street|city|town|state|country|county|region|station|"
    r"airport|airline|operator|site|package|service|campaign|organi[sz]ation|org|business|firm|dish|recipe|title|plan|"
    r"holiday|month|day|colou?r|scientific|common|genus|disease|gene|protein|chemical|compound|var|function|unit|"
    r"trial|study|firma|produkt|entreprise|empresa|azienda)\b"
)
"""What else has a name."""

ID_WORD = r"(?:id|ids|no|nr|num|number|numbers|code|nummer|numero|card|#)"

_STRONG: tuple[tuple[Entity, str], ...] = (
    (Entity.IP_ADDRESS, r"\bip ?(?:v[46])?(?: ?addr\w*| address)?$|\bip ?addr\w*|\bipv[46]\b"),
    (Entity.MAC_ADDRESS, r"\bmac ?addr\w*|^mac$|\bwifi mac\b"),
    (Entity.EMAIL, r"\be ?mails?\b|\bemail ?addr\w*|courriel|\bcorreo\b|\bmail ?(?:address|adresse|id)?$"),
    (
        Entity.DATE_OF_BIRTH,
        r"\bd ?o ?b\b|\bbirth ?(?:day|date|dt)\b|\bdate (?:of )?birth\b|\bborn(?: on| at| date)?$|"
        r"geburts(?:tag|datum)|\bgeb ?dat\w*|naissance$|nacimiento$|nascita$|nascimento$|geboortedatum|"
        r"f(?:o|ø)dselsdato",
    ),
    (Entity.SSN, r"\bssn\b|\bsocial ?sec\w*|\bsoc ?sec\b"),
    (Entity.PASSPORT, r"passport|reisepass|pasaporte|passeport|passaporto|paspoort"),
    (
        Entity.DRIVING_LICENCE,
        r"\bdriv\w* ?(?:licen[cs]e|lic|permit)\b|fuhrerschein|permis de conduire|"
        r"\bdl ?(?:no|nr|num|number)\b|\blicen[cs]e " + ID_WORD + r"\b|rijbewijs|patente di guida",
    ),
    (
        Entity.MEDICAL_RECORD,
        r"\bmrn\b|\bmedical ?rec\w*|\bhealth ?(?:card|record|insurance) ?" + ID_WORD + r"?\b|\bnhs\b|"
        r"\bmedicare\b|\bchart " + ID_WORD + r"\b|\bpatient ?" + ID_WORD + r"\b|\bhospital " + ID_WORD + r"\b",
    ),
    (
        Entity.CREDIT_CARD,
        r"\b(?:credit|debit|payment|bank)? ?card ?(?:no|nr|num|number)\b|\b(?:credit|debit) ?card\b|"
        r"\bcc ?(?:no|nr|num|number)\b|\bccn\b|kreditkarte\w*|carte bancaire",
    ),
    (Entity.IBAN, r"\biban\b"),
    (Entity.BANK_ACCOUNT, r"\b(?:bank ?)?(?:account|acct) ?(?:no|nr|num|number)\b|\bbank ?account\b|kontonummer"),
    (
        Entity.TAX_ID,
        r"\btax ?(?:payer)? ?" + ID_WORD + r"\b|\btin\b|\bein\b|\bitin\b|\bvat ?" + ID_WORD + r"\b|"
        r"\bsteuer\w*|\bnif\b|\brfc\b|\butr\b|\btfn\b|\bcuit\b|\bcnpj\b|\bpan ?(?:no|number|card)\b",
    ),
    (
        Entity.NATIONAL_ID,
        r"\bnational ?(?:id\w*|insurance ?\w*|" + ID_WORD + r")\b|\bnino?\b|\bidentity ?(?:card|no|number)\b|"
        r"\bid ?card\b|\bciti[sz]en ?" + ID_WORD + r"\b|\bpersonal ?" + ID_WORD + r"\b|personnummer|personalausweis\w*|"
        r"\b(?:dni|nie|cpf|curp|pesel|bsn|aadhaar|aadhar|nric|cpr|egn|cnp|hetu|nir|rrn|rut|pps|codice fiscale)\b",
    ),
    (
        Entity.API_KEY,
        r"\bapi ?(?:key|token)s?\b|\baccess ?(?:key|token)\b|\bsecret(?: ?key)?\b|\bauth\w* ?token\b|"
        r"\bpassword\b|\bpasswd\b|\bpwd\b|\bbearer\b|\bprivate ?key\b|\btoken\b|kennwort|passwort|mot de passe",
    ),
    (Entity.UUID, r"\b[ug]uid\b"),
    (Entity.URL, r"\burls?\b|\bweb ?site\b|\bhome ?page\b|\blinked ?in\b"),
    (
        Entity.USERNAME,
        r"\b(?:user|account|login|screen|nick) ?name\b|\bnick$|\buser ?id\b|\blogin(?: ?id)?\b|\bhandle\b|"
        r"\btwitter\b|\binstagram\b|\bgithub\b|benutzername|identifiant|nombre de usuario",
    ),
    (
        Entity.PHONE,
        r"\b(?:tele|cell|mobile|home|work|smart)? ?phones?\b|\btel\b|\bfax\b|\bmobile ?(?:no|nr|num|number)\b|"
        r"\bmsisdn\b|\bwhats ?app\b|telefon\w*|telephone|\bhandynummer\b|\bportable$",
    ),
    (
        Entity.FIRST_NAME,
        r"\b(?:first|given|fore|middle|christian|preferred) ?names?\b|\bnames? ?(?:first|given|middle)\b|"
        r"\bfname\b|\bvornamen?\b|\bprenoms?\b|\bvoornaam\b|\bprimer nombre\b|\bfornamn\b|\bimie\b",
    ),
    (
        Entity.LAST_NAME,
        r"\b(?:last|family|sur|maiden|birth) ?names?\b|\bname ?(?:last|family)\b|\blname\b|\bnachnamen?\b|"
        r"familienname|\bapellidos?\b|\bcognome\b|achternaam|\bnom de famille\b|\befternamn\b|\bsobrenome\b|"
        r"\bnazwisko\b",
    ),
    (
        Entity.NAME,
        r"\b(?:full|person\w*|customer|patient|employee|client|student|member|guest|contact|legal|holder|"
        r"cardholder|passenger|owner|author|doctor|physician|manager|teacher|applicant|tenant|resident|spouse|father|"
        r"mother|guardian|beneficiary|recipient|sender|buyer|seller|player|agent|rep) ?names?\b|"
        r"\bname ?(?:full|complete)\b|"
        r"\bnombre completo\b|\bnom complet\b|vollstandiger name|\bnaam$|\bnome completo\b",
    ),
    (
        Entity.STREET_ADDRESS,
        r"\bstreets?\b|\baddr(?:ess)?(?: ?line)? ?\d?$|\b(?:home|postal|mailing|billing|shipping|"
        r"delivery|residential|street|full) ?addr\w*|strasse|\banschrift\b|\badresse\b|\bdireccion\b|\bindirizzo\b|"
        r"\bendereco\b|\bdomicilio\b|\bdomicile\b",
    ),
    (
        Entity.POSTCODE,
        r"\bzip(?: ?codes?)?\b|\bpost(?:al)? ?codes?\b|\bpostcodes?\b|\bplz\b|postleitzahl|code postal|"
        r"codigo postal|\bpin ?code\b|\beircode\b",
    ),
    (
        Entity.COORDINATES,
        r"\blat(?:itude)?$|\blong?(?:itude)?$|\blng$|\bgeo ?(?:loc\w*|point|coord\w*)\b|"
        r"\bcoordinates?\b|\bgps\b",
    ),
    (
        Entity.CITY,
        r"\bcity\b|\btown\b|\bmunicipality\b|\bwohnort\b|\bstadt\b|\bville\b|\bciudad\b|\bcitta\b|\bcidade\b|"
        r"\bsuburb\b|\bvillage\b|\bbirth ?place\b|\bplace of (?:birth|death)\b|\bgeburtsort\b|\bhometown\b",
    ),
    (Entity.COUNTRY, r"\bcountry\b|\bnationality\b|\bcitizenship\b|\bpays\b|\bpais\b|\bstaatsangehorigkeit\b"),
    (Entity.STATE, r"\bstate\b|\bprovince\b|\bcounty\b|\bprefecture\b|\bbundesland\b|\bcanton\b"),
)
_WEAK: tuple[tuple[Entity, str], ...] = (
    (
        Entity.NAME,
        r"\bnames?$|\bnombre$|\bnom$|\bnome$|\bcustomer$|\bpatient$|\bemployee$|\bauthor$|\bphysician$|"
        r"\bdoctor$|\bcontact$|\bowner$|\bmanager$|\breviewer$|\bsigned\b|\bperson$|\bplayer$|\bpassenger$|\bguest$",
    ),
    (Entity.PHONE, r"\bmobile$|\bcell$|\bhandy$|\btelefono$"),
    (Entity.USERNAME, r"\buser$|\busr\b|\bmember$|\baccount$"),
    (Entity.STREET_ADDRESS, r"\baddress\b|\bresidence\b|\blocation$"),
    (Entity.CITY, r"\bplace$|\bort$|\blocation$"),
    (Entity.NATIONAL_ID, r"\bid ?(?:number|no|nr)$"),
    (Entity.URL, r"\blink$|\bweb$|\bprofile$"),
    (Entity.STATE, r"\bregion$"),
)
_RULES = tuple((entity, STRONG, re.compile(pattern)) for entity, pattern in _STRONG) + tuple(
    (entity, WEAK, re.compile(pattern)) for entity, pattern in _WEAK
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words_of(heading: str) -> str:
    """Return a heading as lower-case words: "customerBirthDate" and "customer_birth-date" are the same."""
    apart = _HUMP.sub(" ", heading) if not heading.isupper() else heading
    return " ".join(re.findall(r"[^\W_]+", folded(apart)))


def hints_of(heading: str) -> tuple[Hint, ...]:
    """Return what a column's name suggests, strongest first, at most one hint an entity."""
    words = words_of(heading)
    found: dict[Entity, Hint] = {}
    for entity, strength, pattern in _RULES:
        if entity not in found and pattern.search(words) and not _speaks_of_else(entity, words):
            found[entity] = Hint(entity, strength)
    return tuple(sorted(found.values(), key=lambda hint: -hint.strength))


def _speaks_of_else(entity: Entity, words: str) -> bool:
    if ABOUT_DATA.search(words):
        return True
    return entity is Entity.NAME and NOT_A_PERSON.search(words) is not None
