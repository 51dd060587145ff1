"""The Arms Transfers Database of the Stockholm International Peace Research Institute."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Literal, Unpack, overload

import numpy as np
from attrs import frozen

from engagement.errors import EventError
from engagement.events.coded import Coded
from engagement.events.events import Transfer
from engagement.sources.declaration import Against, Declaration, Rule
from engagement.sources.event_table import EventTable, Rows, What
from engagement.sources.joining import Groups, problem_of_date
from engagement.sources.parties import Parties
from engagement.sources.reader_settings import SipriSettings, focal_of, naming_of
from engagement.sources.reading import DataSet, takes
from engagement.sources.sipri_cells import CELLS, Years, sipri_layout
from engagement.values.dates import EventDate
from engagement.values.vocabulary import Activity, Channel

if TYPE_CHECKING:
    import pandas as pd

    from engagement.log.eventlog import EventLog
    from engagement.sources.fates import OnError
    from engagement.sources.published import Paths
    from engagement.sources.scanning import Scanned
    from engagement.sources.sipri_cells import Partner
    from engagement.values.actor_names import Party

__all__ = ["read_sipri", "scan_sipri"]


@overload
def read_sipri(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[SipriSettings]
) -> EventLog: ...
@overload
def read_sipri(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[SipriSettings]
) -> tuple[EventLog, pd.DataFrame]: ...
@takes(SipriSettings, "EventLog")
def read_sipri(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[SipriSettings]
) -> EventLog | tuple[EventLog, pd.DataFrame]:
    """
    Read deals of the SIPRI Arms Transfers Database.

    A deal is one transfer, which lasted from the first to the last year of delivery.

    Parameters
    ----------
    path
        A trade register (a row for each deal) or a list of deals (a row for each deal and year
        of delivery), as CSV with or without lines above the header, a zip archive of one, a
        workbook, or JSON; a folder of such files, a pattern, or several of these.
    """
    return _declared(settings).read(path, on_error, settings)


@overload
def scan_sipri(
    path: Paths, *, on_error: Literal["raise"] = ..., **settings: Unpack[SipriSettings]
) -> EventTable: ...
@overload
def scan_sipri(
    path: Paths, *, on_error: Literal["collect"], **settings: Unpack[SipriSettings]
) -> tuple[EventTable, pd.DataFrame]: ...
@takes(SipriSettings, "EventTable")
def scan_sipri(
    path: Paths, *, on_error: OnError = "raise", **settings: Unpack[SipriSettings]
) -> EventTable | tuple[EventTable, pd.DataFrame]:
    """
    Read deals of the SIPRI Arms Transfers Database in columns, to be counted without any object.

    Parameters
    ----------
    path
        As in `read_sipri`.
    """
    return _declared(settings).scan(path, on_error, settings)


def _declared(settings: SipriSettings) -> DataSet:
    wanted = focal_of(settings)

    def why_not_theirs(supplier: Partner, recipient: Partner) -> Against | None:
        if wanted in (None, supplier.party.country, recipient.party.country):
            return None
        problem = f"neither from nor to {wanted}"
        return Against("recipient", problem, problem)

    declaration = Declaration(
        layout=sipri_layout,
        id_column="recipient",
        cells=CELLS,
        rules=[
            Rule(("when",), _why_undelivered),
            Rule(("recipient",), _why_nobody),
            Rule(("supplier", "recipient"), why_not_theirs),
        ],
        claims="none",
        state_of=naming_of(settings),
        id_of=lambda text, _: text,
    )
    return DataSet(declaration, _make)


def _why_undelivered(years: Years) -> Against | None:
    problem = "nothing delivered so far"
    return None if years.first else Against(years.column, problem, problem)


def _why_nobody(recipient: Partner) -> Against | None:
    if recipient.party:
        return None
    what = "a group that is no state" if recipient.name.endswith("*") else "not known"
    problem = f"the recipient is {what}"
    return Against("recipient", problem, problem)


def _make(scanned: Scanned) -> EventTable:
    """Make a transfer of each deal; rows that contradict its first are refused."""
    kept, read = scanned.kept, _Deals.of(scanned)
    by_deal: dict[object, list[int]] = {}
    for place, deal in enumerate(read.deal):
        by_deal.setdefault(deal or place, []).append(place)
    deals = [found for rows in by_deal.values() if (found := _joined(scanned, read, rows))]
    leads = np.array([rows[0] for rows in deals], dtype=np.int64)
    sizes = np.array([len(rows) for rows in deals], dtype=np.int64)
    places = np.array([place for rows in deals for place in rows], dtype=np.int64)
    whats, told = scanned.derived(kept, ("note",), partial(What, Activity.TRANSFER, ""))
    every = np.arange(len(deals))
    names = [read.deal[lead] for lead in leads.tolist()]
    return EventTable(
        ids=[f"sipri-{name}" if name else "" for name in names],
        dates=Coded(every, [read.date(rows) for rows in deals]),
        whats=Coded(whats[leads], told),
        parties=Coded(read.who.codes[leads], read.who.map(_parties).meanings),
        places=Coded(np.zeros(len(deals), dtype=np.int64), [""]),
        rows=Rows.of(scanned, kept, Groups(places, np.cumsum(sizes) - sizes)),
        details={"goods": Coded(every, [read.all_goods(rows) for rows in deals])},
        notes=kept.texts["comments"].take(leads),
    )


def _both(supplier: Partner, recipient: Partner) -> tuple[Party, Party]:
    return supplier.party, recipient.party


def _parties(both: tuple[Party, Party]) -> Parties:
    """Give who takes part: the one that supplies is the initiator."""
    supplier, recipient = both
    organisations = sorted({party.organisation for party in both if party.organisation})
    channel = Channel.MULTILATERAL if organisations else Channel.BILATERAL
    partners = (recipient.country,) if recipient.country else ()
    return Parties(channel, supplier.country, partners, tuple(organisations))


@frozen(eq=False)
class _Deals:
    """What rows of deals say."""

    deal: list[str]
    when: list[Years]
    number: list[str]
    goods: list[str]
    delivered: list[tuple[int | None, bool]]
    who: Coded
    """Who supplies and who receives."""
    late: Callable[[EventDate], tuple[str, str] | None]
    """Says what forbids an event on a date."""

    @classmethod
    def of(cls, scanned: Scanned) -> _Deals:
        """Give each row what was read of it."""
        codes = scanned.kept.codes
        names = ("deal", "when", "number", "goods", "delivered")
        found = {name: scanned.entries[name].of(codes[name]) for name in names}
        who = Coded(*scanned.derived(scanned.kept, ("supplier", "recipient"), _both))
        return cls(**found, who=who, late=lru_cache(maxsize=None)(problem_of_date))

    def date(self, rows: list[int]) -> EventDate:
        """Give the date of a deal, from the first to the last delivery."""
        first = min(self.when[row].first for row in rows)
        last = max(self.when[row].last for row in rows)
        return _span(first if first[:4] == last[:4] else f"{first}/{last}")

    def all_goods(self, rows: list[int]) -> str:
        """Give the goods of a deal, and how many were delivered in all."""
        lead = rows[0]
        told = f"{self.number[lead]} {self.goods[lead]}" if self.number[lead] else self.goods[lead]
        numbers = [n for row in rows if (n := self.delivered[row][0]) is not None]
        mark = "?" if any(self.delivered[row][1] for row in rows) else ""
        return f"{sum(numbers)}{mark} {told}" if numbers else told


def _joined(scanned: Scanned, read: _Deals, rows: list[int]) -> list[int]:
    """Give the rows of a deal that agree on its parties; none if it can be no event."""
    kept, lead = scanned.kept, rows[0]
    agreed = []
    for row in rows:
        place = kept.place(row)
        if read.who.codes[row] != read.who.codes[lead]:
            problem = f"{scanned.row_of(kept.place(lead), place[0])} is of the same deal, by other"
            scanned.refuse(kept, row, scanned.fault(row, "supplier", f"{problem} parties"))
            continue
        agreed.append(row)
        if row != lead:
            joined = f"is joined to {scanned.row_of(kept.place(lead), place[0])}"
            fault = scanned.fault(row, read.when[row].column, f"{joined}, deal {read.deal[row]}")
            scanned.fates.joined.append([(*place, *fault)])
    barred = _problem_of_parties(_parties(read.who[lead]))
    faults = [] if barred is None else [scanned.fault(lead, "recipient", barred)]
    late = read.late(read.date(agreed))
    if late is not None:
        faults.append((scanned.fault(lead, read.when[lead].column, "")[0], *late))
    for fault in faults:
        scanned.refuse(kept, lead, fault)
    return [] if faults else agreed


@lru_cache(maxsize=2**14)
def _problem_of_parties(who: Parties) -> str | None:
    """Say what forbids a transfer between parties, as the event does."""
    try:
        Transfer(
            date="2000",
            channel=who.channel,
            initiator=who.initiator,
            countries=who.countries,
            organisations=who.organisations,
        )
    except EventError as error:
        return error.faults[0][2]
    return None


_span = lru_cache(maxsize=2**14)(EventDate)
