"""The tables of the answers on intensity that are other than their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.answers import shown_tables
from engagement.display import Column, Table, percent
from engagement.intensity.crosswalk import PLOVER_CLASSES, Crosswalk
from engagement.intensity.weighing import WeightedIntensity

if TYPE_CHECKING:
    from collections.abc import Mapping


@shown_tables.register(Crosswalk)
def crosswalk_tables(walk: Crosswalk) -> list[Table]:
    """Give how many events each code has, its score or class, and how many are trapped."""
    table = walk.to_frame().groupby("code", sort=True)
    codes = table.agg(events=("id", "size"), score=("score", "first"), trap=("trap", "sum"))
    own = Column("score", "score")
    if walk.scheme == "plover":
        own = Column("class", "class", value=lambda row: PLOVER_CLASSES.get(row["code"], ""))
    columns = [Column("code", "code"), Column("events", "events"), own, Column("trap", "trap")]
    return [Table(columns=columns, rows=codes.reset_index())]


@shown_tables.register(WeightedIntensity)
def weighted_tables(found: WeightedIntensity) -> list[Table]:
    """Give the sums per year of each series."""
    seen = {"exposure_years": np.nan, "n_events": np.nan, "n_unknown": np.nan}
    totals = found.totals.astype(dict.fromkeys(seen, "float64"))
    totals.loc[totals["exposure_years"] == 0, list(seen)] = np.nan
    columns = [
        *(Column(name, name) for name in found.counts.by),
        Column("n_events", "events", "{:g}", missing="not observed"),
        Column("n_unknown", "of unknown size", "{:g}"),
        Column("exposure_years", "years", "{:.4g}"),
        Column("sum", "per year", value=_sum),
        Column("low", f"{percent(found.level)} interval", "{:,.4g} to {high:,.4g}"),
    ]
    return [Table(columns=columns, rows=totals)]


def _sum(row: Mapping[str, Any]) -> str | None:
    low, high = row["at_least"], row["at_most"]
    if np.isnan(row["exposure_years"]):
        return None
    if low == high:
        return f"{low:,.4g}"
    return f"{low:,.4g} or more" if np.isinf(high) else f"{low:,.4g} to {high:,.4g}"
