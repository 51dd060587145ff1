"""The tables of the answers on changes that are other than their rows."""

from __future__ import annotations

from math import isnan

from engagement.answers import shown_tables
from engagement.changes.continuous.located import LocatedChanges
from engagement.changes.detect.found import Changes
from engagement.changes.detect.verdicts import ChangeVerdict
from engagement.changes.online.monitoring import Monitor
from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.date_order import DateComparison
from engagement.changes.shared.shared_changes import SharedChanges
from engagement.display import Column, Table, percent


def _numbers(found: ChangePosterior | LocatedChanges, least: float) -> Table:
    """Give the probability of each number of changes, but for the least probable."""
    rows = [
        {"changes": number, "probability": value}
        for number, value in found.n_changes.items()
        if value >= least
    ]
    columns = [Column("changes", "changes"), Column("probability", "probability", "{:.3f}")]
    return Table(columns=columns, rows=rows)


def _dates(found: ChangePosterior | LocatedChanges, number: int) -> Table:
    """Give the dates of so many changes, with their intervals."""
    rows = []
    for place, date in enumerate(found.most_probable(number), 1):
        low, high = found.interval(place, number)
        rows.append({"change": place, "date": date, "low": low, "high": high})
    return Table(
        title=f"if there are {number}:",
        columns=[
            Column("change", "change"),
            Column("date", "most probable"),
            Column("low", "95% credible interval", "{} to {high}"),
            Column("high"),
        ],
        rows=rows,
    )


@shown_tables.register(Changes)
def changes_tables(changes: Changes) -> list[Table]:
    """Give the changes first, then the series without; not those that were not observed."""
    order = [str(verdict) for verdict in ChangeVerdict if verdict != ChangeVerdict.NOT_OBSERVED]
    rows = [row for row in changes.rows if row["verdict"] in order]
    rows.sort(key=lambda row: order.index(row["verdict"]))
    return [Table(columns=changes.columns, rows=rows)]


@shown_tables.register(ChangePosterior)
def posterior_tables(posterior: ChangePosterior) -> list[Table]:
    """Give the numbers of changes, and the dates of the likeliest number."""
    likely = int(posterior.n_changes.to_numpy().argmax())
    return [_numbers(posterior, 0.0005), *([_dates(posterior, likely)] if likely else [])]


@shown_tables.register(LocatedChanges)
def located_tables(found: LocatedChanges) -> list[Table]:
    """Give the numbers of changes, their days, and the rates between them."""
    likely = max(int(found.n_changes.to_numpy().argmax()), min(found.max_changes, 1))
    if not likely:
        return [_numbers(found, 0.0005)]
    segments = Table(
        title="segments between the most probable dates:",
        columns=[
            Column("start", "from", "{:%Y-%m-%d}"),
            Column("end", "to", "{:%Y-%m-%d}"),
            Column("events", "events"),
            Column("mean", "per year", "{:.3g}"),
            Column("low", "95% credible interval", "{:.3g} to {high:.3g}"),
        ],
        rows=found.rates(found.most_probable(likely)),
    )
    return [_numbers(found, 0.0005), _dates(found, likely), segments]


@shown_tables.register(Monitor)
def monitor_tables(state: Monitor) -> list[Table]:
    """Give the latest periods, among which a change is sought."""
    return [Table(columns=state.columns, rows=state.rows.tail(state.within))]


@shown_tables.register(DateComparison)
def order_tables(order: DateComparison) -> list[Table]:
    """Give both changes, and the probability of each order if they are there."""
    changes = [
        Column("label", "series"),
        Column("name", "change"),
        Column("probability", "there with probability", "{:.3f}"),
        Column("date", "most probable"),
        Column("date_low", f"{percent(order.level)} interval", "{} to {date_high}"),
        Column("date_high"),
    ]
    title = f"if both are there (probability {order.probability_both:.3f}):"
    return [
        Table(columns=changes, rows=(order.first, order.second)),
        Table(title=title, columns=order.columns, rows=order.rows),
    ]


@shown_tables.register(SharedChanges)
def shared_tables(answer: SharedChanges) -> list[Table]:
    """Give who takes part in each change, what each series has alone, and what moves the sum."""
    members = [
        Column("label", "series"),
        Column("probability", "takes part", "{:.2f}"),
        Column("ratio", "rate ratio", "{:.3g}"),
        Column(
            "told",
            "",
            value=lambda one: (
                "not observed on both sides" if isnan(one.probability) else one.answer
            ),
        ),
    ]
    alone = [Column("series", "series"), Column("number", "expected number", "{:.1f}")]
    total = [
        Column("mark", "", value=lambda one: "!" if one.warning else ""),
        Column("date", "date"),
        Column("date_low", f"{percent(answer.level)} interval", "{} to {date_high}"),
        Column("date_high"),
        Column("ratio", "rate ratio", "{:.3g}"),
        Column(
            "told",
            "members",
            value=lambda one: (
                one.warning or f"{len(one.members)} of {one.n_series} members change too"
            ),
        ),
    ]
    own = answer.own[answer.own >= 0.5]
    tables = [
        Table(
            title=(
                f"{change.date} ({percent(answer.level)} interval {change.date_low} to "
                f"{change.date_high}), probability {change.probability:.3f}: "
                f"{len(change.taking_part)} take part"
            ),
            columns=members,
            rows=change.members,
        )
        for change in answer
    ]
    if len(own):
        rows = [{"series": label, "number": value} for label, value in own.items()]
        tables.append(Table(title="changes that a series has alone:", columns=alone, rows=rows))
    if answer.total:
        title = "changes of the sum of all series:"
        tables.append(Table(title=title, columns=total, rows=answer.total))
    return tables
