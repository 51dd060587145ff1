"""Printed offices and the ranks that they have."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import frozen

from engagement.errors import UnknownTermError, shown, suggest
from engagement.tables.typos import find_typos, mend_typos
from engagement.values.dates import EventDate
from engagement.values.places import country_code
from engagement.values.vocabulary import Rank, fold_term, read_term

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Office", "parse_office", "parse_offices"]


@frozen(kw_only=True)
class Office:
    """
    An office as printed, and what was read from it.

    Parameters
    ----------
    printed
        The text as it stands in the source.
    office
        The same office in one spelling: misprints mended, abbreviations written out,
        translations of one title brought together.
    rank
        How high it stands.
    is_acting
        Whether it is held in an acting or interim capacity.
    is_body
        Whether a body is printed and no office; its rank is then the lowest that the text allows.
    organisation
        The international organisation that the office belongs to, if it is one's.
    name
        The person, if one is printed.
    """

    printed: str
    office: str
    rank: Rank
    is_acting: bool = False
    is_body: bool = False
    organisation: str | None = None
    name: str | None = None

    @property
    def typos(self) -> tuple[tuple[str, str], ...]:
        """Pairs of what is misprinted and what was meant, see `find_typos`."""
        return find_typos(self.printed)

    def __str__(self) -> str:
        """Return the office in its one spelling."""
        return self.office


# People that a source names without their office: offices with the months from and to which,
# both included, they held them.
_PEOPLE = {
    "li peng": (
        "Li Peng",
        (
            ("1988-04", "1998-02", "Premier"),
            ("1998-04", "2003-02", "Chairman of the Standing Committee of the NPC"),
        ),
    ),
}

# One spelling for what is printed in several, applied in this order.
_SPELLINGS = tuple(
    (re.compile(printed, re.IGNORECASE), meant)
    for printed, meant in (
        (r"[\u2018\u2019]", "'"),
        (r"\bdefence\b", "Defense"),
        (r"\bchair(?:person|woman)\b", "Chairman"),
        (r"\bcouncilor\b", "councillor"),
        (r"\bMPS\b", "Ministry of Public Security"),
        (r"\bMIA\b|\bMVD\b", "Ministry of Internal Affairs"),
        (r"\bMFA\b|\bForeign Ministry\b", "Ministry of Foreign Affairs"),
        (r"\bMinistry of (?:the )?Interior\b", "Ministry of Internal Affairs"),
        (r"\bNPC\b", "National People's Congress"),
        (
            r"\bNational People's Congress Standing Committee\b",
            "Standing Committee of National People's Congress",
        ),
        (r"\bPLA\b", "People's Liberation Army"),
        (r"\bXUAR\b", "Xinjiang Uyghur Autonomous Region"),
        (r"\bSCO\b", "Shanghai Cooperation Organization"),
        (r"\bOrganisation\b", "Organization"),
        (r"\bCentral Military Council\b", "Central Military Commission"),
        (r"\bDeputy (Chairman of (?:the )?Central Military Commission)\b", r"Vice \1"),
        (r"\bVice Premier of (?:the )?State Council\b", "Vice Premier"),
        (r"\bVice (Prime Minister|Minister)\b", r"Deputy \1"),
        (r"\bForeign Minister\b", "Minister of Foreign Affairs"),
        (
            r"\b(?:Interior Minister|Minister of (?:the )?Interior)\b",
            "Minister of Internal Affairs",
        ),
        (r"\b(Defense|Justice) Minister\b", r"Minister of \1"),
        (r"\bCommissioner of External Security\b", "External Security Commissioner"),
    )
)

_NAME = r"[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*){0,9}"  # one to ten words
_DEPUTY = r"(?:first deputy|first vice|deputy|vice)"
_PORTFOLIO = (
    r"(?:foreign affairs|defense|internal affairs|public security|justice|state security"
    r"|national security|emergency situations|finance|economy|trade|commerce|transport|energy"
    r"|education|health|culture|agriculture)"
)
_ARMY = r"(?:armed forces|people's liberation army)"
_STAFF = rf"(?:general staff(?: of {_ARMY})?)"
_COUNCIL = (
    r"(?:(?:national )?security (?:council|committee)|state committee for national security"
    r"|supreme judicial council)"
)
_SERVICE = (
    r"(?:(?:state )?border (?:guards? )?service|national guard|(?:state|national) security service"
    rf"|{_ARMY}|{_STAFF})"
)
_PARTY = r"central committee of (?:communist )?party"
_PARTY_PART = rf"{_NAME} department of {_PARTY}"
_INSTITUTION = rf"(?:ministry of {_PORTFOLIO}|{_SERVICE}|embassy(?: in {_NAME})?)"
_UNIT = (
    rf"(?:(?:{_NAME} (?:department|office)|(?:department|office) of {_NAME}) of {_INSTITUTION}"
    rf"|(?:department|directorate|bureau) of {_PORTFOLIO} of {_NAME}"
    rf"|{_NAME} {_PORTFOLIO} (?:department|directorate|bureau))"
)
_COMMAND = rf"(?:{_NAME} (?:military (?:division|region|district)|theater(?: command)?))"
_POLICE = rf"(?:(?!national |federal |state |military ){_NAME} police)"
_HOUSE = (
    r"(?:parliament|senate|(?:lower|upper) (?:house|chamber)(?: of parliament)?"
    r"|standing committee of national people's congress)"
)
_HEAD = (
    rf"(?:(?:head|chief|director|chairman|commander) of {_SERVICE}"
    rf"|(?:head|chairman|secretary) of {_COUNCIL}|chief of {_STAFF}|chief of staff of {_ARMY}"
    r"|chief of joint staff of central military commission"
    rf"|(?:minister|head|director) of {_PARTY_PART}"
    r"|prosecutor general)"
)
_PRESIDING = r"(?:speaker|chairman)"

LONGEST = 300
"""Characters that one office may have; a longer text is none."""

# What a title says, tried from the highest down; the whole title must fit.
_TITLES = tuple(
    (re.compile("|".join(titles)), rank)
    for rank, titles in (
        (Rank.HEAD_OF_STATE, [r"(?:first )?president", "king|queen|emir|sultan|emperor"]),
        (
            Rank.HEAD_OF_GOVERNMENT,
            ["prime minister|premier", "chairman of cabinet of ministers"],
        ),
        (Rank.SPEAKER, [rf"{_PRESIDING} of {_HOUSE}"]),
        (
            Rank.DEPUTY_LEADER,
            [
                rf"{_DEPUTY} (?:president|prime minister|premier)",
                rf"{_DEPUTY} chairman of cabinet of ministers",
                rf"{_DEPUTY} {_PRESIDING} of {_HOUSE}",
                "state councillor",
                "vice chairman of central military commission",
                "secretary of central political and legal affairs commission",
            ],
        ),
        (
            Rank.MINISTER,
            [
                rf"minister of {_PORTFOLIO}",
                _HEAD,
                "secretary of state",
                "director of central foreign affairs commission office",
                "secretary general of shanghai cooperation organization",
            ],
        ),
        (
            Rank.DEPUTY_MINISTER,
            [
                rf"(?:{_DEPUTY}|assistant) minister of {_PORTFOLIO}",
                rf"{_DEPUTY} {_HEAD}",
                rf"external security commissioner(?: of ministry of {_PORTFOLIO})?",
                rf"special representative of {_NAME}",
            ],
        ),
        (Rank.AMBASSADOR, [rf"ambassador(?: to {_NAME})?"]),
        (
            Rank.SENIOR_OFFICIAL,
            [
                rf"(?:{_DEPUTY} )?(?:head|chief|director) of (?:{_UNIT}|{_POLICE})",
                rf"(?:{_DEPUTY} )?commander of {_COMMAND}",
                r"chief of staff of (?:state )?border (?:guards|(?:guards? )?service)",
            ],
        ),
    )
)
_BODY = re.compile(
    rf"(?:ministry of {_PORTFOLIO}|{_UNIT}|{_SERVICE}|{_COUNCIL})(?: (?:representatives|staff))?"
)
_ACTING = re.compile(r"(?:acting|interim) (.+)")
_ORGANISATIONS = MappingProxyType({"shanghai cooperation organization": "SCO"})

_EXAMPLES = (
    "Acting President",
    "Ambassador",
    "Assistant Minister of Foreign Affairs",
    "Chairman of the Senate",
    "Chief of General Staff",
    "Deputy Minister of Defense",
    "Deputy Minister of Foreign Affairs",
    "Deputy Minister of Internal Affairs",
    "Deputy Prime Minister",
    "First President",
    "Minister of Defense",
    "Minister of Foreign Affairs",
    "Minister of Internal Affairs",
    "Minister of Justice",
    "Minister of Public Security",
    "Premier",
    "President",
    "Prime Minister",
    "Prosecutor General",
    "Secretary of Security Council",
    "Speaker of Parliament",
    "State Councillor",
    "Vice Premier",
    "Vice President",
)


def parse_office(
    text: str,
    *,
    of: str = "",
    date: str | None = None,
    more: Mapping[str, Rank | str] | None = None,
) -> Office:
    """
    Read a printed office.

    The rank follows from the office and never from its holder. A body that is printed without
    an office has the lowest rank. The order of the rules and every rule's reason stand in the
    codebook of the bundled data.

    Parameters
    ----------
    text
        One office, such as ``Deputy Minister of Defense``; also with its country, such as
        ``President of Kyrgyzstan``.
    of
        The body that the office belongs to, where a table has it in a cell of its own.
    date
        When the person of that name was met, as ``EventDate`` reads it. Needed only where a
        person is printed instead of an office.
    more
        Ranks of further offices, which go before the library's.

    Returns
    -------
    Office
        The office in one spelling, its rank, and what else the text says.

    Raises
    ------
    UnknownTermError
        If the office cannot be read. Close ones are suggested, none is guessed.

    Examples
    --------
    >>> office = parse_office("Minster of Defense")
    >>> office.office, str(office.rank), office.typos
    ('Minister of Defense', 'minister', (('Minster', 'Minister'),))
    >>> parse_office("Chief of Staff", of="the PLA").office
    "Chief of Staff of People's Liberation Army"
    >>> parse_office("Deputy Miner of Defense")
    Traceback (most recent call last):
    ...
    engagement.errors.UnknownTermError: unknown office 'Deputy Miner of Defense'. Did you mean
    'Deputy Minister of Defense' or 'Minister of Defense' or 'Deputy Minister of Foreign Affairs'?
    """
    printed = _join(text, of)
    office = _find_office(printed, date, more or {})
    if office is None:
        several = _split(printed)
        if len(several) > 1 and all(_find_office(one, date, more or {}) for one in several):
            raise UnknownTermError(
                f"{shown(printed)} holds {len(several)} offices; parse_offices reads them"
            )
        raise UnknownTermError(
            f"unknown office {shown(printed)}" + suggest(mend_typos(printed[:LONGEST]), _EXAMPLES)
        )
    return office


def parse_offices(
    text: str,
    *,
    of: str = "",
    date: str | None = None,
    more: Mapping[str, Rank | str] | None = None,
) -> tuple[Office, ...]:
    """
    Read a cell of one office or of several, separated by commas or semicolons.

    Parameters
    ----------
    text, of, date, more
        As for `parse_office`.

    Returns
    -------
    tuple of Office
        In the order of the text.

    Raises
    ------
    UnknownTermError
        If any of them cannot be read.

    Examples
    --------
    >>> [str(one.rank) for one in parse_offices("President, Minister of Defense")]
    ['head of state', 'minister']
    """
    printed = _join(text, of)
    whole = _find_office(printed, date, more or {})
    if whole is not None:
        return (whole,)
    return tuple(parse_office(one, date=date, more=more) for one in _split(printed))


def _join(text: object, of: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise UnknownTermError(f"an office is a text, got {shown(text)}")
    return " ".join(f"{text} of {of}".split() if of.strip() else text.split())


def _split(printed: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in re.split("[,;]", printed))))


def _find_office(printed: str, date: str | None, more: Mapping[str, Rank | str]) -> Office | None:
    if len(printed) > LONGEST:
        return None
    given = {_fold(title): rank for title, rank in more.items()}
    if _fold(printed) in given:
        rank = read_term(Rank, given[_fold(printed)], "rank")
        return Office(printed=printed, office=printed, rank=rank)
    if _fold(printed) in _PEOPLE:
        return _find_person(printed, date)
    spelled = _spell(printed)
    for title in (spelled, *_without_country(spelled)):
        found = _rank_title(_fold(title))
        if found:
            rank, is_acting, is_body = found
            return Office(
                printed=printed,
                office=title,
                rank=rank,
                is_acting=is_acting,
                is_body=is_body,
                organisation=next(
                    (code for name, code in _ORGANISATIONS.items() if name in _fold(title)), None
                ),
            )
    return None


def _find_person(printed: str, date: str | None) -> Office:
    name, held = _PEOPLE[_fold(printed)]
    if date is not None:
        met = EventDate.parse(date)
        for since, until, title in held:
            if met.is_within(f"{since}/{until}"):
                office = parse_office(title)
                return Office(printed=printed, office=office.office, rank=office.rank, name=name)
    terms = "; ".join(f"{title} {since} to {until}" for since, until, title in held)
    raise UnknownTermError(
        f"{shown(printed)} is a person, whose office date={shown(date)} does not tell; "
        f"known are {terms}"
    )


def _spell(printed: str) -> str:
    title = mend_typos(printed)
    for pattern, meant in _SPELLINGS:
        title = pattern.sub(meant, title)
    words = re.sub(r"\bthe ", "", title, flags=re.IGNORECASE).split()
    return " ".join(
        word if word in {"and", "in", "of", "to"} else word[:1].upper() + word[1:] for word in words
    )


def _fold(title: str) -> str:
    return " ".join(word for word in fold_term(title).split() if word != "the")


def _without_country(title: str) -> tuple[str, ...]:
    found = []
    for place in re.finditer(r" of ", title):
        try:
            country_code(title[place.end() :])
        except UnknownTermError:
            continue
        found.append(title[: place.start()])
    return tuple(found)


@lru_cache(maxsize=2**12)
def _rank_title(folded: str) -> tuple[Rank, bool, bool] | None:
    """Give rank, whether acting, whether a body; None if no rule fits."""
    acting = _ACTING.fullmatch(folded)
    title = acting[1] if acting else folded
    for pattern, rank in _TITLES:
        if pattern.fullmatch(title):
            return rank, bool(acting), False
    return (Rank.WORKING_LEVEL, False, True) if _BODY.fullmatch(folded) else None
