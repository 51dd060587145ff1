"""The tables that a report writes: changes, counts, the events behind them, and what is missing."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import frozen

from engagement.counting.counts import Counts
from engagement.counting.series import format_count
from engagement.report.evidence import COLUMNS, cells_of
from engagement.report.findings import surest_first
from engagement.report.sentences import sentences_of
from engagement.words.report import listed, number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.report.findings import ChangeSide, Finding, FoundChange
    from engagement.report.panel import Panel

__all__ = ["ALL", "NotCounted", "changes_frame", "counts_frame", "events_frame"]

ALL = "(all)"
"""The label on an axis over which a table sums."""

_CHANGE_COLUMNS = (
    *("date", "date_low", "date_high", "direction"),
    *("events_before", "years_before", "before_from", "before_to"),
    *("events_after", "years_after", "after_from", "after_to"),
    *("rate_before", "rate_after", "ratio", "ratio_low", "ratio_high", "probability", "marks"),
)
_SERIES_COLUMNS = (
    *("events", "years_observed", "observed_from", "observed_to", "coverage_stated"),
    *("p_value", "q_value", "verdict", "sentence"),
)


def changes_frame(panels: Sequence[Panel]) -> pd.DataFrame:
    """
    List what was found: one row per change, and one for each other series, surest changes first.

    Parameters
    ----------
    panels
        Tables of counts with what was found in them.

    Returns
    -------
    pandas.DataFrame
        All that the page says of a series: dates, direction, raw counts of both sides, rates,
        ratio, marks, events and years observed, p-value, q-value, verdict and the sentence.
    """
    axes = list(dict.fromkeys(axis for panel in panels for axis in panel.axes))
    rows: list[dict[str, Any]] = []
    for panel in panels:
        changed = list(surest_first(panel.findings))
        for finding in [*changed, *(one for one in panel.findings if not one.changes)]:
            own = {axis: finding.axes.get(axis, ALL) for axis in axes}
            told = sentences_of(finding, panel.changes, panel.initiator_of(finding))
            for found, sentence in zip(finding.changes or (None,), told, strict=True):
                rows.append(
                    own
                    | (_change_cells(found) if found else {})
                    | _series_cells(finding)
                    | {"sentence": sentence}
                )
    return pd.DataFrame(rows, columns=[*axes, *_CHANGE_COLUMNS, *_SERIES_COLUMNS])


def _change_cells(found: FoundChange) -> dict[str, Any]:
    change = found.change
    numbers = ("rate_before", "rate_after", "ratio", "ratio_low", "ratio_high", "probability")
    return {
        **{name: str(getattr(change, name)) for name in ("date", "date_low", "date_high")},
        "direction": str(found.change.direction),
        **_side_cells("before", found.before),
        **_side_cells("after", found.after),
        **{name: float(getattr(change, name)) for name in numbers},
        "marks": "; ".join(found.marks),
    }


def _side_cells(name: str, side: ChangeSide) -> dict[str, Any]:
    return {
        f"events_{name}": side.events,
        f"years_{name}": side.years,
        f"{name}_from": str(side.first),
        f"{name}_to": str(side.last),
    }


def _series_cells(finding: Finding) -> dict[str, Any]:
    tested = finding.tested
    spans = (("observed_from", tested.observed_from), ("observed_to", tested.observed_to))
    return {
        "events": finding.events,
        "years_observed": tested.exposure_years,
        **{name: "" if period is None else str(period) for name, period in spans},
        "coverage_stated": tested.coverage_stated,
        "p_value": tested.p_value,
        "q_value": tested.q_value,
        "verdict": finding.verdict,
    }


def counts_frame(panels: Sequence[Panel], *, unobserved: bool = False) -> pd.DataFrame:
    """
    List the counts of every period.

    Parameters
    ----------
    panels
        Tables of counts.
    unobserved
        Whether to list periods, too, in which nothing was observed; their count is empty.
    """
    frames = []
    axes = list(dict.fromkeys(axis for panel in panels for axis in panel.axes))
    for panel in panels:
        frame = panel.counts.to_frame()
        if not unobserved:
            frame = frame[frame["exposure_years"] > 0]
        frame = frame.assign(**{axis: ALL for axis in axes if axis not in frame})
        others = [column for column in frame if column not in axes]
        frames.append(frame[[*axes, *others]])
    return pd.concat(frames, ignore_index=True)


def events_frame(panels: Sequence[Panel]) -> pd.DataFrame:
    """
    List the events behind every count: one row per event and cell.

    The shares of a cell sum to its count, as `counts_frame` has it.
    """
    axes = list(dict.fromkeys(axis for panel in panels for axis in panel.axes))
    rows: list[tuple[Any, ...]] = []
    for panel in panels:
        for finding in panel.findings:
            labels = [finding.axes.get(axis, ALL) for axis in axes]
            for place, behind in panel.events_of(finding).items():
                period = str(finding.series.periods[place])
                rows += [
                    (*labels, period, event.id, share, *cells_of(event)) for event, share in behind
                ]
    names = [name.replace(" ", "_") for name in COLUMNS]
    return pd.DataFrame(rows, columns=[*axes, "period", "id", "share", *names])


_ELSEWHERE = "in no series of these counts"


@frozen(kw_only=True, eq=False, slots=False)
class NotCounted:
    """The events that no count has, or not whole, each with its reason; the numbers add up."""

    counts: Counts

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Columns id, date, reason, share, amount, and counted: ``no`` or ``in part``."""
        frame, log = self.counts.left_out, self.counts.log
        if "id" not in frame or log is None:
            return frame
        told = set(frame["id"]) | self.counted
        others = [(event.id, str(event.date)) for event in log if event.id not in told]
        if others:
            rest = pd.DataFrame(others, columns=["id", "date"])
            rest = rest.assign(reason=_ELSEWHERE, share=1.0, amount=1.0)
            frame = pd.concat([frame, rest], ignore_index=True) if len(frame) else rest
        in_part = frame["id"].isin(self.counted)
        return frame.assign(counted=in_part.map({True: "in part", False: "no"}))

    @cached_property
    def counted(self) -> set[str]:
        """Ids of the events that some count has."""
        entries, log = self.counts.entries, self.counts.log
        if entries is None or log is None:
            return set()
        return {log[place].id for place in set(entries.event.tolist())}

    @property
    def notes(self) -> tuple[str, ...]:
        """Say how many events were counted, in part, or not, and why; the parts sum to all."""
        log, frame = self.counts.log, self.frame
        if log is None or "counted" not in frame:
            if not len(frame):
                return ()
            by_reason = frame.groupby("reason")["amount"].sum()
            told = listed([f"{format_count(n)} ({why})" for why, n in by_reason.items()])
            return (f"Not counted: {told}; see not_counted.csv.",)
        n_counted = len(self.counted)
        missing = frame[frame["counted"] == "no"].sort_values("share", ascending=False)
        reasons = Counter(missing.drop_duplicates("id")["reason"])
        n_part = frame.loc[frame["counted"] == "in part", "id"].nunique()
        parts = [
            f"{number_of(len(log), 'event')}: {n_counted} counted, {len(log) - n_counted} not."
        ]
        if reasons:
            why = listed([f"{n} ({reason})" for reason, n in reasons.most_common()])
            parts.append(f"Not counted: {why}; each is in not_counted.csv.")
        if n_part:
            are = "is" if n_part == 1 else "are"
            parts.append(f"Of the events counted, {n_part} {are} counted in part.")
        return (" ".join(parts),)
