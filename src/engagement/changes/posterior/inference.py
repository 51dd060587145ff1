"""The way from a series to the posterior over its segmentations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.changes.posterior.answer import ChangePosterior
from engagement.changes.posterior.segmentation_inference import (
    CHANGES_PRIOR,
    DEFAULT_MAX_CHANGES,
    infer_counts,
    room_for,
)
from engagement.counting.panels import read_one_series
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.settings.checks import check_positive, check_room, check_whole

if TYPE_CHECKING:
    from engagement.counting.panels import CountsLike
    from engagement.counting.series import CountSeries
    from engagement.models.families import Family
    from engagement.models.priors import Prior

__all__ = ["change_posterior", "infer_series"]


def change_posterior(
    counts: CountsLike,
    *,
    periods: object = None,
    prior: Prior | None = None,
    changes_prior: float = CHANGES_PRIOR,
    family: str | Family = "auto",
    min_length: int | None = None,
    max_changes: int | None = None,
) -> ChangePosterior:
    """
    Compute the posterior over all segmentations of a series.

    The rate of each segment is integrated out over its prior on a grid, and all sets of changes
    are summed by forward-backward sums over the grid [1]_ [2]_. There is no sampling and
    nothing to tune.

    In a series of counts of 8,000 observed periods or more, changes are sought in the periods
    near the changes of a penalised segmentation and in 4,000 others at equal distances, each of
    which represents the periods around it; the notes say so. Memory and time then grow with the
    number of periods.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are passed over.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    prior
        Prior on the rate of each segment: a `GammaPrior`, or ``None`` for the scale-free
        `LogLogisticPrior` whose median is the series' own rate (of half an event where there
        is none). For the family ``gaussian`` a `NormalPrior`; ``None`` has the mean and the
        variance of the series' own rates.
    changes_prior
        By how much each further change is less probable beforehand: P(K changes) is
        proportional to its K-th power. Positive.
        Given K, all sets of K changes are equally probable beforehand.
    family
        What the values are taken to be. ``"auto"`` averages over Poisson counts, which have half
        of the probability beforehand, and negative binomial counts of many overdispersions, a
        two fifths of them with correlation between neighbouring periods; ``"poisson"`` and
        ``"negative_binomial"`` assert one; ``"gaussian"`` takes values that are no counts; or a
        family of your own settings, such as ``NegativeBinomial(dispersion=2.0)``. Overdispersion
        is judged within segments, over all segmentations, so that a change is not taken for it.
    min_length
        Least number of observed periods in a segment; ``None`` for 2, or 1 where there are
        fewer than four periods.
    max_changes
        Largest number of changes that is allowed for, as far as there is room; ``None`` for 20.

    Returns
    -------
    ChangePosterior
        Number, dates and sizes of changes, each with how sure it is.

    Raises
    ------
    SeriesError
        If a count is not whole, where the family asks for that; if rates lie so many standard
        deviations apart that no grid holds them, or the sums would not fit into memory.
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
    {0: 0.055, 1: 0.804, 2: 0.141}
    >>> print(*posterior.interval(change=1, n_changes=1))
    1994 1994
    """
    chosen = read_family(family)
    series = read_one_series(counts, periods)
    odds = check_positive("changes_prior", changes_prior)
    length = room_for(series.n_observed)
    if min_length is not None:
        length = check_room(min_length, series.n_observed)
    if max_changes is not None:
        max_changes = check_whole("max_changes", max_changes, least=0)
    return infer_series(
        series,
        chosen,
        prior=prior,
        changes_prior=odds,
        min_length=length,
        max_changes=DEFAULT_MAX_CHANGES if max_changes is None else max_changes,
    )


def infer_series(
    series: CountSeries,
    family: Family,
    *,
    min_length: int,
    prior: Prior | None = None,
    changes_prior: float = CHANGES_PRIOR,
    changed: float | None = None,
    max_changes: int = DEFAULT_MAX_CHANGES,
) -> ChangePosterior:
    """Compute the posterior of a series with settings that are checked, see `infer_counts`."""
    observed = read_series(series, family)
    exact, used = infer_counts(
        observed.counts,
        observed.exposures,
        observed.steps,
        family=family,
        prior=prior,
        changes_prior=changes_prior,
        changed=changed,
        min_length=min_length,
        max_changes=max_changes,
    )
    return ChangePosterior(
        series=series,
        family=family.name,
        prior=used,
        changes_prior=changes_prior,
        changed=changed,
        min_length=min_length,
        max_changes=exact.max_changes,
        asked_family=family,
        observed=observed,
        exact=exact,
    )
