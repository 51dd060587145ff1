"""The controlled terms: channel, activity, status, rank, terms of a transfer, topic."""

from __future__ import annotations

import re
from enum import Enum, StrEnum
from functools import cache, lru_cache, total_ordering
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from attrs import field, frozen

from engagement.errors import SettingError, UnknownTermError, shown, suggest
from engagement.settings.checks import several
from engagement.settings.unpickling import checked_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Activity",
    "Basis",
    "Channel",
    "Rank",
    "Status",
    "Terms",
    "Topic",
    "as_label",
    "fold_term",
    "read_term",
    "read_text",
    "read_topic",
    "with_implied",
]

NONE_LABEL = "(none)"
"""The label of the visible cell for events that have no label on an axis."""

SEPARATOR = ";"
"""What separates the items of a list inside one cell of a table."""

AXES = ("country", "channel", "activity", "topic", "rank", "initiator")
"""The axes on which events can be counted wherever they stand."""

EVERY_AXIS = (
    *AXES,
    *("pair", "organisation", "participant", "subkind", "mechanism", "terms", "place", "status"),
)
"""The axes on which the events of a log can be counted, and selected."""

COVERED_AXES = AXES[:3]
"""The axes for whose labels coverage is stated, in the order of its keys."""

CODED_AXES = tuple(axis for axis in EVERY_AXIS if axis not in (*COVERED_AXES, "status"))
"""The axes on which a kind of event may have no labels because nobody looked for them."""


class Channel(StrEnum):
    """
    By what channel states engage one another.

    The channel follows from who takes part, see `Event`.
    """

    MULTILATERAL = "multilateral"
    """Two or more partner countries, or an organisation, with the initiator."""
    BILATERAL = "bilateral"
    """Exactly one partner country; organisations may stand beside it."""
    DOMESTIC = "domestic"
    """A state's measures at home: no partner country."""


class Activity(StrEnum):
    """What kind of event it is; each has a class of the same name."""

    MEETING = "meeting"
    """Officials meet and talk, in person or by wire."""
    EXERCISE = "exercise"
    """Forces of more than one state, or of one at home, practise."""
    TRAINING = "training"
    """One side teaches staff of the other: courses, degrees, lectures."""
    VISIT = "visit"
    """A delegation inspects or tours a site, without talks of rank being the point."""
    OPERATION = "operation"
    """Real action together: patrols, arrests, handovers, investigations, inspections."""
    TRANSFER = "transfer"
    """Goods, money or buildings pass from one side to the other."""
    AGREEMENT = "agreement"
    """A text is signed or enters into force."""
    MECHANISM = "mechanism"
    """A standing format or body is founded, with how often it is to meet."""
    MEASURE = "measure"
    """A state acts by itself: reform, construction, recruitment, ban."""


class Status(StrEnum):
    """How an event is known."""

    RECORDED = "recorded"
    """A source says that it took place."""
    IMPLIED = "implied"
    """Follows from a mechanism's stated recurrence only; generated, never stored."""
    PLANNED = "planned"
    """Announced for a time after the source."""


class Basis(StrEnum):
    """How a kind of activity was observed."""

    SYSTEMATIC = "systematic"
    """A source looked for all of it: what it does not record did not take place."""
    SELECTIVE = "selective"
    """What a text happened to mention: so many events at least, and nothing is said of others."""
    ASSUMED = "assumed"
    """Nobody said: taken to be observed from the first to the last recorded event's period."""


class Terms(StrEnum):
    """On what terms something is transferred."""

    SALE = "sale"
    """Paid for by the recipient."""
    GIFT = "gift"
    """Free of charge: donation, grant, aid."""
    LOAN = "loan"
    """To be paid back, or paid for by a loan."""
    UNKNOWN = "unknown"
    """The source does not say."""


@total_ordering
class Rank(Enum):
    """
    How high an office stands, from head of state to working level.

    Ranks are ordered: the greater outranks the smaller, so ``max`` gives the highest.

    Examples
    --------
    >>> Rank.MINISTER > Rank.AMBASSADOR
    True
    >>> str(max(Rank.DEPUTY_MINISTER, Rank.HEAD_OF_STATE))
    'head of state'
    """

    HEAD_OF_STATE = "head of state"
    """Presidents, acting and first presidents, monarchs."""
    HEAD_OF_GOVERNMENT = "head of government"
    """Prime ministers, premiers."""
    SPEAKER = "speaker of parliament"
    """Heads of a chamber or of its standing committee."""
    DEPUTY_LEADER = "deputy leader"
    """Vice-presidents, deputy prime ministers, state councillors, deputy heads of a chamber."""
    MINISTER = "minister"
    """Ministers, secretaries of security councils, heads of services and of general staffs."""
    DEPUTY_MINISTER = "deputy minister"
    """Deputy and assistant ministers, commissioners, special representatives."""
    AMBASSADOR = "ambassador"
    """Heads of mission."""
    SENIOR_OFFICIAL = "senior official"
    """Heads of departments, commanders below the general staff, city and provincial chiefs."""
    WORKING_LEVEL = "working level"
    """Experts, officers, staff of a department."""

    def __str__(self) -> str:
        """Return the term as it stands in tables."""
        return self.value

    def __lt__(self, other: object) -> bool:
        """Tell whether the other rank outranks this one."""
        if not isinstance(other, Rank):
            return NotImplemented
        order = _rank_order()
        return order[self] < order[other]


@cache
def _rank_order() -> dict[Rank, int]:
    return {rank: -place for place, rank in enumerate(Rank)}


