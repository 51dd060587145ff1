"""All claims with their verdicts: as a table, in words, as a picture, with the events behind."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from attrs import frozen

from engagement.answers import answer
from engagement.claims.answers import Number, write_number
from engagement.claims.claim import Claim
from engagement.claims.matching import Ground
from engagement.claims.queries import ABOUT
from engagement.claims.verdicts import CheckedClaim, Verdict, check_claim, check_terms
from engagement.errors import LabelError, SettingError, suggest
from engagement.figures.charts import BLUE, GREY, RED, new_axes
from engagement.log.eventlog import EventLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["ClaimTable", "check_claims"]

COLUMNS = (
    "id",
    "kind",
    "statement",
    "source",
    "where",
    "about",
    "claimed",
    "found",
    "verdict",
    "why",
)


def check_claims(log: EventLog, claims: Iterable[Claim]) -> ClaimTable:
    """
    Check what a document claims against a log of events.

    Every verdict is computed from the claim's query and the log as it is. What the log leaves
    open stays open: an imprecise date, an event that does not say what is asked, and a country
    or a time that no source observed give bounds and not a number, and a claim agrees or
    disagrees only if it does so within all of them.

    Parameters
    ----------
    log
        The events and what their sources covered.
    claims
        From `load_claims`, `read_claims`, or made one by one; no two with one id.

    Returns
    -------
    ClaimTable
        A row a claim, in their order.

    Raises
    ------
    SettingError
        If two claims have one id, or something else is given.
    UnknownTermError
        If a claim asks for topics that the log does not know; all of them are told.

    Examples
    --------
    >>> from engagement.events.events import Meeting
    >>> log = EventLog([Meeting(date="2019-05", channel="bilateral", countries=["KGZ"])])
    >>> query = {"measure": "count", "where": {"country": "KGZ"}, "is": ">=", "value": 2}
    >>> claim = Claim(id="kgz", kind="number", statement="Two meetings or more",
    ...               source="a report", where="p. 1", query=query)
    >>> table = check_claims(log, [claim])
    >>> print(table["kgz"].verdict, table["kgz"].found, table["kgz"].why, sep=" | ")
    disagrees | 1 | short by 1; coverage is not stated
    """
    if not isinstance(log, EventLog):
        raise SettingError(f"claims are checked against an EventLog, got {type(log).__name__}")
    known = list(claims)
    for claim in known:
        if not isinstance(claim, Claim):
            raise SettingError(f"claims must be of Claim, got {claim!r:.80}")
    ids = [claim.id for claim in known]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise SettingError(f"ids of claims must be unique, but these stand twice: {_listed(twice)}")
    grounds = {about: Ground(log, about) for about in ABOUT}
    check_terms(grounds["records"], known)
    return ClaimTable(rows=tuple(check_claim(grounds, claim) for claim in known), log=log)


@answer
@frozen(kw_only=True, eq=False)
class ClaimTable:
    """
    Claims with their verdicts; the answer of `check_claims`.

    It can be iterated over, and ``table["id"]`` gives one row.
    """

    rows: tuple[CheckedClaim, ...]
    """The claims in their order, each with its verdict."""
    log: EventLog
    """The log that they were checked against."""

    def __len__(self) -> int:
        """Return the number of claims."""
        return len(self.rows)

    def __iter__(self) -> Iterator[CheckedClaim]:
        """Yield the claims with their verdicts."""
        return iter(self.rows)

    def __getitem__(self, name: str) -> CheckedClaim:
        """
        Return the claim of an id with its verdict.

        Raises
        ------
        LabelError
            If there is none; close ones are suggested.
        """
        for row in self.rows:
            if row.claim.id == name:
                return row
        known = [row.claim.id for row in self.rows]
        raise LabelError(f"there is no claim {name!r}" + suggest(str(name), known))

    def events(self, name: str) -> EventLog:
        """
        Give the events behind the value found for a claim.

        Those that only may belong are among them. A claim without a query has none.

        Raises
        ------
        LabelError
            If there is no claim of that id.
        """
        stored = {event.id: event for event in self.log}
        return EventLog(
            [stored.get(event.id, event) for event in self[name].events],
            coverage=self.log.coverage,
            topics=self.log.topics,
        )

    @property
    def n_by_verdict(self) -> dict[Verdict, int]:
        """How many claims have each verdict."""
        return {verdict: sum(row.verdict is verdict for row in self) for verdict in Verdict}

    def to_frame(self) -> pd.DataFrame:
        """
        Return the claims as a table.

        Returns
        -------
        pandas.DataFrame
            Texts: ``id``, ``kind``, ``statement``, ``source`` and ``where``; ``about`` (what
            took place, ``world``, or what was recorded of it, ``records``; empty without a
            query); ``claimed`` and ``found``; ``verdict``; and ``why``.
        """
        import pandas as pd

        rows = [
            (
                row.claim.id,
                str(row.claim.kind),
                row.claim.statement,
                row.claim.source,
                row.claim.where,
                "" if row.claim.query is None else row.claim.query.about,
                row.claimed,
                row.found,
                str(row.verdict),
                row.why,
            )
            for row in self
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")

    def summary(self) -> str:
        """Return the verdicts as a table in plain text, with their numbers on top."""
        told = ", ".join(f"{n} {verdict}" for verdict, n in self.n_by_verdict.items())
        noun = "claim" if len(self) == 1 else "claims"
        head = f"{len(self)} {noun}: {told}"
        if not self.rows:
            return head
        shown = self.to_frame()[["id", "claimed", "found", "verdict", "why"]]
        shown = shown.map(lambda text: text if len(text) <= 60 else f"{text[:57]}...")
        return f"{head}\n{shown.to_string(index=False, justify='left')}"

    def __str__(self) -> str:
        """Return how many claims have which verdict, in one line."""
        return self.summary().partition("\n")[0]

    def plot(self, ax: Axes | None = None) -> Axes:
        """
        Draw each number found as a part of the claimed one, a row a claim.

        The line at 1 is what is claimed; a dot, a square or a cross is what was found, by
        verdict, a bar reaches over all values that it may have, and an arrow says that it lies
        beyond the edge. Both numbers stand at the right. Claims that are not about one number,
        or of which nothing at all was found, have no row.
        """
        shown = [row for row in self if _is_drawn(row)]
        ax = new_axes(ax, width=9.0, height=1.4 + 0.24 * max(len(shown), 1))
        seen: set[Verdict] = set()
        for place, row in enumerate(shown):
            _draw(ax, place, row, is_first=row.verdict not in seen)
            seen.add(row.verdict)
        ax.axvline(1, color="black", linewidth=1, zorder=0)
        ax.set_xlim(-0.05, EDGE)
        ax.set_yticks(range(len(shown)), [row.claim.statement for row in shown])
        ax.set_ylim(max(len(shown), 1) - 0.5, -0.5)
        ax.tick_params(axis="y", labelsize="small", length=0)
        ax.set_xlabel("found, as a part of what is claimed")
        ax.grid(axis="y", color="#ececec", linewidth=0.6)
        ax.set_axisbelow(True)
        ax.spines[["top", "right", "left"]].set_visible(False)
        if shown:
            ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
        return ax


EDGE = 2.05
"""Where the picture ends: found is so many times what is claimed."""

_STYLES = {
    Verdict.AGREES: (BLUE, "o"),
    Verdict.DISAGREES: (RED, "s"),
    Verdict.CANNOT_BE_CHECKED: (GREY, "X"),
}


def _is_drawn(row: CheckedClaim) -> bool:
    """Tell whether a claim is about one number of which something was found."""
    claimed, found = row.claimed_number, row.found_number
    if claimed is None or found is None or claimed[0] != claimed[1]:
        return False
    return found[0] > 0 or found[1] < inf


def _draw(ax: Axes, place: int, row: CheckedClaim, *, is_first: bool) -> None:
    claimed, found = row.claimed_number, row.found_number
    if claimed is None or found is None:
        return
    colour, marker = _STYLES[row.verdict]
    low, high = (_part(value, claimed[0]) for value in found)
    if high > low:
        ax.plot([low, high], [place, place], color=colour, linewidth=3, alpha=0.5, zorder=1)
    if high == EDGE:
        ax.plot(EDGE, place, ">", color=colour, markersize=7, clip_on=False, zorder=2)
    if low < EDGE:
        ax.plot(low, place, marker, color=colour, markersize=6, zorder=3)
    if is_first:
        ax.plot([], [], marker, color=colour, label=str(row.verdict))
    ax.annotate(
        f"{Number(*found)} / {write_number(claimed[0])}",
        (EDGE, place),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize="x-small",
        color=GREY,
        annotation_clip=False,
    )


def _part(value: float, claimed: float) -> float:
    """Give what is found as a part of what is claimed, no further than the edge."""
    if not claimed:
        return EDGE if value else 1.0
    return min(value / claimed, EDGE)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
