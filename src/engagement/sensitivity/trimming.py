"""Whether a change is still found when the ends of the window are cut."""

from __future__ import annotations

import numpy as np
import pandas as pd
from attrs import frozen

from engagement.answers import Answer
from engagement.changes.detect.change import Change
from engagement.counting.series import CountSeries
from engagement.display import Column
from engagement.sensitivity.statements import change_in_words
from engagement.settings.checks import check_choice, check_instance, check_whole

__all__ = ["TrimmedWindow", "WindowSensitivity", "window_sensitivity"]

FOUND = 0.5
"""From this probability on a change counts as found in a window."""


@frozen(kw_only=True)
class TrimmedWindow:
    """A shorter window, and what is left of the change in it."""

    end: str
    """Which end was cut: ``start``, ``end``, or ``neither`` for the whole window."""
    since: pd.Period
    """First observed period of the window."""
    until: pd.Period
    """Last observed period of the window."""
    n_before: int
    """Observed periods before the change."""
    n_after: int
    """Observed periods from the change on."""
    n_events: int
    """Events in the window."""
    probability: float
    """That a change starts within the interval of the date, given the window alone."""

    @property
    def is_found(self) -> bool:
        """Whether the change is more probable than not."""
        return self.probability >= FOUND


@frozen(kw_only=True, eq=False, repr=False)
class WindowSensitivity(Answer):
    """
    A change in shorter and shorter windows, from `window_sensitivity`.

    Its rows are the windows: end, since, until, n_before, n_after, n_events, probability.
    """

    change: Change
    """The change that is asked about."""
    windows: tuple[TrimmedWindow, ...]
    """The whole window, then those with the start cut, then those with the end cut."""

    def cut(self, end: str) -> tuple[TrimmedWindow, ...]:
        """
        Return the whole window and those that are cut at one end, the longest first.

        Parameters
        ----------
        end
            ``start`` or ``end``.

        Raises
        ------
        SettingError
            If it is neither.
        """
        check_choice("end", end, ("start", "end"))
        return tuple(window for window in self.windows if window.end in ("neither", end))

    @property
    def latest_since(self) -> pd.Period | None:
        """The latest start up to which the change is found in each window; None if in none."""
        found = _found_at_first(self.cut("start"))
        return found[-1].since if found else None

    @property
    def earliest_until(self) -> pd.Period | None:
        """The earliest end down to which the change is found in each window; None if in none."""
        found = _found_at_first(self.cut("end"))
        return found[-1].until if found else None

    @property
    def leans_on_start(self) -> bool:
        """
        Whether the change rests on the start of the window.

        It is lost once the empty stretch before the first event is excluded, or in some window
        that keeps half of the periods before it.
        """
        whole = self.windows[0]
        return self.is_lost_without_empty_start or any(
            not window.is_found and 2 * window.n_before >= whole.n_before
            for window in self.cut("start")
        )

    @property
    def leans_on_end(self) -> bool:
        """Whether it is lost in some window that keeps half of the periods after it."""
        whole = self.windows[0]
        return any(
            not window.is_found and 2 * window.n_after >= whole.n_after
            for window in self.cut("end")
        )

    @property
    def is_lost_without_empty_start(self) -> bool:
        """Whether it is lost once the stretch before the series' first event is excluded."""
        until = self.change.empty_until
        if until is None:
            return False
        without = [window for window in self.cut("start") if window.since > until]
        return not without or not without[0].is_found

    @property
    def last_before(self) -> pd.Period:
        """The last observed period before the change."""
        periods = self.change.counted.periods[self.change.counted.observed]
        found: pd.Period = periods[self.windows[0].n_before - 1]
        return found

    @property
    def title(self) -> str:
        """The change that is asked about."""
        return change_in_words(self.change)

    @property
    def columns(self) -> list[Column]:
        """Where each window was cut, what it holds, and whether the change is found in it."""
        return [
            Column("end", "cut", lambda end: "none" if end == "neither" else end),
            Column("since", "window", "{} to {until}"),
            Column("until"),
            Column("n_before", "periods before"),
            Column("n_after", "after"),
            Column("n_events", "events"),
            Column("probability", "probability", "{:.3f}"),
            Column("is_found", "found", lambda found: "yes" if found else "no", in_frame=False),
        ]

    @property
    def rows(self) -> tuple[TrimmedWindow, ...]:
        """One row per window."""
        return self.windows

    @property
    def notes(self) -> tuple[str, ...]:
        """Whether the change rests on either end of the window."""
        change, notes = self.change, []
        if change.empty_until == self.last_before:
            notes.append(
                f"nothing was counted up to {change.empty_until}, right before it: the change "
                "rests on those periods having been observed"
            )
        elif change.empty_until is not None:
            without = "lost" if self.is_lost_without_empty_start else "still found"
            notes.append(
                f"nothing was counted up to {change.empty_until}: without that stretch the "
                f"change is {without}"
            )
        if self.leans_on_start and not self.is_lost_without_empty_start:
            notes.append(
                "it leans on the start: lost with half of the periods before it still there"
            )
        if self.leans_on_end:
            notes.append("it leans on the end: lost with half of the periods after it still there")
        if not (self.leans_on_start or self.leans_on_end):
            notes.append(
                f"it leans on neither end: found in each window that starts by "
                f"{self.latest_since}, and in each that ends in {self.earliest_until} or later"
            )
        return (
            *notes,
            (
                "found: a change within the interval of the date is more probable than not, from "
                "the window alone"
            ),
        )


