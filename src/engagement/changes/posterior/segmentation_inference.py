"""The way from arrays of counts to the posterior over their segmentations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.changes.posterior.component_runs import Task, log_numbers_of_ways
from engagement.changes.posterior.segmentations import TOLERANCE, Segmentations
from engagement.models.count_rows import CountRows
from engagement.models.negative_binomial import AnyDispersion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.models.families import Family
    from engagement.models.likelihood_rows import LikelihoodRows, RatePrior
    from engagement.models.priors import Prior

    Floats = NDArray[np.float64]

__all__ = [
    "CHANGES_PRIOR",
    "DEFAULT_MAX_CHANGES",
    "MIN_LENGTH",
    "infer_counts",
    "infer_segmentations",
    "inverse_bayes_factor",
    "likelihoods_of_change",
    "log_odds_of_numbers",
    "room_for",
]

DEFAULT_MAX_CHANGES = 20
"""Changes that are allowed for where the caller names no number."""


CHANGES_PRIOR = 0.33
"""By how much each further change is less probable beforehand, where the caller does not say."""

MANY = 1_000
"""Observed periods from which on counts are summed by blocks between chosen places."""

MIN_LENGTH = 2
"""Least number of observed periods in a segment, where there is room for two such."""


def room_for(n_observed: int) -> int:
    """
    Return the least length of a segment: 2, or less where two such find no room.

    Examples
    --------
    >>> room_for(28), room_for(3)
    (2, 1)
    """
    return min(MIN_LENGTH, max(n_observed // 2, 1))


def infer_counts(
    counts: Floats,
    exposures: Floats,
    steps: Floats,
    *,
    family: Family,
    min_length: int,
    prior: object = None,
    changes_prior: float = CHANGES_PRIOR,
    changed: float | None = None,
    max_changes: int = DEFAULT_MAX_CHANGES,
    n_alike: int = 1,
) -> tuple[Segmentations, Prior]:
    """
    Infer the segmentations of the observed periods of a series.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``; exposures are positive, in years. A season or
        an offset that multiplies the rate multiplies them.
    steps
        Periods from each to the one observed before, 1 for neighbours, shape ``(n,)``.
    family
        How values are distributed about a rate.
    min_length, prior, changes_prior, max_changes
        As in `change_posterior`.
    changed
        Prior probability of any change; ``None`` for the one that *changes_prior* gives.
    n_alike
        Series that are weighed alike, this one among them, which may be worth compiled code.

    Returns
    -------
    tuple
        The posterior, and the prior on rates that was used.
    """
    used = family.read_rate_prior(prior, counts, exposures)
    model = family.rows(counts, exposures, steps)
    exact = infer_segmentations(
        model if len(counts) else model.with_silent_period(),
        used,
        changes_prior=changes_prior,
        changed=changed,
        min_length=min_length,
        max_changes=max_changes,
        n_alike=n_alike,
    )
    return exact, used


def inverse_bayes_factor(counts: Floats, exposures: Floats, steps: Floats) -> float:
    """
    Return the probability of counts without a change over that with any number of changes.

    The family is ``auto``.

    Examples
    --------
    >>> import numpy as np
    >>> levels = np.repeat([2.0, 9.0, 3.0, 12.0], 10)
    >>> inverse_bayes_factor(levels, np.ones(40), np.ones(40)) < 1e-4
    True
    """
    weights = AnyDispersion().rows(counts, exposures, steps).weights
    unchanged, changed = weights @ likelihoods_of_change(counts, exposures, steps)
    return float(unchanged / changed) if changed else float("inf")


def likelihoods_of_change(counts: Floats, exposures: Floats, steps: Floats) -> Floats:
    """
    Return the likelihood of each component of the family ``auto`` without and with changes.

    Shape ``(n_components, 2)``, up to a common factor, on coarse grids where the series is long;
    without room for changes that with any is 0.
    """
    family = AnyDispersion()
    logs = _weigh(
        family.rows(counts, exposures, steps),
        family.read_rate_prior(None, counts, exposures),
        changes_prior=CHANGES_PRIOR,
        min_length=room_for(len(counts)),
        max_changes=DEFAULT_MAX_CHANGES,
    ).log_likelihoods()
    likelihoods = np.exp(logs - logs.max())
    odds = CHANGES_PRIOR ** np.arange(logs.shape[1] - 1)
    changed = likelihoods[:, 1:] @ (odds / odds.sum()) if len(odds) else np.zeros(len(logs))
    return np.stack([likelihoods[:, 0], changed], axis=1)


def infer_segmentations(
    model: LikelihoodRows,
    prior: RatePrior,
    *,
    changes_prior: float,
    min_length: int,
    max_changes: int,
    changed: float | None = None,
    tolerance: float = TOLERANCE,
    n_alike: int = 1,
) -> Segmentations:
    """
    Weigh every segmentation of a series of one observed period or more.

    *tolerance* is the posterior probability of components of the model that may be passed over;
    all other settings as in `infer_counts`.

    Raises
    ------
    SeriesError
        If rates lie too far apart for a grid, or the sums would not fit into memory.
    """
    found = _weigh(
        model,
        prior,
        changes_prior=changes_prior,
        changed=changed,
        min_length=min_length,
        max_changes=max_changes,
        tolerance=tolerance,
        n_alike=n_alike,
    )
    _ = found.probabilities  # what no grid can hold is refused here, not when it is asked
    return found


def _weigh(
    model: LikelihoodRows,
    prior: RatePrior,
    *,
    changes_prior: float,
    min_length: int,
    max_changes: int,
    changed: float | None = None,
    tolerance: float = TOLERANCE,
    n_alike: int = 1,
) -> Segmentations:
    """Sum over every place of a change, or over some of a long series of counts, when asked."""
    n_periods = model.n_periods
    length = min(min_length, n_periods)
    most = min(max_changes, max(n_periods // length - 1, 0))
    ways = log_numbers_of_ways(n_periods, length, most)
    log_odds = log_odds_of_numbers(most, changes_prior, changed) - ways
    task = Task(model=model, prior=prior, min_length=length, log_odds=log_odds, n_alike=n_alike)
    if not isinstance(model, CountRows) or n_periods < MANY:
        return Segmentations(task=task, tolerance=tolerance)
    from engagement.changes.posterior.restricted_places import choose_places
    from engagement.changes.posterior.restricted_segmentations import RestrictedSegmentations

    places = choose_places(model.counts, model.exposures, length)
    return RestrictedSegmentations.of(task, model, places, tolerance=tolerance)


def log_odds_of_numbers(max_changes: int, changes_prior: float, changed: float | None) -> Floats:
    """
    Return the log prior weights of the numbers of changes, from 0, that of none being 0.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(log_odds_of_numbers(2, 0.5, None)), np.exp(log_odds_of_numbers(2, 0.5, 0.6)).round(1)
    (array([1.  , 0.5 , 0.25]), array([1. , 1. , 0.5]))
    """
    log_odds = np.arange(max_changes + 1) * np.log(changes_prior)
    if changed is not None and max_changes:
        any_change = np.log(np.exp(log_odds[1:]).sum())
        log_odds[1:] += np.log(changed) - np.log1p(-changed) - any_change
    return np.asarray(log_odds, dtype=np.float64)
