"""Printed topic words and the terms that they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engagement.errors import UnknownTermError, shown, suggest
from engagement.tables.typos import mend_typos
from engagement.values.places import country_code
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import fold_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["parse_topics"]

# Phrases other than the terms themselves, folded, and what they stand for.
_PHRASES: Mapping[str, tuple[str, ...]] = {
    "anti terrorism intelligence sharing": ("terrorism", "intelligence sharing"),
    "border issues": ("border delimitation",),
    "borders": ("border security",),
    "cyber crimes": ("cyber crime",),
    "cybercrime": ("cyber crime",),
    "cybersecurity": ("cyber security",),
    "defence": ("defense cooperation",),
    "defence cooperation": ("defense cooperation",),
    "defense": ("defense cooperation",),
    "east turkestan": ("east turkestan movement",),
    "exchanges": ("exchange",),
    "extremist": ("extremism",),
    "extremists": ("extremism",),
    "information exchange": ("information sharing",),
    "informational security": ("information security",),
    "internal conflict": ("internal stability",),
    "international terrorism": ("terrorism",),
    "introduction to chinese military": ("military presentation",),
    "investment of large projects": ("investment security",),
    "joint anti terrorism center": ("anti-terrorism center",),
    "joint military training": ("military training",),
    "law enforcement": ("law enforcement cooperation",),
    "military exchanges": ("military exchange",),
    "military technical agreement": ("military-technical cooperation",),
    "officers training": ("training",),
    "pipeline protection": ("pipeline security",),
    "rats in bishkek": ("rats",),
    "safety of chinese nationals": ("safety of nationals",),
    "search for wanted persons": ("wanted persons",),
    "separatist": ("separatism",),
    "separatists": ("separatism",),
    "situation in afghanistan": ("afghanistan",),
    "stability": ("internal stability",),
    "terrorism cooperation": ("terrorism",),
    "terrorist": ("terrorism",),
    "terrorists": ("terrorism",),
    "training personnel": ("training",),
    "transnational crimes": ("transnational crime",),
    "weapon trafficking": ("weapons trafficking",),
}

LONGEST = 200
"""Characters that one item may have; a longer one is no topic."""

# What is to be done about a topic, which is no part of it.
_LEAD = re.compile(
    r"(?:anti|against|combat(?:ing)?|countering|fight(?:ing)? against"
    r"|deepen(?:ing)?|develop|development of|establishment of|expand|implementing|increase"
    r"|practical|resolve|strengthen(?:ing)?(?: of)?) "
)
# Where, or since when, which the event says by itself.
_TAIL = re.compile(r" (?:in the territory of \w+(?: against \w+)?|signed in \w+ \d{4})")
_COUNTRY = re.compile(r" in (?P<country>.+)")


def parse_topics(
    text: str, *, more: Mapping[str, str | Iterable[str]] | None = None
) -> tuple[str, ...]:
    """
    Read printed topic words as terms of the library's vocabulary.

    Items are separated by commas or semicolons. An item that joins two with "and" is read as
    both, with the words that they share: ``drug and weapon trafficking``. Words such as "anti-",
    "combating" or "strengthening", and the country at the end of an item, are no part of a topic.

    Parameters
    ----------
    text
        A cell of a table. An empty one has no topics.
    more
        Further phrases and the term or terms that each stands for, which go before the library's.

    Returns
    -------
    tuple
        Terms in the order of the text, each once. What they imply is not added.

    Raises
    ------
    UnknownTermError
        If an item cannot be read wholly. Close phrases are suggested, none is guessed.

    Examples
    --------
    >>> parse_topics("Combating three evils, drug trafficking")
    ('three evils', 'drug trafficking')
    >>> parse_topics("Anti-seperatist, defense and law enforcement cooperation")
    ('separatism', 'defense cooperation', 'law enforcement cooperation')
    >>> parse_topics("Three evils, sea lanes", more={"sea lanes": "maritime security"})
    ('three evils', 'maritime security')
    >>> parse_topics("Three evils, sea lanse", more={"sea lanes": "maritime security"})
    Traceback (most recent call last):
    ...
    engagement.errors.UnknownTermError: unknown topic 'sea lanse' (item 2 of 2 in
    'Three evils, sea lanse'). Did you mean 'sea lanes'?
    """
    if not isinstance(text, str):
        raise UnknownTermError(f"topics are a text, got {shown(text)}")
    if not text.strip():
        return ()
    given = {
        fold_term(phrase): (terms,) if isinstance(terms, str) else tuple(terms)
        for phrase, terms in (more or {}).items()
    }
    found: dict[str, None] = {}
    items = re.split("[,;]", text)
    for number, item in enumerate(items, 1):
        terms = _read_item(fold_term(mend_typos(item)), given)
        if terms is None:
            known = [*given, *(topic.term for topic in TOPICS.values()), *_PHRASES]
            raise UnknownTermError(
                f"unknown topic {shown(item.strip())} "
                f"(item {number} of {len(items)} in {shown(text)})"
                + suggest(item.strip()[:LONGEST], known)
            )
        found |= dict.fromkeys(terms)
    return tuple(found)


def _read_item(item: str, given: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    if len(item) > LONGEST:
        return None
    terms = _read_phrase(item, given)
    if terms is not None:
        return terms
    for parts in _share_words(item):
        read = [_read_phrase(part, given) for part in parts]
        if all(one is not None for one in read):
            return tuple(term for one in read for term in one or ())
    return None


def _share_words(item: str) -> Iterator[tuple[str, str]]:
    """Take an item apart at each "and": with a shared ending, a shared beginning, neither."""
    for joint in re.finditer(" and ", item):
        left, right = item[: joint.start()], item[joint.end() :]
        heads, tails = left.split(), right.split()
        for n_shared in range(len(tails) - 1, 0, -1):
            yield f"{left} {' '.join(tails[-n_shared:])}", right
        for n_shared in range(len(heads) - 1, 0, -1):
            yield left, f"{' '.join(heads[:n_shared])} {right}"
        yield left, right


def _read_phrase(phrase: str, given: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    for words in _strip_words(phrase):
        if words in given:
            return given[words]
        if words in TOPICS:
            return (TOPICS[words].term,)
        if words in _PHRASES:
            return _PHRASES[words]
    return None


def _strip_words(phrase: str) -> Iterator[str]:
    """Give a phrase, then what is left of it as words that are no part of a topic come off."""
    yield phrase
    if lead := _LEAD.match(phrase):
        yield from _strip_words(phrase[lead.end() :])
    for place in re.finditer(" ", phrase):
        rest = phrase[place.start() :]
        if _TAIL.fullmatch(rest) or ((end := _COUNTRY.fullmatch(rest)) and _is_country(end[1])):
            yield from _strip_words(phrase[: place.start()])


def _is_country(text: str) -> bool:
    try:
        return bool(country_code(text))
    except UnknownTermError:
        return False
