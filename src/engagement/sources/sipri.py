"""The Arms Transfers Database of the Stockholm International Peace Research Institute."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import frozen

from engagement.errors import DateError, FormatError, UnknownTermError
from engagement.events.events import Transfer
from engagement.sources.citation import source_of
from engagement.sources.outcomes import OnError, Outcomes
from engagement.sources.row_cells import Cells, read_whole
from engagement.sources.sheets import Sheet, read_headed
from engagement.tables.table import check_on_error
from engagement.values.actor_names import NOBODY, Party, organisation_of_name, party_of_name
from engagement.values.dates import EventDate
from engagement.values.places import country_code
from engagement.values.vocabulary import SEPARATOR, Channel, fold_term

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from engagement.log.eventlog import EventLog

__all__ = ["read_sipri"]

N_PREAMBLE = 30
"""So many lines may stand above the header."""

_REGISTER = ("recipient", "supplier", "year of order", "weapon designation")
_DEALS = ("designation", "order date", "delivery year", "delivery year is estimate")
_NAMES = {"recipient": ("recipient", "buyer"), "supplier": ("supplier", "seller")}
_IDS = ("sipri at database id", "deal id")
_YEAR = re.compile(r"\(?(\d{4})\)?(\??)")
_YES = frozenset({"yes", "true", "1", "y", "?"})
_NO = frozenset({"", "no", "false", "0", "n"})


@overload
def read_sipri(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["raise"] = ...,
    focal: str | None = ...,
    encoding: str = ...,
) -> EventLog: ...
@overload
def read_sipri(
    path: str | os.PathLike[str],
    *,
    on_error: Literal["collect"],
    focal: str | None = ...,
    encoding: str = ...,
) -> tuple[EventLog, pd.DataFrame]: ...
def read_sipri(
    path: str | os.PathLike[str],
    *,
    on_error: OnError = "raise",
    focal: str | None = None,
    encoding: str = "utf-8",
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read deals of the SIPRI Arms Transfers Database.

    A deal is one transfer, which lasted from the first to the last year of delivery.

    Parameters
    ----------
    path
        A trade register (a row for each deal) or a list of deals (a row for each deal and year
        of delivery), as CSV with or without lines above the header, or a zip archive of one.
    on_error
        ``"raise"``: faults raise, and rows left out are told in a warning. ``"collect"``: the
        log, and a list of all rows that made no event of their own.
    focal
        Only transfers from or to this state. Who supplies is the initiator all the same.
    encoding
        That of the text; some files are ``"cp1252"``.

    Returns
    -------
    EventLog, or a pair of it and a frame with columns row, column, value, problem, outcome
        The outcome is ``refused``, ``left out`` or ``joined``. The log states no coverage.

    Raises
    ------
    TableError
        All faults of all rows, and as data on the exception.
    FormatError
        If the file is something else, with what it looks like.
    UnknownTermError
        If the focal state is not known.
    """
    check_on_error(on_error)
    wanted = None if focal is None else country_code(focal)
    sheet, is_register = _open(path, encoding)
    outcomes = Outcomes(sheet.name)
    outcomes.n_rows = len(sheet.rows)
    deals: dict[str, list[tuple[Cells, _Delivery]]] = {}
    for cells, delivery in _deliveries(sheet, outcomes, is_register=is_register):
        reason = delivery.reason_against(wanted)
        if reason is not None:
            outcomes.leave_out(cells, *reason)
        else:
            deals.setdefault(delivery.deal or f"row {cells.number}", []).append((cells, delivery))
    for rows in deals.values():
        _make(rows, sheet.name, outcomes)
    return outcomes.finish(on_error)


def _open(path: str | os.PathLike[str], encoding: str) -> tuple[Sheet, bool]:
    what = "a SIPRI register or list of deals"
    try:
        return read_headed(
            path, encoding, what=what, required=_REGISTER, n_preamble=N_PREAMBLE
        ), True
    except FormatError as error:
        try:
            sheet = read_headed(path, encoding, what=what, required=_DEALS, n_preamble=N_PREAMBLE)
        except FormatError:
            raise error from None
    folded = {fold_term(column) for column in sheet.columns}
    for name, columns in _NAMES.items():
        if folded.isdisjoint(columns):
            raise FormatError(f"{sheet.name}: not {what}: there is no column for the {name}")
    return sheet, False


@frozen
class _Delivery:
    """What one row says."""

    deal: str
    number: int | None
    number_is_estimate: bool
    supplier: Party
    recipient: Party
    first: str
    last: str
    goods: str
    note: str
    names: tuple[str, str]
    columns: tuple[str, str, str]

    def reason_against(self, focal: str | None) -> tuple[str, str] | None:
        """Give column and reason why a row is left out, if it is."""
        _, recipient, years = self.columns
        if not self.first:
            return years, "nothing delivered so far"
        if not self.recipient:
            what = "a group that is no state" if self.names[1].endswith("*") else "not known"
            return recipient, f"the recipient is {what}"
        if focal is not None and focal not in (self.supplier.country, self.recipient.country):
            return recipient, f"neither from nor to {focal}"
        return None


