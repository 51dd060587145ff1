"""The tables of the answers on interests that are other than their rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engagement.answers import shown_tables
from engagement.display import Column, Table, percent
from engagement.interests.composition import CompositionChanges
from engagement.interests.mentions import TopicMentions
from engagement.interests.ranks import RankMatrix

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@shown_tables.register(CompositionChanges)
def composition_tables(found: CompositionChanges) -> list[Table]:
    """Give a table a change, with the labels that changed most."""
    return [
        Table(
            title=(
                f"{change.date}, between {change.date_low} and {change.date_high}, p = "
                f"{change.p_value:.3g}: {change.n_before:.4g} events before, "
                f"{change.n_after:.4g} after"
            ),
            columns=found.columns,
            rows=change.labels.rename(columns={"p_value": "label_p_value"}),
            most=8,
        )
        for change in found.changes
    ]


@shown_tables.register(TopicMentions)
def mention_tables(found: TopicMentions) -> list[Table]:
    """Give the topics over all periods."""
    return [
        Table(
            columns=[
                Column("topic", "topic"),
                Column("n_events", "events", "{:.4g}"),
                Column("share", f"share of {found.share_of}", "{:.1%}"),
                Column("low", f"{percent(found.level)} interval", "{:.1%} to {high:.1%}"),
                Column("first", "first", value=lambda row: _days(row, "first")),
                Column("last", "last", value=lambda row: _days(row, "last")),
            ],
            rows=found.topics,
            most=16,
        )
    ]


def _days(row: Mapping[str, Any], which: str) -> str:
    """Write the days between which something was, by month or year where they are just that."""
    low: date = row[f"{which}_low"]
    high: date = row[f"{which}_high"]
    after = high + timedelta(days=1)
    if low.day == after.day == 1:
        if (after.year - low.year) * 12 + after.month - low.month == 1:
            return f"{low:%Y-%m}"
        if low.month == after.month == 1 and after.year - low.year == 1:
            return f"{low:%Y}"
    return str(low) if low == high else f"{low} to {high}"


@shown_tables.register(RankMatrix)
def rank_tables(found: RankMatrix) -> list[Table]:
    """Give the matrix of all events, and how often heads of state met by country."""
    matrix = found.matrix()
    partner = Column("partner_rank", "partner")
    return [
        Table(
            columns=[partner, *(Column(rank, rank) for rank in matrix.columns)],
            rows=matrix.reset_index(),
        ),
        Table(
            columns=[
                Column("country", "country"),
                Column("n_both", "between heads of state", "{} of {n_events}"),
                Column(
                    "share",
                    f"share ({percent(found.level)} interval)",
                    "{:.0%} ({low:.0%} to {high:.0%})",
                ),
            ],
            rows=found.share(),
        ),
    ]
