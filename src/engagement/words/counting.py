"""The table of counts to read: totals by series."""

from __future__ import annotations

from engagement.answers import shown_tables
from engagement.counting.counts import Counts
from engagement.counting.series import format_count
from engagement.display import Column, Table, axis_columns


@shown_tables.register(Counts)
def count_tables(counts: Counts) -> list[Table]:
    """Give the events and the years observed of each series."""
    columns = [
        *axis_columns(counts.by),
        Column(
            "events",
            "events",
            format_count,
            value=lambda series: series.total if series.n_observed else None,
            missing="not observed",
        ),
        Column("years", "years", "{:.4g}", value="total_years"),
    ]
    return [Table(columns=columns, rows=counts.all_series())]
