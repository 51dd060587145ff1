"""What of a log ought to be looked at again: a date far from all others, possible duplicates."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from engagement.events.events import Event

__all__ = ["doubts_in_words", "far_events"]

_FEWEST = 5  # events that the others are
_MOST = 0.02  # share of the events that are far
_LEAST_GAP = 10 * 365.2425  # days
_SHOWN = 3


def far_events(events: Sequence[Event]) -> tuple[Event, ...]:
    """
    Find events at either end that lie further off than all the others lie apart.

    One event, or two in a hundred, are far if between them and the others there are more than
    ten years, and more than all the others span. Dates without a start are not looked at.

    Examples
    --------
    >>> from engagement.events.events import Measure
    >>> years = [1014, *range(2000, 2020)]
    >>> events = [Measure(date=f"{year}", channel="domestic") for year in years]
    >>> [str(event.date) for event in far_events(events)]
    ['1014']
    """
    dated = [event for event in events if event.date.start_day is not None]
    days = np.array([event.date.start_day for event in dated], dtype=np.float64)
    order = np.argsort(days, kind="stable")
    dated, days = [dated[place] for place in order.tolist()], days[order]
    most = max(1, int(len(dated) * _MOST))
    low, high = 0, len(dated)
    for number in range(1, most + 1):
        if high - low - number < _FEWEST:
            break
        if days[number] - days[number - 1] > max(_LEAST_GAP, days[-1] - days[number]):
            low = number
        before = days[-number - 1]
        if days[-number] - before > max(_LEAST_GAP, before - days[low]):
            high = len(dated) - number
    return (*dated[:low], *dated[high:])


def doubts_in_words(
    far: Sequence[Event],
    duplicates: pd.DataFrame,
    *,
    rows: Mapping[str, str] = MappingProxyType({}),
    n_counted: int | None = None,
) -> tuple[str, ...]:
    """
    Name the events whose dates are far from all others, and those that may be duplicates.

    *rows* says by id where an event stands. *n_counted* is how many of the possible duplicates are
    counted, None where nothing is counted yet.
    """
    told = []
    if far:
        verb = "1 date is" if len(far) == 1 else f"{len(far)} dates are"
        listed = (f"{event}{_where([event.id], rows)}" for event in far)
        told.append(f"{verb} far from all others, perhaps mistyped: {_listed(listed)}")
    if len(duplicates):
        groups = duplicates.groupby("group").agg(event=("event", "first"), ids=("id", list))
        listed = (
            f"{event}, {len(ids)} times{_where(ids, rows)}"
            for event, ids in groups.itertuples(index=False)
        )
        n = len(duplicates)
        counted = "all" if n_counted in {None, n} else str(n_counted)
        told.append(
            f"{n} events are alike in {len(groups)} group{'s' * (len(groups) > 1)} and may be "
            f"duplicates; {counted} {'is' if counted == '1' else 'are'} counted: {_listed(listed)}"
        )
    return tuple(told)


def _where(ids: Iterable[str], rows: Mapping[str, str]) -> str:
    known = [rows[name] for name in ids if name in rows]
    return f" ({', '.join(known)})" if known else ""


def _listed(texts: Iterable[str]) -> str:
    known = list(texts)
    more = len(known) - _SHOWN
    return "; ".join(known[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
