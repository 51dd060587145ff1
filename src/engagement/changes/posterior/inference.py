"""The way from a series to its exact posterior."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.exact import weigh_segmentations
from engagement.counting.panels import read_one_series
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.settings.checks import check_positive, check_room, check_whole

if TYPE_CHECKING:
    from engagement.counting.panels import CountsLike
    from engagement.models.families import Family
    from engagement.models.priors import Prior

__all__ = ["change_posterior"]

DEFAULT_MAX_CHANGES = 20
"""Changes that are allowed for where the caller names no number."""


def change_posterior(
    counts: CountsLike,
    *,
    periods: object = None,
    prior: Prior | None = None,
    changes_prior: float = 0.25,
    family: str | Family = "poisson",
    min_length: int = 1,
    max_changes: int | None = None,
) -> ChangePosterior:
    """
    Compute the exact posterior over all segmentations of a series.

    The rate of each segment is integrated out over its prior, and all sets of changes are
    summed by a recursion over segments [1]_ [2]_. There is no sampling and nothing to tune.
    Memory grows with the square of the observed periods: some 100 MB for 1,000.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are passed over.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    prior
        Prior on the rate of each segment. ``None`` weighs as much as one event at the series'
        own rate, ``GammaPrior(shape=1, rate=1 / rate)``, and is thereby free of units; a
        series without events takes the rate of half an event in all its exposure. For the
        family ``gaussian`` a `NormalPrior`; ``None`` has the mean and the scatter of the
        series' own rates.
    changes_prior
        By how much each further change is less probable beforehand: P(K changes) is
        proportional to its K-th power. Positive.
        Given K, all sets of K changes are equally probable beforehand.
    family
        What the values are taken to be: ``"poisson"``; ``"negative_binomial"``, counts that
        scatter more; ``"gaussian"``, values that are no counts; or a family of your own
        settings, such as ``NegativeBinomial(dispersion=2.0)``. ``"auto"`` averages over
        dispersions from Poisson, which has half the weight beforehand, upward. Dispersion is
        judged within segments, over all segmentations, so that a change is not taken for it.
    min_length
        Least number of observed periods in a segment.
    max_changes
        Largest number of changes that is allowed for, as far as there is room; ``None`` for 20.

    Returns
    -------
    ChangePosterior
        Number, dates and sizes of changes, each with how sure it is.

    Raises
    ------
    SeriesError
        If a count is not whole, where the family asks for that.
    SettingError
        If a setting is outside of what it may be, or two segments find no room.

    References
    ----------
    .. [1] P. Fearnhead (2006), *Statistics and Computing* 16(2), 203-213.
    .. [2] G. Rigaill, E. Lebarbier and S. Robin (2012), *Statistics and Computing* 22(4),
       917-929.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([2, 1, 2, 0, 9, 7, 8], range(1990, 1997))
    >>> posterior = change_posterior(series, max_changes=2)
    >>> print(posterior.n_changes.round(3).to_dict())
    {0: 0.005, 1: 0.781, 2: 0.214}
    >>> print(*posterior.interval(change=1, n_changes=1))
    1994 1994
    """
    chosen = read_family(family)
    series = read_one_series(counts, periods)
    observed = read_series(series, chosen)
    odds = check_positive("changes_prior", changes_prior)
    length = check_room(min_length, len(observed))
    if max_changes is not None:
        check_whole("max_changes", max_changes, least=0)
    exact = weigh_segmentations(
        observed.counts,
        observed.exposures,
        family=chosen,
        prior=prior,
        changes_prior=odds,
        min_length=length,
        max_changes=DEFAULT_MAX_CHANGES if max_changes is None else max_changes,
    )
    return ChangePosterior(
        series=series,
        family=chosen.name,
        prior=exact.prior,
        changes_prior=odds,
        min_length=length,
        max_changes=exact.max_changes,
        scatter=chosen,
        observed=observed,
        exact=exact,
    )