_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NEW_LINE = re.compile("\r\n?")


def read_text(value: object, what: str) -> str:
    r"""
    Strip a text, or say that it is none that a table can keep; lines end in ``\n``.

    Examples
    --------
    >>> read_text(" Bishkek ", "a place")
    'Bishkek'
    """
    if not isinstance(value, str):
        raise SettingError(f"{what} must be a text, got {shown(value)}")
    text = str.strip(value)
    unfit = _UNFIT.search(text)
    if unfit:
        fault = "half a character" if unfit[0] > " " else "a control character"
        raise SettingError(f"{what} holds {fault}: {shown(value)}")
    return _NEW_LINE.sub("\n", text) if "\r" in text else text


def _as_definition(value: str) -> str:
    return read_text(value, "a definition")


def _as_terms(values: Iterable[str]) -> tuple[str, ...]:
    items = several(values)
    if items is None:
        raise SettingError(f"implied terms must be several, in a list, got {shown(values)}")
    return tuple(dict.fromkeys(read_topic(value, {}) for value in items))


@checked_again
@frozen
class Topic:
    """
    A term for what an event was about.

    The vocabulary is open: the library defines terms, and a log may define more.

    Parameters
    ----------
    term
        Lower-case words, separated by single spaces.
    definition
        One sentence.
    implies
        Terms that hold wherever this one does. The umbrella term is kept beside them.

    Raises
    ------
    UnknownTermError
        If a term is empty or holds the separator ``;``, or *term* is not in that form.
    SettingError
        If *implies* is not several terms, or a text holds what a table cannot keep.
    """

    term: str = field()
    definition: str = field(default="", converter=_as_definition)
    implies: tuple[str, ...] = field(default=(), converter=_as_terms)

    @term.validator
    def _check_term(self, _: object, value: str) -> None:
        if read_topic(value, {}) != value:
            raise UnknownTermError(
                f"a topic's term is lower-case words with single spaces between them, "
                f"got {shown(value)}"
            )

    def __str__(self) -> str:
        """Return the term."""
        return self.term


@lru_cache(maxsize=2**12)
def fold_term(text: str) -> str:
    """
    Reduce a term to what two spellings of it have in common.

    Examples
    --------
    >>> fold_term(" Three_Evils "), fold_term("three-evils")
    ('three evils', 'three evils')
    """
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


E = TypeVar("E", bound=Enum)


def read_term(kind: type[E], value: E | str, what: str) -> E:
    """
    Read a term of a controlled vocabulary.

    A text may be in any case, with spaces, hyphens or underscores; *what* names the term in the
    error, which suggests close ones.

    Examples
    --------
    >>> read_term(Channel, "Bilateral", "channel")
    <Channel.BILATERAL: 'bilateral'>
    """
    if isinstance(value, kind):
        return value
    terms: dict[str, E] = _terms_by_fold(kind)
    found = None
    if isinstance(value, str):
        found = terms.get(value) or terms.get(fold_term(value))
    if found is None:
        known = [str(member.value) for member in kind]
        listed = ", ".join(f"'{term}'" for term in known)
        hint = suggest(value, known) if isinstance(value, str) else ""
        raise UnknownTermError(f"unknown {what} {shown(value)}; the terms are {listed}{hint}")
    return found


@cache
def _terms_by_fold(kind: type[E]) -> dict[str, E]:
    return {fold_term(str(member.value)): member for member in kind}


def is_none_label(item: object) -> TypeGuard[str]:
    """Tell whether an item is the label of what has none; an array is never asked if it equals."""
    return isinstance(item, str) and item == NONE_LABEL


def as_label(item: object) -> str:
    """
    Write what names a label as a text; what names none as a message shows it.

    Examples
    --------
    >>> [as_label(item) for item in (Rank.MINISTER, Channel.BILATERAL, "KGZ", 5)]
    ['minister', 'bilateral', 'KGZ', '5']
    """
    return str(item) if isinstance(item, (str, Rank, Topic)) else shown(item)


def read_topic(text: str, known: Mapping[str, Topic]) -> str:
    """
    Bring a topic's text into the form in which it is kept.

    A spelling of a known term becomes that term; any other text is kept in lower case with
    single spaces, since the vocabulary is open.

    Examples
    --------
    >>> read_topic("  Sea  Lanes ", {})
    'sea lanes'
    """
    if not isinstance(text, str):
        raise UnknownTermError(f"a topic is a text, got {shown(text)}")
    term = " ".join(read_text(text, "a topic").casefold().split())
    if not term or SEPARATOR in term or term == NONE_LABEL:
        raise UnknownTermError(
            f"a topic is one or more words without '{SEPARATOR}', got {shown(text)}"
        )
    found = known.get(fold_term(term))
    return found.term if found else term


def with_implied(topics: Iterable[str], known: Mapping[str, Topic]) -> tuple[str, ...]:
    """
    Add to topics what they imply, directly or through others.

    The topics come first, in their order; *known* holds definitions by folded spelling.

    Examples
    --------
    >>> with_implied(["evils"], {"evils": Topic("evils", implies=["terrorism"])})
    ('evils', 'terrorism')
    """
    found = dict.fromkeys(topics)
    queue = list(found)
    while queue:
        topic = known.get(fold_term(queue.pop(0)))
        for term in topic.implies if topic else ():
            implied = read_topic(term, known)
            if implied not in found:
                found[implied] = None
                queue.append(implied)
    return tuple(found)