def window_sensitivity(change: Change, *, n_windows: int = 12) -> WindowSensitivity:
    """
    Ask whether a change is still found in shorter windows.

    The window is cut from the start, up to one period before the change, and from the end,
    down to the change's own period; each time the exact posterior is computed anew from what
    is left, with the change's own settings. A rise that is lost with the first years leans on
    them: if they are empty because a source had not begun, it is no rise.

    Parameters
    ----------
    change
        A change from `detect_changes`.
    n_windows
        How many windows are tried at each end at most, at least 1. Where there are more, they
        are spread evenly; the one without the empty stretch at the start is always tried.

    Returns
    -------
    WindowSensitivity
        What is left of the change in each window.

    Raises
    ------
    SettingError
        If *change* is no change, or *n_windows* no whole number of at least 1.

    Examples
    --------
    >>> from engagement.changes.detect.detection import detect_changes
    >>> series = CountSeries.from_arrays([0, 0, 0, 0, 0, 0, 5, 3, 4, 6, 4], range(1990, 2001))
    >>> (change,) = detect_changes(series)
    >>> answer = window_sensitivity(change)
    >>> print(change.date, answer.latest_since, answer.leans_on_start)
    1996 1994 True
    """
    check_instance(
        "change", change, Change, "; detect_changes gives them, one by one when it is iterated"
    )
    most = check_whole("n_windows", n_windows, least=1)
    series = change.counted
    seen = np.flatnonzero(series.observed)
    place = int(np.searchsorted(series.periods.asi8[seen], change.date.ordinal))
    starts = _spread(place - 1, most)
    if change.empty_until is not None:
        n_empty = int(np.searchsorted(series.periods.asi8[seen], change.empty_until.ordinal)) + 1
        if n_empty < place:
            starts = sorted({*starts, n_empty})
    ends = _spread(len(seen) - place - 1, most)
    cuts = [("neither", 0, 0), *(("start", n, 0) for n in starts), *(("end", 0, n) for n in ends)]
    return WindowSensitivity(
        change=change,
        windows=tuple(
            _look(change, end, seen[n_start : len(seen) - n_end], place - n_start)
            for end, n_start, n_end in cuts
        ),
    )


def _spread(largest: int, most: int) -> list[int]:
    """Take up to *most* whole numbers from 1 to *largest*, spread evenly."""
    if largest < 1:
        return []
    return sorted({int(n) for n in np.rint(np.linspace(1, largest, min(most, largest)))})


def _look(change: Change, end: str, kept: np.ndarray, n_before: int) -> TrimmedWindow:
    series = change.counted
    window = CountSeries.from_arrays(
        series.counts[kept[0] : kept[-1] + 1],
        series.periods[kept[0] : kept[-1] + 1],
        series.exposure_years[kept[0] : kept[-1] + 1],
    )
    posterior = change.posterior_of(window)
    return TrimmedWindow(
        end=end,
        since=series.periods[kept[0]],
        until=series.periods[kept[-1]],
        n_before=n_before,
        n_after=len(kept) - n_before,
        n_events=round(window.total),
        probability=posterior.probability_between(change.date_low, change.date_high),
    )


def _found_at_first(windows: tuple[TrimmedWindow, ...]) -> list[TrimmedWindow]:
    """Return the windows before the first in which the change is lost."""
    found = []
    for window in windows:
        if not window.is_found:
            break
        found.append(window)
    return found