def _deliveries(
    sheet: Sheet, outcomes: Outcomes, *, is_register: bool
) -> Iterator[tuple[Cells, _Delivery]]:
    places = sheet.places()
    if is_register:  # nameless columns of question marks stand behind some of the others
        for name in ("year of order", "number ordered", "number delivered"):
            place = places.get(name, len(sheet.columns)) + 1
            if place < len(sheet.columns) and not sheet.columns[place]:
                places[f"{name} mark"] = place
    who = {
        name: next(column for column in columns if column in places)
        for name, columns in _NAMES.items()
    }
    for number, row in enumerate(sheet.rows, 1):
        cells = Cells(number, row, places, sheet.columns)
        if number in sheet.ragged:
            column = cells.column(who["recipient"])
            outcomes.refuse([(number, column, None, sheet.ragged[number])])
            continue
        delivery = (_of_register if is_register else _of_deals)(cells, who)
        if cells.faults:
            outcomes.refuse(cells.faults)
        else:
            yield cells, delivery


def _of_register(cells: Cells, who: dict[str, str]) -> _Delivery:
    column = "year(s) of delivery"
    if not cells.has(column):
        column = "year(s) of deliveries"
    first, last = cells.read(column, _years, ("", ""))
    number = cells.text("number delivered") + cells.text("number delivered mark")
    number = number or cells.text("number ordered") + cells.text("number ordered mark")
    goods = [cells.text("weapon designation"), cells.text("weapon description")]
    mark = cells.text("year of order mark")
    return _delivery(
        cells,
        who,
        deal="",
        years=(first, last),
        goods=(number, goods),
        delivered=(None, False),
        note=[
            f"ordered {cells.text('year of order')}{mark}" if cells.text("year of order") else "",
            f"delivered {cells.text(column)}",
            cells.text("status"),
            cells.text("comments"),
        ],
        column=column,
    )


def _of_deals(cells: Cells, who: dict[str, str]) -> _Delivery:
    is_estimate = cells.read("delivery year is estimate", _answer, default=False)
    year = cells.read("delivery year", lambda text: f"{read_whole(text, 1900, 2200):04}", "")
    written = f"{year}?" if year and is_estimate else year
    ordered = cells.text("order date")
    deal = ""
    for name in _IDS:
        deal = deal or cells.item(name)
    if not deal:
        cells.fault(next((name for name in _IDS if cells.has(name)), _IDS[0]), "an id is required")
    return _delivery(
        cells,
        who,
        deal=deal,
        years=(written, written),
        goods=("", [cells.text("designation"), cells.text("description")]),
        delivered=_delivered(cells),
        note=[f"ordered {ordered}" if ordered else "", cells.text("status")],
        column="delivery year",
    )


def _delivery(
    cells: Cells,
    who: dict[str, str],
    *,
    deal: str,
    years: tuple[str, str],
    goods: tuple[str, Sequence[str]],
    delivered: tuple[int | None, bool],
    note: Sequence[str],
    column: str,
) -> _Delivery:
    number, told = goods
    described = ", ".join(filter(None, told))
    return _Delivery(
        deal=deal,
        number=delivered[0],
        number_is_estimate=delivered[1],
        supplier=cells.required(who["supplier"], read_partner, NOBODY),
        recipient=cells.required(who["recipient"], read_partner, NOBODY),
        first=years[0],
        last=years[1],
        goods=f"{number} {described}" if number else described,
        note="; ".join(filter(None, note)),
        names=(cells.text(who["supplier"]), cells.text(who["recipient"])),
        columns=(who["supplier"], who["recipient"], column),
    )


def _delivered(cells: Cells) -> tuple[int | None, bool]:
    """Read how many were delivered in the year of a row, and whether that is an estimate."""
    number = cells.read("numbers delivered", lambda text: read_whole(text, 0, 10**9), None)
    is_estimate = cells.read("numbers delivered is estimate", _answer, default=False)
    return number, is_estimate


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


def _make(rows: list[tuple[Cells, _Delivery]], name: str, outcomes: Outcomes) -> None:
    """Make the transfer of a deal; rows that contradict the first are refused."""
    lead, deal = rows[0]
    kept = []
    for cells, row in rows:
        if (row.supplier, row.recipient) == (deal.supplier, deal.recipient):
            kept.append((cells, row))
        else:
            cells.fault(row.columns[0], f"row {lead.number} is of the same deal, by other parties")
            outcomes.refuse(cells.faults)
    first = min(row.first for _, row in kept)
    last = max(row.last for _, row in kept)
    for cells, row in kept[1:]:
        problem = f"is joined to row {lead.number}, deal {deal.deal}"
        outcomes.join(
            cells.number, cells.column(row.columns[2]), cells.told(row.columns[2]), problem
        )
    outcomes.make(Transfer, lead, _FIELDS, **_values(deal, (first, last), kept, name))


_FIELDS = {"countries": "recipient", "initiator": "supplier", "goods": "weapon designation"}


def _values(
    deal: _Delivery, span: tuple[str, str], kept: list[tuple[Cells, _Delivery]], name: str
) -> dict[str, Any]:
    parties = (deal.supplier, deal.recipient)
    organisations = sorted({party.organisation for party in parties if party.organisation})
    partners = [deal.recipient.country] if deal.recipient.country else []
    first, last = span
    numbers = [row.number for _, row in kept if row.number is not None]
    mark = "?" if any(row.number_is_estimate for _, row in kept) else ""
    number = f"{sum(numbers)}{mark} " if numbers else ""
    return {
        "id": f"sipri-{deal.deal}" if deal.deal else "",
        "date": EventDate(first if first[:4] == last[:4] else f"{first}/{last}"),
        "channel": Channel.MULTILATERAL if organisations else Channel.BILATERAL,
        "initiator": deal.supplier.country,
        "countries": partners,
        "organisations": organisations,
        "goods": f"{number}{deal.goods}",
        "sources": [source_of(name, (cells.number for cells, _ in kept))],
        "note": deal.note,
    }
