"""A panel as the arithmetic of shared changes sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.posterior.segment_table import segment_table
from engagement.changes.posterior.segmentation_inference import (
    CHANGES_PRIOR,
    DEFAULT_MAX_CHANGES,
    infer_segmentations,
    room_for,
)
from engagement.changes.shared.sampler import PanelDraw, SharedDates, SharedModel
from engagement.models.observed import ObservedPeriods, observe
from engagement.settings.tuned import N_CHANCES

if TYPE_CHECKING:
    import pandas as pd

    from engagement.counting.series import CountSeries
    from engagement.models.families import Family
    from engagement.models.likelihood_rows import LikelihoodRows
    from engagement.models.priors import Prior

__all__ = ["ReadyPanel"]

Floats = NDArray[np.float64]

_LEAST = 1e-6
"""Probability of a component of a series, at least: it may have been passed over."""


@frozen(kw_only=True, eq=False)
class ReadyPanel:
    """The panel as the arithmetic sees it: in an order of its own, without unobserved periods."""

    model: SharedModel
    means: Floats
    """Posterior means of the rate of each segment of each series, as the model's marginals."""
    dispersion: float
    """Mean over the series of the variance over the mean within segments."""
    dependence: float
    """The same of the correlation of neighbouring periods."""
    periods: ObservedPeriods
    order: NDArray[np.intp]
    axes: tuple[Mapping[str, str], ...]

    @classmethod
    def of(
        cls,
        panel: list[CountSeries],
        index: pd.PeriodIndex,
        family: Family,
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
        parts = [_rows_of(panel[k], family) for k in order]
        component = _common_component([part for part in parts if part is not None])
        before = np.concatenate((np.zeros((len(panel), 1), dtype=np.intp), seen), axis=1)
        logs = np.zeros((len(panel), len(positions) + 1, len(positions) + 1))
        means = np.ones_like(logs)
        for k, part in enumerate(parts):
            if part is not None:
                own = before[k]
                marginals, rates = segment_table(part[0], component, part[1])
                np.fill_diagonal(marginals, 0.0)  # a segment without observed periods
                logs[k] = marginals[own[:, None], own]
                means[k] = rates[own[:, None], own]
        models = [part[0] for part in parts if part is not None]
        return cls(
            model=SharedModel(
                log_marginals=logs,
                can_change=can,
                log_odds=float(np.log(beforehand[0])),
                shared_prior=beforehand[1],
            ),
            means=means,
            dispersion=float(np.mean([one.parameters[component] for one in models] or [1.0])),
            dependence=float(np.mean([one.correlations[component] for one in models] or [0.0])),
            periods=ObservedPeriods(
                counts=counts.sum(axis=0),
                exposures=exposures.max(axis=0, initial=0.0),
                positions=positions,
                periods=index,
            ),
            order=order,
            axes=tuple(dict(panel[k].axes) for k in order),
        )

    def crowded(self) -> SharedDates:
        """Return a start with more dates than are likely."""
        places = self.model.places
        chosen = places[:: max(len(places) // 4, 1)][:4]
        return SharedDates(places=tuple(chosen.tolist()), kinds=(N_CHANCES // 2,) * len(chosen))

    def ratios(self, draws: list[PanelDraw], columns: list[NDArray[np.intp]]) -> Floats:
        """
        Average the log ratio of the rates around chosen dates over the draws that take part.

        *columns* hold for each draw which of its dates are the shared ones.
        """
        n_series, n_periods = len(self.means), self.model.n_periods
        number = len(columns[0]) if columns else 0
        sums, taken = np.zeros((n_series, number)), np.zeros((n_series, number))
        for draw, chosen in zip(draws, columns, strict=True):
            for k in range(n_series):
                own = draw.places[draw.taking[k]]
                bounds = np.array([0, *own, n_periods])
                with np.errstate(invalid="ignore", divide="ignore"):
                    logs = np.diff(np.log(self.means[k, bounds[1:], bounds[:-1]]))
                for which in range(number):
                    if draw.taking[k, chosen[which]]:
                        at = int(np.searchsorted(own, draw.places[chosen[which]]))
                        if not np.isfinite(logs[at]):  # beside a segment that nobody observed
                            continue
                        sums[k, which] += logs[at]
                        taken[k, which] += 1
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.exp(sums / taken), dtype=np.float64)


def _rows_of(series: CountSeries, family: Family) -> tuple[LikelihoodRows, Prior] | None:
    """Return the likelihoods of a series and the prior on its rates; None if nothing was seen."""
    observed = observe(series)
    if not len(observed):
        return None
    counts, years = np.rint(observed.counts), observed.exposures
    return (
        family.rows(counts, years, observed.steps),
        family.read_rate_prior(None, counts, years),
    )


def _common_component(parts: list[tuple[LikelihoodRows, Prior]]) -> int:
    """
    Return the component that explains all series best, each with changes of its own.

    By its prior probability times what each series says of it.
    """
    if not parts:
        return 0
    told = np.log(parts[0][0].weights)
    for model, prior in parts if len(told) > 1 else ():
        exact = infer_segmentations(
            model, prior, changes_prior=CHANGES_PRIOR, min_length=room_for(model.n_periods),
            max_changes=DEFAULT_MAX_CHANGES,
        )  # fmt: skip
        told += np.log(np.maximum(exact.of_components, _LEAST)) - np.log(model.weights)
    return int(np.argmax(told))
