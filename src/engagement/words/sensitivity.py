"""The factors of reporting that a reader asks for, as a table."""

from __future__ import annotations

from engagement.answers import shown_tables
from engagement.display import Column, Table
from engagement.sensitivity.reporting import ReportingSensitivity


@shown_tables.register(ReportingSensitivity)
def reporting_tables(answer: ReportingSensitivity) -> list[Table]:
    """Give what the factors would do that bring the change into doubt, lose and explain it."""
    change, doubt, lose = answer.change, answer.factor_to_doubt, answer.factor_to_lose
    where = f"before {change.date}" if change.is_rise else f"since {change.date}"
    missing = f"{answer.n_missing:.3g} unrecorded events {where}"
    one_inside = "put 1 inside the interval of the ratio"
    improbable = "make the change less probable than not"
    rows = [
        (doubt, f"{one_inside}: {'it is there anyway' if doubt == 1.0 else missing}"),
        (lose, f"{improbable}: it is so anyway" if lose == 1.0 else improbable),
        (answer.factor, "explain all of it"),
    ]
    return [
        Table(
            title=(
                f"completeness of reporting from {change.date} to {change.after_to}, over that "
                f"from {change.before_from} to {change.date - 1}, that would"
            ),
            columns=[
                Column("factor", "factor", "{:.3g}", missing="none"),
                Column("would", "would"),
            ],
            rows=[dict(zip(("factor", "would"), row, strict=True)) for row in rows],
        )
    ]
