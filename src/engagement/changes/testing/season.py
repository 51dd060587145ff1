"""A season's profile, estimated together with the changes of the rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.optimal.dynamic_programming import merge_equal, penalised_partition
from engagement.changes.testing.autocorrelation import residuals_of_best_window
from engagement.changes.testing.null_layout import working_exposures
from engagement.models.segment_costs import PoissonCost

if TYPE_CHECKING:
    from engagement.changes.testing.null_layout import NullLayout

__all__ = ["SeasonProfile", "fit_season", "season_p_value"]

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False)
class SeasonProfile:
    """By how much the slots of a season differ, once changes are allowed for."""

    weights: Floats
    """Factor of the rate in each slot, shape ``(n_slots,)``; 1 on average over the exposure."""
    exposures: Floats
    """Exposure of each period times the factor of its slot, shape ``(n,)``: same sum as before."""
    places: tuple[int, ...]
    """Where segments started in the segmentation with which the profile was estimated."""


def fit_season(counts: Floats, layout: NullLayout, *, rounds: int = 3) -> SeasonProfile:
    """
    Estimate a multiplicative profile and the best segmentation in turn.

    Within a slot the factor is its events over those that its exposures would have at the rates
    of their segments. With the exposures so weighed the best Poisson segmentation is found
    anew; a change costs 1.5 log n, times the dispersion of the counts where they vary more
    than Poisson counts. The first profile takes the rate to be constant.

    Parameters
    ----------
    counts
        Shape ``(n,)``.
    layout
        Where they stand, with the slots of the season.
    rounds
        How often the two are estimated in turn.

    Returns
    -------
    SeasonProfile
        Exposures times the profile can be given to any function of counts and exposures.

    Examples
    --------
    A profile of 3 to 1, and a rate that doubles in the middle:

    >>> import numpy as np
    >>> from engagement.changes.testing.null_layout import NullLayout
    >>> layout = NullLayout.of(np.ones(12), season=2)
    >>> profile = fit_season(np.array([6.0, 2] * 3 + [12.0, 4] * 3), layout)
    >>> profile.weights.round(2).tolist(), profile.places
    ([1.5, 0.5], (6,))
    """
    exposures, slots = layout.exposures, layout.slots
    if not counts.sum() or not slots.any():
        n_slots = int(slots.max(initial=0)) + 1
        return SeasonProfile(weights=np.ones(n_slots), exposures=exposures, places=())
    n_slots = int(slots.max()) + 1
    mean = exposures.mean()
    weighed = working_exposures(counts, layout) * mean
    places: list[int] = []
    spare = 0.5 * exposures.sum() / counts.sum() / n_slots  # half an event, at the overall rate
    for _ in range(rounds):
        places = _best_places(counts, weighed)
        starts = [0, *places]
        rates = np.add.reduceat(counts, starts) / np.add.reduceat(weighed, starts)
        lengths = np.diff([*starts, len(counts)])
        expected = exposures * np.repeat(rates, lengths)
        overall = counts.sum() / exposures.sum()
        weights = np.bincount(slots, counts, n_slots) + overall * spare
        weights /= np.bincount(slots, expected, n_slots) + overall * spare
        weighed = exposures * weights[slots]
        scale = exposures.sum() / weighed.sum()
        weighed, weights = weighed * scale, weights * scale
    return SeasonProfile(weights=weights, exposures=weighed, places=tuple(places))


def season_p_value(counts: Floats, layout: NullLayout) -> float:
    """
    Test whether the slots of a season differ, whatever the level of each turn of the season.

    Pearson's chi-square of the totals of the slots, over that of the counts about slots and
    turns, each by its degrees of freedom: an F test, which allows for overdispersion. It is
    rough where events are few.

    Parameters
    ----------
    counts
        Shape ``(n,)``.
    layout
        Where they stand, with the slots of the season.

    Returns
    -------
    float
        The p-value; 1 where there is too little for a test.

    References
    ----------
    P. McCullagh and J. A. Nelder (1989), *Generalized Linear Models*, 2nd ed., section 4.5.

    Examples
    --------
    >>> import numpy as np
    >>> from engagement.changes.testing.null_layout import NullLayout
    >>> layout = NullLayout.of(np.ones(24), season=4)
    >>> season_p_value(np.array([9.0, 1, 2, 3] * 6), layout) < 1e-6
    True
    >>> season_p_value(np.array([4.0, 3, 5, 4, 3, 5, 4, 4] * 3), layout) > 0.05
    True
    """
    from scipy.special import fdtrc

    slots = layout.slots
    n_slots = int(slots.max(initial=0)) + 1
    starts = np.flatnonzero(np.diff(layout.ordinals // n_slots, prepend=-1) != 0)
    turns = np.repeat(np.arange(len(starts)), np.diff([*starts, len(counts)]))
    rates = np.add.reduceat(counts, starts) / np.add.reduceat(layout.exposures, starts)
    means = layout.exposures * rates[turns]
    events, expected = np.bincount(slots, counts, n_slots), np.bincount(slots, means, n_slots)
    freedom = int((means > 0).sum()) - int((rates > 0).sum()) - n_slots + 1
    if n_slots < 2 or freedom < n_slots or not (expected > 0).all():
        return 1.0
    between = float(((events - expected) ** 2 / expected).sum()) / (n_slots - 1)
    fitted = means * (events / expected)[slots]
    seen = fitted > 0
    within = float(((counts - fitted)[seen] ** 2 / fitted[seen]).sum()) / freedom
    return float(fdtrc(n_slots - 1, freedom, between / max(within, 1e-9)))


def _best_places(counts: Floats, exposures: Floats) -> list[int]:
    """Segment counts at a price that grows with their dispersion."""
    family = PoissonCost()
    residuals, n_segments = residuals_of_best_window(counts, exposures)
    spare = max(len(counts) - n_segments, 1)
    price = 1.5 * np.log(len(counts)) * max(1.0, float(residuals @ residuals) / spare)
    starts = merge_equal(counts, exposures)
    rows = np.add.reduceat(family.statistics(counts, exposures), starts, axis=1)
    return [int(starts[row]) for row in penalised_partition(rows, family.cost, price, 1)]
