"""A forecast as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from engagement.models.observed import label_of

if TYPE_CHECKING:
    from engagement.forecasting.forecasts import Forecast

__all__ = ["forecast_in_words"]


def forecast_in_words(coming: Forecast) -> str:
    """Return a row a period, then the total, the hazard and the priors."""
    posterior, percent = coming.posterior, f"{100 * coming.level:g}%"
    rows = [
        {
            "period": str(row["period"]),
            "years": f"{row['exposure_years']:.4g}",
            "mean": f"{row['mean']:.3g}",
            "median": f"{row['median']:g}",
            percent: f"{row['low']:g} to {row['high']:g}",
            "new regime by then": f"{100 * row['chance_of_change']:.0f}%",
        }
        for row in coming.to_frame().to_dict("records")
    ]
    lines = [
        f"{label_of(coming.series)}: forecast after {coming.series.periods[-1]}",
        "",
        pd.DataFrame(rows).to_string(index=False),
        "",
    ]
    if len(coming.periods) > 1:
        below = np.cumsum(coming.total().to_numpy())
        tail = (1 - coming.level) / 2
        low, high = np.searchsorted(below, [tail, min(1 - tail, below[-1])])
        lines.append(f"in all {coming.mean.sum():.3g} expected, {percent} between {low} and {high}")
    source = "as stated" if coming.is_hazard_given else "as often as in the series"
    return "\n".join(
        [
            *lines,
            (
                f"chance of a change within a year: {coming.hazard:.3g}, {source}; a new rate has "
                "the prior"
            ),
            (
                f"family {posterior.family_in_words()}; prior on each rate {posterior.prior}; "
                f"each further change {posterior.changes_prior:g} times as probable, up to "
                f"{posterior.max_changes}"
            ),
            "no trend and no season",
        ]
    )
