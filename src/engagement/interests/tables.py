"""The answers on interests as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from engagement.interests.composition import CompositionChange, CompositionChanges
    from engagement.interests.contest import TopicComparison

__all__ = [
    "comparison_in_words",
    "composition_in_words",
    "left_out_in_words",
    "percent",
    "reading_in_words",
]

_SHOWN = 8


def percent(share: float) -> str:
    """Write a share as a percentage."""
    return f"{100 * share:.0f}%"


def reading_in_words(labels: str, *, implied: bool) -> str:
    """Tell what the labels are."""
    if labels != "topic":
        return labels
    return "topic, with implied terms" if implied else "topic, as printed"


def dealt_in_words(together: str | None) -> str:
    """Tell what was dealt out over the dates."""
    periods = {"Y": "year", "Q": "quarter", "M": "month", "W": "week", "D": "day"}
    if together is None:
        return "whole events over the dates"
    return f"whole events over the dates, those of one {periods[together]} together"


def left_out_in_words(n_unlabelled: int, n_undated: int, labels: str) -> list[str]:
    """Tell how many events were left out, and why."""
    notes = []
    if n_unlabelled:
        notes.append(f"{n_unlabelled} events without {labels} are left out")
    if n_undated:
        notes.append(f"{n_undated} events that are not recorded or have no date are left out")
    return notes


def composition_in_words(found: CompositionChanges) -> str:
    """Return the changes of the composition in plain text."""
    n_changes = len(found)
    periods = found.shares.index
    extent = f", {periods[0]} to {periods[-1]}" if len(periods) else ""
    title = (
        f"{n_changes} change{'' if n_changes == 1 else 's'} in the composition of "
        f"{found.n_events} events{extent} ({reading_in_words(found.labels, implied=found.implied)})"
    )
    lines = [title]
    for change in found.changes:
        lines += ["", *_change_in_words(change, found.level)]
    lines.append("")
    if np.isnan(found.p_value):
        lines.append(
            f"too little observed: no date leaves {found.min_events} events on either side"
        )
    elif not n_changes:
        lines.append(f"no change found: p = {found.p_value:.3g}")
    elif np.isnan(found.p_next):
        lines.append("the search stopped where nothing was left to cut")
    else:
        lines.append(f"the next change would have p = {found.p_next:.3g}")
    lines += [
        (
            f"{found.counting} counting; a change stands at p up to {found.alpha:g}, with "
            f"{found.min_events} events or more on each side"
        ),
        (
            f"p by {found.n_draws} deals of {dealt_in_words(found.together)}, seed {found.seed}; "
            "those of labels are adjusted for all labels and dates"
        ),
        (
            f"{found.level:.0%} intervals: of dates by tests, of differences by Newcombe's "
            "rule with the date taken as known"
        ),
        *left_out_in_words(found.n_unlabelled, found.n_undated, found.labels),
    ]
    return "\n".join(lines)


def _change_in_words(change: CompositionChange, level: float) -> list[str]:
    head = (
        f"{change.date}, between {change.date_low} and {change.date_high}, p = "
        f"{change.p_value:.3g}: {change.n_before:.4g} events before, {change.n_after:.4g} after"
    )
    rows = [
        {
            "label": row["label"],
            "before": percent(row["before"]),
            "after": percent(row["after"]),
            f"difference ({level:.0%})": (
                f"{100 * row['difference']:+.0f} ({100 * row['low']:+.0f} to "
                f"{100 * row['high']:+.0f})"
            ),
            "of the change": percent(row["contribution"]),
            "p": "" if np.isnan(row["p_value"]) else f"{row['p_value']:.3g}",
        }
        for row in change.labels.head(_SHOWN).to_dict("records")
    ]
    table = pd.DataFrame(rows)
    width = max(len(row["label"]) for row in rows)
    table["label"] = table["label"].str.ljust(width)
    lines = [head, table.rename(columns={"label": "label".ljust(width)}).to_string(index=False)]
    if len(change.labels) > _SHOWN:
        lines.append(f"... and {len(change.labels) - _SHOWN} further labels")
    return lines


def comparison_in_words(found: TopicComparison) -> str:
    """Return one topic against another in plain text, by both readings."""
    percents = f"{found.level:.0%}"
    rows = []
    for shift in found.shifts:
        row = {
            "reading": shift.reading,
            f"only {found.first}": shift.n_first,
            f"only {found.second}": shift.n_second,
            "both": shift.n_both,
        }
        if shift.date is None:
            rows.append(row | {"date": "too few"})
            continue
        row["date"] = str(shift.date)
        if found.is_sought:
            row["between"] = f"{shift.date_low} to {shift.date_high}"
        row[f"before ({percents})"] = _with_ends(shift.before, shift.before_low, shift.before_high)
        row[f"after ({percents})"] = _with_ends(shift.after, shift.after_low, shift.after_high)
        row["p"] = f"{shift.p_value:.3g}"
        rows.append(row)
    how = (
        f"date sought, with {found.min_events} events or more on each side; p accounts for that"
        if found.is_sought
        else "date fixed beforehand"
    )
    return "\n".join(
        [
            f"share of {found.first} among events that name it or {found.second}",
            "",
            pd.DataFrame(rows).fillna("").to_string(index=False),
            "",
            f"{how}; an event that names both counts half for either",
            (
                f"p by {found.n_draws} deals of {dealt_in_words(found.together)}, "
                f"seed {found.seed}; {percents} intervals: of dates by tests, of shares by "
                "Wilson's rule"
            ),
        ]
    )


def _with_ends(share: float, low: float, high: float) -> str:
    return f"{percent(share)} ({percent(low)} to {percent(high)})"
