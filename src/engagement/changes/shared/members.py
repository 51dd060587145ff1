"""Which members of a panel take part in a change, and what they do where their sum changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen

from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.settings.tuned import SURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engagement.changes.shared.sampler import PanelDraw
    from engagement.models.families import Family
    from engagement.models.observed import ObservedPeriods

__all__ = ["Participation", "SharedChange", "TotalChange", "compare_total"]


@frozen(kw_only=True)
class Participation:
    """Whether one series takes part in a shared change."""

    axes: Mapping[str, str]
    """The labels of the series."""
    probability: float
    """That it takes part, if the change is there; NaN if it was not observed on both sides."""
    ratio: float
    """Rate after over rate before where it takes part, posterior mean on the log scale."""

    @property
    def label(self) -> str:
        """The labels in one text."""
        return " ".join(self.axes.values())

    @property
    def takes_part(self) -> bool:
        """Whether it does with a probability of at least 0.8; short of that it stays open."""
        return self.probability >= SURE

    @property
    def answer(self) -> str:
        """``yes``, ``no``, ``open``, or ``not observed`` on both sides of the date."""
        if np.isnan(self.probability):
            return "not observed"
        if self.takes_part:
            return "yes"
        return "no" if self.probability <= 1 - SURE else "open"


@frozen(kw_only=True, eq=False)
class SharedChange:
    """A date at which two or more series change."""

    number: int
    """Which of the shared changes, from 1."""
    date: pd.Period
    """Most probable first period of the new regimes, such that shared changes increase."""
    date_low: pd.Period
    """First period of the interval, unobserved ones right before it taken in."""
    date_high: pd.Period
    """Last period of the interval."""
    probability: float
    """That two or more series change together within the interval."""
    members: tuple[Participation, ...]
    """One for each series, in the order of the panel."""

    @property
    def taking_part(self) -> tuple[Participation, ...]:
        """Those that take part with a probability of at least 0.8."""
        return tuple(member for member in self.members if member.takes_part)


@frozen(kw_only=True, eq=False)
class TotalChange:
    """A change of the sum of all series, and what its members do there."""

    date: pd.Period
    """First period of the new regime of the sum."""
    date_low: pd.Period
    """First period of the interval."""
    date_high: pd.Period
    """Last period of the interval."""
    ratio: float
    """Rate of the sum after over before."""
    members: tuple[str, ...]
    """Labels of the series that more probably than not change within the interval."""
    entering: tuple[str, ...]
    """Labels of the series that begin to be observed within it."""
    leaving: tuple[str, ...]
    """Labels of the series that cease to be observed within it."""
    n_series: int
    """How many series the panel has."""

    @property
    def warning(self) -> str:
        """What to beware of; empty where several members change and none comes or goes."""
        parts = []
        if self.entering:
            parts.append(f"begins to be observed: {', '.join(self.entering)}")
        if self.leaving:
            parts.append(f"ceases to be observed: {', '.join(self.leaving)}")
        if not self.members:
            parts.append("no member is found to change by itself")
        elif len(self.members) == 1:
            parts.append(f"one member alone changes: {self.members[0]}")
        return "; ".join(parts)


def compare_total(
    panel: Sequence[CountSeries],
    draws: Sequence[PanelDraw],
    *,
    periods: ObservedPeriods,
    order: NDArray[np.intp],
    family: Family,
    level: float,
) -> tuple[TotalChange, ...]:
    """
    Find the changes of the sum, and say for each which members change with it.

    The sum is taken as one would plot it: over whichever series were observed, by calendar
    years. So a series that begins to be observed moves it, and this says so.

    Parameters
    ----------
    panel
        The series.
    draws
        Dates and who takes part.
    periods
        Those in which any series was observed.
    order
        Which series stands in each row of the draws.
    family
        What the counts are taken to be.
    level
        Of the intervals.
    """
    seen = np.array([series.exposure_years > 0 for series in panel])[:, periods.positions]
    total = CountSeries(
        counts=periods.spread(periods.counts, np.nan),
        exposure_years=periods.spread(periods.exposures, 0.0),
        periods=periods.periods,
    )
    posterior = change_posterior(total, family=family)
    number = int(np.argmax(posterior.n_changes.to_numpy()))
    if not number:
        return ()
    places = posterior.best_places(number)
    rates = posterior.rates([periods.date(place) for place in places])["mean"].to_numpy()
    labels = [" ".join(series.axes.values()) for series in panel]
    rows = np.argsort(order)
    first, last = seen.argmax(axis=1), seen.shape[1] - seen[:, ::-1].argmax(axis=1)
    found = []
    for which, place in enumerate(places):
        low, high = posterior.places_between(which + 1, number, level=level)
        low, high = min(low, place), max(high, place)
        often = np.mean(
            [
                draw.taking[:, (draw.places >= low) & (draw.places <= high)].any(axis=1)
                for draw in draws
            ],
            axis=0,
        )[rows]
        found.append(
            TotalChange(
                date=periods.date(place),
                date_low=periods.earliest(low),
                date_high=periods.date(high),
                ratio=float(rates[which + 1] / rates[which]),
                members=tuple(
                    label for label, part in zip(labels, often, strict=True) if part >= 0.5
                ),
                entering=_within(labels, first, low, high),
                leaving=_within(labels, last, low, high),
                n_series=len(panel),
            )
        )
    return tuple(found)


def _within(
    labels: Sequence[str], places: NDArray[np.intp], low: int, high: int
) -> tuple[str, ...]:
    return tuple(
        label
        for label, place in zip(labels, places.tolist(), strict=True)
        if max(low, 1) <= place <= high
    )
