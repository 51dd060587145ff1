"""The table of counts to read: totals by series."""

from __future__ import annotations

from engagement.answers import shown_tables
from engagement.counting.counts import Counts
from engagement.counting.series import CountSeries, format_count
from engagement.display import Column, Table, axis_columns


@shown_tables.register(Counts)
def count_tables(counts: Counts) -> list[Table]:
    """Give the events and the years observed of each series, and what is only mentioned."""
    series = list(counts.all_series())
    mentioned = {
        tuple(one.axes.values()): n for one, n in zip(series, counts.n_selective, strict=True)
    }

    def told(one: CountSeries) -> str | None:
        found = [format_count(one.total)] if one.n_observed else []
        at_least = mentioned[tuple(one.axes.values())]
        found += [f"at least {format_count(at_least)}"] if at_least else []
        return " and ".join(found) or None

    def total(one: CountSeries) -> float | None:
        return one.total if one.n_observed else None

    write, value = (format_count, total) if counts.selective is None else (str, told)
    columns = [
        *axis_columns(counts.by),
        Column("events", "events", write, value=value, missing="not observed"),
        Column("years", "years", "{:.4g}", value="total_years"),
    ]
    return [Table(columns=columns, rows=series)]
