"""The cells of SIPRI's registers and lists of deals."""

from __future__ import annotations

import re
from functools import partial
from operator import methodcaller
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from engagement.errors import DateError, FormatError, UnknownTermError
from engagement.sources.declaration import Free, Lookup
from engagement.sources.headers import headed_layout
from engagement.sources.row_cells import Cells, read_whole
from engagement.values.actor_names import NOBODY, Party, organisation_of_name, party_of_name
from engagement.values.vocabulary import SEPARATOR, fold_term

if TYPE_CHECKING:
    from engagement.sources.cut import FileLayout
    from engagement.sources.published import PublishedFile

__all__ = ["CELLS", "Partner", "Years", "sipri_layout"]

N_PREAMBLE = 30
"""So many lines may stand above the header."""

_REGISTER = ("recipient", "supplier", "year of order", "weapon designation")
_DEALS = ("designation", "order date", "delivery year", "delivery year is estimate")
_NAMES = {"recipient": ("recipient", "buyer"), "supplier": ("supplier", "seller")}
_IDS = ("sipri at database id", "deal id")
_YEAR = re.compile(r"\(?(\d{4})\)?(\??)")
_YES = frozenset({"yes", "true", "1", "y", "?"})
_NO = frozenset({"", "no", "false", "0", "n"})
_OF_DEALS = "delivery year is estimate"
"""A column that registers do not have."""
_DELIVERED = ("year(s) of delivery", "year(s) of deliveries")
_WHEN = ("delivery year", _OF_DEALS, *_DELIVERED)
_MARKED = ("year of order", "number ordered", "number delivered")
_NUMBER = ("number delivered", "number delivered mark", "number ordered", "number ordered mark")
_GOODS = ("weapon designation", "weapon description", "designation", "description")
_NOTED = ("year of order mark", "year of order", "order date", *_DELIVERED, "status")
_ESTIMATED = "numbers delivered is estimate"


def sipri_layout(file: PublishedFile) -> FileLayout:
    """Find out where columns stand, in a register or a list of deals."""
    what = "a SIPRI register or list of deals"
    opened = partial(headed_layout, file, what=what, n_preamble=N_PREAMBLE)
    try:
        layout, is_register = opened(required=_REGISTER), True
    except FormatError as error:
        try:
            layout, is_register = opened(required=_DEALS), False
        except FormatError:
            raise error from None
    ((width, given),) = layout.widths.items()
    names, printed = list(given), dict(layout.printed)
    for name, columns in _NAMES.items():
        theirs = next((column for column in columns if column in names), None)
        if theirs is None:
            raise FormatError(f"{file.name}: not {what}: there is no column for the {name}")
        names[names.index(theirs)] = name
        printed[name] = printed[theirs]
    unused = _OF_DEALS if is_register else "comments"
    names = ["" if name == unused else name for name in names]
    printed.pop(unused, None)
    if is_register:  # nameless columns of question marks stand behind some of the others
        for name in filter(names.__contains__, _MARKED):
            place = names.index(name) + 1
            if place < width and not given[place]:
                names[place] = f"{name} mark"
                printed[names[place]] = ""
    return evolve(layout, widths={width: names}, printed=printed)


@frozen
class Years:
    """The first and the last year of delivery, and the column that says so."""

    first: str
    last: str
    column: str


@frozen
class Partner:
    """Who supplies or receives."""

    party: Party
    name: str


def _read_years(cells: Cells) -> Years:
    if not cells.has(_OF_DEALS):
        column = next(filter(cells.has, _DELIVERED), _DELIVERED[1])
        return Years(*cells.read(column, _years, ("", "")), column)
    is_estimate = cells.read(_OF_DEALS, _answer, default=False)
    year = cells.read("delivery year", lambda text: f"{read_whole(text, 1900, 2200):04}", "")
    written = f"{year}?" if year and is_estimate else year
    return Years(written, written, "delivery year")


def _read_number(cells: Cells) -> str:
    delivered, mark, ordered, ordered_mark = _NUMBER
    return cells.text(delivered) + cells.text(mark) or cells.text(ordered) + cells.text(
        ordered_mark
    )


