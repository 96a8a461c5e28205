"""Names of persons inside text, by lists, titles and capitals; no model. Knows nothing of other personal data.

A first name followed by a last name is a person unless both words are also written in lower case in the same column:
the column's own language tells "Rose Bryant" from "rose dress", whatever the language is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from tabsynth.privacy.pii.entities import Entity
from tabsynth.privacy.pii.fullname import SUFFIXES, TITLES
from tabsynth.privacy.pii.gazetteer import folded, gazetteer
from tabsynth.privacy.pii.patterns import Span

SAMPLE_TEXTS = 5_000
QUIET = 0.3
"""Share of words in lower case from which a word with a capital stands out."""
CUE_CHARS = 24
MORE_WORDS = 2
"""Words after first and last name that may still be of the name: a suffix, a second last name."""
CAPITAL = r"[A-Z\u00c0-\u00de\u0100-\u017e\u0391-\u03a9\u0410-\u042f]"
_CAPITALISED = re.compile(rf"(?<![\w'’])(?:{CAPITAL}\.|{CAPITAL}[\w'’\-]+)")
_GAP = re.compile(r"\.?[ \u00a0](?:(?:de|da|van|von|der|den|del|la|bin|al|dos) ){0,3}")
"""What may stand between two words of a name; a point only after a title, which is checked."""
SURE_CUES = (
    "my name is", "my name's", "name:", "name is", "signed", "signed,", "regards", "regards,", "sincerely",
    "sincerely,", "attn", "attn:", "ask for", "--", "—", "grüße", "gruß", "cordialement", "cordialement,", "saludos",
    "saludos,",
)  # fmt: skip
"""Words after which even one unknown word beside a known one is a name."""
CUES = (
    *SURE_CUES, "cheers", "cheers,", "thanks", "thanks,", "thank you", "thank you,", "dear", " hi", "hello", "speak to",
    "speak with", "spoke to", "spoke with", "called", "i am", "i'm", "i’m", "this is", "–", "contact", "love,",
)  # fmt: skip
"""Words after which a single first or last name is a person."""
_LOWER = re.compile(r"(?<!\w)[^\W\d_A-Z]{2,}(?!\w)")
_ANY = re.compile(r"[^\W\d_]{2,}")


def is_shouted(text: str) -> bool:
    """Whether a text is written in capitals, so that they tell nothing."""
    letters = [char for char in text[:200] if char.isalpha()]
    return len(letters) > 5 and sum(char.isupper() for char in letters) > 0.7 * len(letters)


@dataclass(frozen=True)
class Vocabulary:
    """The ordinary words of a column of texts.

    Attributes:
        words: Words that are no names there: written in lower case twice or more, or, where capitals tell nothing, in
            three texts or more and in one of 500.
        capitals: Whether capitals tell something: three in ten words at least begin with a small letter.
    """

    words: frozenset[str]
    capitals: bool = True

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """Read the words of up to 5,000 texts."""
        lower: Counter[str] = Counter()
        texts_with: Counter[str] = Counter()
        seen = words = 0
        for seen, text in enumerate(islice(texts, SAMPLE_TEXTS), 1):  # noqa: B007  counted
            head = text[:2_000]
            every = _ANY.findall(head)
            lower.update(_LOWER.findall(head))
            texts_with.update({word.lower() for word in every})
            words += len(every)
        capitals = sum(lower.values()) >= QUIET * words
        common = {word for word, count in lower.items() if count >= 2}
        if not capitals:
            common |= {word for word, count in texts_with.items() if count >= max(3, seen / 500)}
        return cls(frozenset(common), capitals)

    def is_common(self, word: str) -> bool:
        """Whether a word is an ordinary one."""
        lowered = word.lower()
        return lowered in self.words or lowered in gazetteer().words


def find_people(text: str, vocabulary: Vocabulary) -> list[Span]:
    """Return the names of persons in `text`, in order, none overlapping another."""
    found: list[Span] = []
    loud = not vocabulary.capitals or is_shouted(text)
    for words in _runs(text):
        inside = _in_run(text, words, vocabulary, loud=loud) if len(words) > 1 else []
        found += inside or ([] if loud else _after_cue(text, words, vocabulary))
    return found


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the runs of capitalised words that stand side by side; a point ends a run unless a title has it."""
    run: list[tuple[int, int]] = []
    for match in _CAPITALISED.finditer(text):
        start, end = match.span()
        if run:
            gap = text[run[-1][1] : start]
            pointed = gap.startswith(".") and _bare(text, run[-1]) not in TITLES
            if len(gap) > 16 or pointed or not _GAP.fullmatch(gap):
                yield run
                run = []
        run.append((start, end))
    if run:
        yield run


