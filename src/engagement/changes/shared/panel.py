"""A panel as the arithmetic of shared changes sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.online.run_length import likelihood_of
from engagement.changes.posterior.recursion import segment_sums
from engagement.changes.shared.sampler import Dates, PanelDraw, PanelModel
from engagement.models.observed import ObservedPeriods
from engagement.models.priors import unit_prior
from engagement.settings.tuned import N_CHANCES

if TYPE_CHECKING:
    import pandas as pd

    from engagement.counting.series import CountSeries

__all__ = ["ReadyPanel"]

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class ReadyPanel:
    """The panel as the arithmetic sees it: in an order of its own, without unobserved periods."""

    model: PanelModel
    counts: Floats
    exposures: Floats
    shapes: Floats
    rates: Floats
    periods: ObservedPeriods
    order: NDArray[np.intp]
    axes: tuple[Mapping[str, str], ...]

    @classmethod
    def of(
        cls,
        panel: list[CountSeries],
        index: pd.PeriodIndex,
        dispersion: float,
        beforehand: tuple[float, float],
    ) -> ReadyPanel:
        """Lay out the series, with the log odds and the shares that are taken beforehand."""
        exposures = np.array([series.exposure_years for series in panel])
        counts = np.nan_to_num(np.array([series.counts for series in panel]))
        positions = np.flatnonzero(exposures.any(axis=0))
        # the order in which series are handed over must not matter
        order = np.array(
            sorted(range(len(panel)), key=lambda k: (counts[k].tolist(), exposures[k].tolist())),
            dtype=np.intp,
        )
        counts, exposures = (values[order][:, positions] for values in (counts, exposures))
        seen = np.cumsum(exposures > 0, axis=1)
        can = np.zeros((len(panel), len(positions) + 1), dtype=bool)
        can[:, 1:] = (seen > 0) & (seen < seen[:, -1:])
        priors = [
            unit_prior(float(row.sum()), float(years.sum()))
            for row, years in zip(counts, exposures, strict=True)
        ]
        logs = np.zeros((len(panel), len(positions) + 1, len(positions) + 1))
        for k, prior in enumerate(priors):
            sums = segment_sums(np.stack([counts[k], exposures[k]]))
            logs[k] = likelihood_of(prior, dispersion).log_marginal(sums, prior)
        return cls(
            model=PanelModel(
                log_marginals=logs,
                can_change=can,
                log_odds=float(np.log(beforehand[0])),
                shared_prior=beforehand[1],
            ),
            counts=counts,
            exposures=exposures,
            shapes=np.array([prior.shape for prior in priors]),
            rates=np.array([prior.rate for prior in priors]),
            periods=ObservedPeriods(
                counts=counts.sum(axis=0),
                exposures=exposures.max(axis=0, initial=0.0),
                positions=positions,
                periods=index,
            ),
            order=order,
            axes=tuple(dict(panel[k].axes) for k in order),
        )

    def crowded(self) -> Dates:
        """Return a start with more dates than are likely."""
        places = self.model.places
        chosen = places[:: max(len(places) // 4, 1)][:4]
        return Dates(places=tuple(chosen.tolist()), kinds=(N_CHANCES // 2,) * len(chosen))

    def ratios(self, draws: list[PanelDraw], columns: list[NDArray[np.intp]]) -> Floats:
        """
        Average the log ratio of the rates around chosen dates over the draws that take part.

        *columns* hold for each draw which of its dates are the shared ones.
        """
        events = np.concatenate((np.zeros((len(self.counts), 1)), self.counts.cumsum(1)), axis=1)
        years = np.concatenate((np.zeros((len(self.counts), 1)), self.exposures.cumsum(1)), axis=1)
        n_series, n_periods = self.counts.shape
        number = len(columns[0]) if columns else 0
        sums, taken = np.zeros((n_series, number)), np.zeros((n_series, number))
        for draw, chosen in zip(draws, columns, strict=True):
            for k in range(n_series):
                own = draw.places[draw.taking[k]]
                bounds = np.array([0, *own, n_periods])
                means = (self.shapes[k] + np.diff(events[k, bounds])) / (
                    self.rates[k] + np.diff(years[k, bounds])
                )
                logs = np.diff(np.log(means))
                for which in range(number):
                    if draw.taking[k, chosen[which]]:
                        at = int(np.searchsorted(own, draw.places[chosen[which]]))
                        sums[k, which] += logs[at]
                        taken[k, which] += 1
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.exp(sums / taken), dtype=np.float64)