def _read_deal(cells: Cells) -> str:
    if not cells.has(_OF_DEALS):
        return ""
    deal = next(filter(None, map(cells.item, _IDS)), "")
    if not deal:
        cells.fault(next(filter(cells.has, _IDS), _IDS[0]), "an id is required")
    return deal


def _read_goods(cells: Cells) -> str:
    return ", ".join(filter(None, map(cells.text, _GOODS)))


def _read_delivered(cells: Cells) -> tuple[int | None, bool]:
    """Read how many were delivered in the year of a row, and whether that is an estimate."""
    number = cells.read("numbers delivered", lambda text: read_whole(text, 0, 10**9), None)
    return number, cells.read(_ESTIMATED, _answer, default=False)


def _read_note(cells: Cells) -> str:
    if cells.has(_OF_DEALS):
        ordered = cells.text("order date")
        return "; ".join(filter(None, [ordered and f"ordered {ordered}", cells.text("status")]))
    mark, ordered = cells.text("year of order mark"), cells.text("year of order")
    delivered = cells.text(next(filter(cells.has, _DELIVERED), _DELIVERED[1]))
    told = [f"ordered {ordered}{mark}" if ordered else "", f"delivered {delivered}"]
    return "; ".join(filter(None, [*told, cells.text("status")]))


def _read_partner(column: str, cells: Cells) -> Partner:
    party = cells.required(column, read_partner, NOBODY)
    if party.country:
        party = Party(cells.state_of(party.country))
    return Partner(party, cells.text(column))


def _answer(text: str) -> bool:
    folded = fold_term(text)
    if folded not in _YES | _NO:
        raise UnknownTermError(f"must be yes or no, got {text[:60]!r}")
    return folded in _YES


def read_partner(text: str) -> Party:
    """
    Read who supplies or receives.

    Two stars stand behind an organisation, one behind a group that is no state.

    Returns
    -------
    Party
        Nobody where the name is of such a group, or says that nobody is known.

    Raises
    ------
    UnknownTermError
        If a state is not known; close names are suggested.

    Examples
    --------
    >>> read_partner("NATO**").organisation, read_partner("Bosnia-Herzegovina").country
    ('NATO', 'BIH')
    >>> bool(read_partner("Hezbollah (Lebanon)*")), bool(read_partner("unknown supplier(s)"))
    (False, False)
    """
    name = text.rstrip("*").strip()
    if text.endswith("**"):
        known = organisation_of_name(name) or name.replace(SEPARATOR, ",")
        return Party(organisation=known) if known else NOBODY
    if text.endswith("*") or name.casefold().startswith("unknown"):
        return NOBODY
    return party_of_name(name)


def _years(text: str) -> tuple[str, str]:
    """Read years of delivery: the first and the last, each uncertain if it says so."""
    years = []
    whole = text.startswith("(") and text.endswith(")") and text.count("(") == 1
    for item in re.split(r"[;,]|(?<=\d)\s*[-–]\s*(?=\(?\d)|(?<=[)?])\s*[-–]\s*", text):  # noqa: RUF001
        if not item.strip():
            continue
        found = _YEAR.fullmatch("".join(item.split()))
        if found is None or not 1900 <= int(found[1]) <= 2200:
            raise DateError(f"must be years such as '2015', '2015; (2017)', got {text[:60]!r}")
        mark = "?" if whole or "(" in item or found[2] else ""
        years.append((found[1], mark))
    if not years:
        return "", ""
    (first, first_mark), (last, last_mark) = min(years), max(years)
    return first + first_mark, last + last_mark


CELLS = (
    Lookup("when", _WHEN, _read_years),
    Lookup("number", _NUMBER, _read_number),
    Lookup("deal", (*_IDS, _OF_DEALS), _read_deal),
    Lookup("goods", _GOODS, _read_goods),
    Lookup("delivered", ("numbers delivered", _ESTIMATED), _read_delivered),
    Lookup("note", (*_NOTED, _OF_DEALS), _read_note),
    Free("comments", methodcaller("text", "comments")),
    Lookup("supplier", ("supplier",), partial(_read_partner, "supplier")),
    Lookup("recipient", ("recipient",), partial(_read_partner, "recipient")),
)
"""What is read, in the order in which faults are told."""