def _in_run(text: str, words: list[tuple[int, int]], vocabulary: Vocabulary, *, loud: bool) -> list[Span]:
    """The persons in a run of capitalised words: title, first names or initials, last name, suffix."""
    found: list[Span] = []
    position = 0
    while position < len(words) - 1:
        start = position
        while start < len(words) - 1 and _bare(text, words[start]) in TITLES:
            start += 1
        end = min(start + 1, len(words) - 1)
        while end < len(words) - 1 and len(_bare(text, words[end])) == 1:
            end += 1
        titled = start > position
        if start == len(words) - 1:
            if not loud and not vocabulary.is_common(_word(text, words[start])):
                found.append(Span(words[position][0], words[start][1], Entity.NAME))
            break
        if _is_person(_word(text, words[start]), _word(text, words[end]), vocabulary, loud=loud, titled=titled):
            last = min(len(words) - 1, end + MORE_WORDS)
            while end < last and _continues(text, words[end + 1], vocabulary):
                end += 1
            found.append(Span(words[position][0], words[end][1] - _tail(text, words[end]), Entity.NAME))
            position = end + 1
        else:
            position += 1
    return found


def _tail(text: str, span: tuple[int, int]) -> int:
    """Characters of a genitive at the end of a word, which are not the name's."""
    return span[1] - span[0] - len(_word(text, span))


def _word(text: str, span: tuple[int, int]) -> str:
    return text[span[0] : span[1]].removesuffix("'s").removesuffix("’s")


def _bare(text: str, span: tuple[int, int]) -> str:
    return folded(text[span[0] : span[1]].rstrip("."))


def _continues(text: str, span: tuple[int, int], vocabulary: Vocabulary) -> bool:
    """Whether a name goes on with this word: a suffix, or one more last name."""
    bare = _bare(text, span)
    if bare in SUFFIXES:
        return True
    return gazetteer().is_last(bare, 0.001) and not vocabulary.is_common(bare) and not text[span[0] : span[1]].islower()


def _is_person(first: str, last: str, vocabulary: Vocabulary, *, loud: bool, titled: bool) -> bool:
    """Whether two words with capitals are a first and a last name; the shares are of the population, in percent."""
    lists = gazetteer()
    known_first, known_last = lists.first.get(folded(first), -1.0), lists.last.get(folded(last), -1.0)
    plain_first, plain_last = vocabulary.is_common(first), vocabulary.is_common(last)
    if len(last) < 2 or folded(first) in TITLES or folded(last) in TITLES:
        return False
    if titled and not loud:
        return not (plain_first and plain_last)
    if loud:
        sure = known_first >= 0.01 and known_last >= 0.003
        return sure and len(first) > 2 and not plain_first and not plain_last
    if len(first) < 3 and known_first < 0.02:
        return False
    if known_first < 0:
        return known_last >= 0.02 and not (plain_first or plain_last) and _could_be_first(first)
    if known_first >= 0.1 and first.lower() not in vocabulary.words:
        plain_first = False  # Bill and Mark are frequent words elsewhere, here they are not
    if not plain_first:
        return known_last >= 0.005 if plain_last else (known_last >= 0 or known_first >= 0.005)
    return known_first >= 0.02 and known_last >= 0 and not plain_last


def _could_be_first(word: str) -> bool:
    """Whether a word that no list has could be a nickname before a frequent last name: no place, no abbreviation."""
    lists, key = gazetteer(), folded(word)
    return (
        word.isalpha()
        and not word.isupper()
        and key not in (lists.states | lists.countries)
        and key not in lists.cities
    )


def _after_cue(text: str, words: list[tuple[int, int]], vocabulary: Vocabulary) -> list[Span]:
    """A name of one or two words after words that announce one."""
    start = words[0][0]
    before = text[max(0, start - CUE_CHARS) : start].rstrip().lower()
    if not before.endswith(CUES):
        return []
    sure = before.endswith(SURE_CUES)
    if sure and len(words) == 2 and _could_be_signed(text, words, vocabulary):
        return [Span(start, words[1][1] - _tail(text, words[1]), Entity.NAME)]
    taken = 0
    for span in words[:2]:
        word = _word(text, span)
        known = gazetteer().is_first(word, 0.002) or gazetteer().is_last(word, 0.002)
        if vocabulary.is_common(word) or not (known or (sure and taken)) or folded(word) in TITLES:
            break
        taken += 1
    if not taken:
        return []
    last = words[taken - 1]
    end = last[1] - _tail(text, last)
    if taken > 1:
        return [Span(start, end, Entity.NAME)]
    return [Span(start, end, Entity.FIRST_NAME if gazetteer().is_first(text[start:end]) else Entity.LAST_NAME)]


def _could_be_signed(text: str, words: list[tuple[int, int]], vocabulary: Vocabulary) -> bool:
    """Whether exactly two words with capitals after "my name is" are a name: lists know one, or the column neither."""
    lists, (one, two) = gazetteer(), (_word(text, span) for span in words)
    listed = lists.is_first(one, 0.002) or lists.is_last(two)
    unheard = one.lower() not in vocabulary.words and two.lower() not in vocabulary.words
    return len(two) > 1 and (unheard or (listed and not (vocabulary.is_common(one) and vocabulary.is_common(two))))
