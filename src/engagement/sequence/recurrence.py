"""Whether a mechanism keeps the rhythm that it is said to have, as far as was observed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.display import Column
from engagement.errors import SettingError, shown, suggest
from engagement.events.coverage import Coverage
from engagement.events.events import Mechanism, Meeting
from engagement.events.observed import join_spans
from engagement.log.eventlog import EventLog
from engagement.sequence.selecting import describe, select_events
from engagement.settings.checks import check_instance
from engagement.values.checking import read_several
from engagement.values.dates import read_span
from engagement.values.vocabulary import NONE_LABEL, Basis, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.events.events import Event
    from engagement.events.parts import Recurrence
    from engagement.sequence.selecting import Selection

__all__ = ["KeptRhythm", "check_recurrence"]

KEPT, LAPSED, MAYBE = "kept", "lapsed", "cannot tell"
NOT_SEEN, MORE = "not observed", "more"


@frozen(kw_only=True, eq=False, repr=False)
class KeptRhythm(Answer):
    """
    The recorded events of a mechanism, compared with its stated rhythm.

    Its rows are `stretches`.
    """

    mechanism: Mechanism
    """Whose rhythm it is."""
    events: str
    """What was taken for its events, in words."""
    stretches: pd.DataFrame = field(repr=False)
    """
    One row per stretch of the rhythm: since and until (years, both included), expected, surely
    (events that lie in it whatever their day), maybe (those that may), observed (share of its
    days) and verdict: ``kept``, ``more``, ``lapsed``, ``cannot tell`` or ``not observed``.
    """

    @property
    def lapsed(self) -> tuple[str, ...]:
        """The stretches, observed throughout, with fewer events than the rhythm has."""
        rows = self.stretches[self.stretches["verdict"] == LAPSED]
        return tuple(map(_named, rows["since"], rows["until"]))

    @property
    def verdict(self) -> str:
        """
        Tell in words how the rhythm was kept.

        ``kept`` if every stretch has its events, ``lapsed in 2 of 5`` if some of those that can
        be judged have not, ``not observed but for 1 of 7`` if the others cannot be judged, and
        ``not observed`` or ``cannot tell`` if none can.
        """
        n = len(self.stretches)
        n_judged = int(self.stretches["verdict"].isin([KEPT, MORE, LAPSED]).sum())
        if not n_judged:
            return MAYBE if (self.stretches["verdict"] == MAYBE).any() else NOT_SEEN
        if self.lapsed:
            rest = f", {n - n_judged} of {n} {NOT_SEEN}" if n_judged < n else ""
            return f"{LAPSED} in {len(self.lapsed)} of {n_judged}{rest}"
        return KEPT if n_judged == n else f"{NOT_SEEN} but for {n_judged} of {n}"

    @property
    def title(self) -> str:
        """The mechanism, its rhythm, and how that was kept."""
        rhythm = self.mechanism.recurrence
        told = f"{rhythm.times} in {rhythm.years} years, " if rhythm is not None else ""
        return f"{self.mechanism}: {told}{self.verdict}"

    @property
    def columns(self) -> list[Column]:
        """The events of each stretch, and what they say."""
        counts = [Column(name, name) for name in ("since", "until", "expected", "surely", "maybe")]
        return [*counts, Column("observed", "observed", "{:.0%}"), Column("verdict", "verdict")]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per stretch."""
        return self.stretches

    @property
    def notes(self) -> tuple[str, ...]:
        """What was taken for the events, and what lapsed means."""
        return (
            *(() if len(self.stretches) else ("no stretch of the rhythm is known",)),
            f"its events: {self.events}",
            (
                "lapsed: observed throughout, and fewer events were recorded than expected, "
                "which sources that record only a part also bring about"
            ),
        )


