"""The answers on interests as plain text."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from engagement.interests.composition import CompositionChange, CompositionChanges
    from engagement.interests.contest import TopicComparison
    from engagement.interests.mentions import TopicMentions
    from engagement.interests.network import ActorNetwork
    from engagement.interests.pairs import CoMentions
    from engagement.interests.ranks import RankMatrix

__all__ = [
    "comparison_in_words",
    "composition_in_words",
    "left_out_in_words",
    "mentions_in_words",
    "network_in_words",
    "pairs_in_words",
    "percent",
    "ranks_in_words",
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


def mentions_in_words(found: TopicMentions) -> str:
    """Return the topics over all periods in plain text."""
    percents = f"{found.level:.0%}"
    rows = [
        {
            "topic": row["topic"],
            "events": f"{row['n_events']:.4g}",
            f"share of {found.share_of}": f"{100 * row['share']:.1f}%",
            percents: f"{100 * row['low']:.1f} to {100 * row['high']:.1f}",
            "first": _between_days(row["first_low"], row["first_high"]),
            "last": _between_days(row["last_low"], row["last_high"]),
        }
        for row in found.topics.head(2 * _SHOWN).to_dict("records")
    ]
    lines = [
        f"{len(found.topics)} topics of {found.n_events:.4g} events, "
        + reading_in_words("topic", implied=found.implied)
    ]
    if rows:
        lines += ["", pd.DataFrame(rows).to_string(index=False)]
    if len(found.topics) > 2 * _SHOWN:
        lines.append(f"... and {len(found.topics) - 2 * _SHOWN} further topics")
    how = (
        f"{found.n_draws} bootstraps of whole events, seed {found.seed}; with fewer than some "
        "20 events they are too narrow"
        if found.share_of == "mentions"
        else "exact, events being independent of one another"
    )
    lines += ["", f"{percents} intervals: {how}"]
    if found.n_without:
        lines.append(f"{found.n_without:.4g} events without a topic are not in the shares")
    if not found.counts.coverage_stated:
        lines.append("coverage is not stated: taken as first to last event's period")
    return "\n".join(lines)


def _between_days(low: date, high: date) -> str:
    """Write the days between which something was, by month or year where they are just that."""
    after = high + timedelta(days=1)
    if low.day == after.day == 1:
        if (after.year - low.year) * 12 + after.month - low.month == 1:
            return f"{low:%Y-%m}"
        if low.month == after.month == 1 and after.year - low.year == 1:
            return f"{low:%Y}"
    return str(low) if low == high else f"{low} to {high}"


def pairs_in_words(found: CoMentions) -> str:
    """Return the pairs that stand out in plain text."""
    marked = found.pairs[found.pairs["q_value"] <= found.fdr]
    rows = [
        {
            "first": row["first"],
            "second": row["second"],
            "together": row["together"],
            "expected": f"{row['expected']:.1f}",
            "lift": f"{row['lift']:.2f}",
            "p": f"{row['p_value']:.2g}",
            "q": f"{row['q_value']:.2g}",
        }
        for row in marked.head(2 * _SHOWN).to_dict("records")
    ]
    reading = reading_in_words(found.labels, implied=found.implied)
    lines = [
        f"{len(marked)} of {len(found.pairs)} pairs stand out among {found.n_events} events, "
        + reading
    ]
    if rows:
        lines += ["", pd.DataFrame(rows).to_string(index=False)]
    if len(marked) > 2 * _SHOWN:
        lines.append(f"... and {len(marked) - 2 * _SHOWN} further pairs")
    return "\n".join(
        [
            *lines,
            "",
            (
                f"labels of {found.min_events} events or more; expected: given how many labels "
                "each event has, and how often each is named"
            ),
            f"marked where q is up to {found.fdr:g} (Benjamini-Hochberg)",
        ]
    )


def ranks_in_words(found: RankMatrix) -> str:
    """Return the matrix of ranks, and the share of meetings between heads of state."""
    table = found.matrix()
    lines = [
        f"highest rank on either side of {found.n_events} events, partner down, initiator across"
    ]
    if table.size:
        lines += ["", table.rename_axis(index=None, columns=None).to_string()]
        shares = [
            {
                "country": row["country"],
                "between heads of state": f"{row['n_both']} of {row['n_events']}",
                f"share ({found.level:.0%})": _with_ends(row["share"], row["low"], row["high"]),
            }
            for row in found.share().to_dict("records")
        ]
        if shares:
            lines += ["", pd.DataFrame(shares).to_string(index=False)]
    lines += ["", "an event with several partners stands with each; intervals are exact"]
    if found.n_left_out:
        lines.append(
            f"{found.n_left_out} events without a partner country, not recorded, or with a date "
            "in several periods are left out"
        )
    return "\n".join(lines)


def network_in_words(found: ActorNetwork) -> str:
    """Return the heaviest ties in plain text."""
    what = f"{len(found.nodes)} actors ({found.actors}) and {len(found.edges)} ties"
    lines = [f"{what} in {found.n_events} events"]
    if len(found.edges):
        table = found.edges.head(2 * _SHOWN)
        table = table.assign(weight=[f"{weight:.4g}" for weight in table["weight"]])
        lines += ["", table.to_string(index=False)]
    if len(found.edges) > 2 * _SHOWN:
        lines.append(f"... and {len(found.edges) - 2 * _SHOWN} further ties")
    lines += ["", f"{found.counting} counting; ties: {found.ties}"]
    if found.n_alone:
        lines.append(f"{found.n_alone} events tie nobody to anybody")
    return "\n".join(lines)