def check_recurrence(
    log: EventLog,
    mechanism: Mechanism | str,
    events: Selection | None = None,
    *,
    observed: tuple[str, str] | None = None,
) -> KeptRhythm:
    """
    Compare the recorded events of a mechanism with its stated rhythm.

    A mechanism that meets once a year has a stretch for every year, from its beginning to its
    end or that of the log's coverage. A stretch that was not observed, or only in part, is never
    one in which the rhythm lapsed.

    A list of a country's meetings need not identify those of a mechanism. Without *observed*
    only the recorded events of the mechanism are known.

    Parameters
    ----------
    log
        The events, with their coverage.
    mechanism
        A mechanism with a stated recurrence, or its id.
    events
        Its events: arguments of `EventLog.where` as a mapping, or a log, with their coverage.
        ``None``: the meetings that name the mechanism by its id.
    observed
        First and last year, or date, of a time in which its events were looked for, both
        included. ``None``: what the coverage of *events* says; nothing, if these are not given.

    Returns
    -------
    KeptRhythm
        Each stretch with a verdict.

    Raises
    ------
    SettingError
        If there is no such mechanism, it states no rhythm, or what recurs are not meetings and
        *events* does not say which they are.
    DateError
        If *observed* cannot be read, or has no day.

    Examples
    --------
    >>> from engagement.events.coverage import Coverage
    >>> from engagement.events.parts import Recurrence
    >>> body = {"channel": "multilateral", "organisations": ["SCO"]}
    >>> log = EventLog([
    ...     Mechanism(id="talks", date="2001", recurrence=Recurrence(since="2001"), **body),
    ...     *(Meeting(date=year, mechanism="talks", **body) for year in ("2001", "2002", "2004")),
    ... ])
    >>> log = log.with_coverage(Coverage.since_to(log, "2001", "2004"))
    >>> print(check_recurrence(log, "talks").verdict)
    not observed but for 3 of 4
    >>> print(check_recurrence(log, "talks", observed=("2001", "2004")).lapsed)
    ('2003',)
    """
    check_instance("log", log, EventLog)
    found = _read_mechanism(log, mechanism)
    rhythm = found.recurrence
    if rhythm is None:
        raise SettingError(f"mechanism {found.id!r} states no rhythm to be held against")
    if events is None:
        if rhythm.activity is not Meeting.activity:
            raise SettingError(
                f"what recurs are {rhythm.activity}s, which do not name their mechanism; say in "
                "events which they are"
            )
        chosen = log.where(activity=str(Meeting.activity))
        members: list[Event] = [
            event for event in chosen if isinstance(event, Meeting) and event.mechanism == found.id
        ]
        told = f"meetings that name {found.id!r}"
    else:
        chosen = select_events(log, events, "events", unobserved=True)
        members, told = list(chosen), describe(events)
    members = [event for event in members if event.status is Status.RECORDED]
    spans: tuple[tuple[int, int], ...] = ()
    if observed is not None:
        spans = (_read_observed(observed),)
    elif events is not None and chosen.coverage.is_stated:
        spans = _observed(chosen, found, str(rhythm.activity))
    looked_for = (entry for entry in log.coverage if entry.basis is not Basis.SELECTIVE)
    known_until = max((entry.days[1] for entry in looked_for), default=0)
    stretches = _stretches(rhythm, members, spans, known_until)
    return KeptRhythm(mechanism=found, events=told, stretches=stretches)


def _read_observed(observed: tuple[str, str]) -> tuple[int, int]:
    pair = read_several(observed, "observed")
    if len(pair) != 2:
        raise SettingError(f"observed must be a first and a last date, got {shown(observed)}")
    start, end = read_span(*pair)
    if start is None or end is None:
        raise SettingError(f"observed needs both ends, got {shown(observed)}")
    return start, end


def _read_mechanism(log: EventLog, mechanism: object) -> Mechanism:
    if isinstance(mechanism, Mechanism):
        return mechanism
    known = {event.id: event for event in log if isinstance(event, Mechanism)}
    if not isinstance(mechanism, str) or mechanism not in known:
        hint = suggest(mechanism, known) if isinstance(mechanism, str) else ""
        raise SettingError(f"the log has no mechanism {shown(mechanism)}{hint}")
    return known[mechanism]


def _observed(log: EventLog, mechanism: Mechanism, activity: str) -> tuple[tuple[int, int], ...]:
    """
    Return when events like those that recur were observed, with any of its countries.

    What is said to be recorded in part was not observed throughout.
    """
    countries = mechanism.country_labels or (NONE_LABEL,)
    whole = Coverage(
        entry for entry in log.coverage if entry.completeness is None or entry.completeness == 1
    )
    kept = {
        key: spans
        for key, spans in whole.merged.items()
        if key[0] in countries and key[1:] == (str(mechanism.channel), activity)
    }
    return join_spans(span for spans in kept.values() for span in spans)


def _stretches(
    rhythm: Recurrence,
    events: Sequence[Event],
    spans: tuple[tuple[int, int], ...],
    known_until: int,
) -> pd.DataFrame:
    columns = ["since", "until", "expected", "surely", "maybe", "observed", "verdict"]
    if rhythm.since.start is None:
        return pd.DataFrame(columns=columns)
    ends = [end for _, end in spans]
    ends += [known_until] if known_until else []
    ends += [event.date.end_day for event in events if event.date.end_day is not None]
    if rhythm.until is not None and rhythm.until.end_day is not None:
        ends = [rhythm.until.end_day]
    last = date.fromordinal(max(ends) - 1).year if ends else 0
    rows = []
    for year in range(rhythm.since.start.year, last - rhythm.years + 2, rhythm.years):
        low, high = date(year, 1, 1).toordinal(), date(year + rhythm.years, 1, 1).toordinal()
        onsets = [days for event in events if (days := event.date.onset_days) is not None]
        surely = sum(low <= start and end <= high for start, end in onsets)
        maybe = sum(start < high and low < end for start, end in onsets)
        seen = sum(max(0, min(end, high) - max(start, low)) for start, end in spans)
        share = seen / (high - low)
        verdict = _verdict(rhythm.times, surely, maybe, share)
        until = year + rhythm.years - 1
        rows.append((year, until, rhythm.times, surely, maybe, share, verdict))
    return pd.DataFrame(rows, columns=columns)


def _verdict(expected: int, surely: int, maybe: int, share: float) -> str:
    if surely >= expected:
        return MORE if surely > expected else KEPT
    if maybe >= expected:
        return MAYBE
    if share < 1:
        return NOT_SEEN if not share else MAYBE
    return LAPSED


def _named(since: int, until: int) -> str:
    return str(since) if since == until else f"{since} to {until}"
