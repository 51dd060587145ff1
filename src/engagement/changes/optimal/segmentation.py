"""The best segmentation of a series under a penalty for each change."""

from __future__ import annotations

from itertools import pairwise
from math import fsum, log, nan
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.changes.optimal.optimum import (
    best_changes,
    best_ways,
    changes_and_dispersion,
    cost_of,
    sums_between,
)
from engagement.changes.optimal.penalty_path import Way, penalty_ranges
from engagement.counting.panels import read_one_series
from engagement.counting.series import CountSeries
from engagement.display import Column, number_of
from engagement.errors import SettingError, shown
from engagement.models.families import read_family
from engagement.models.observed import label_of, read_series
from engagement.models.segment_costs import SegmentCost
from engagement.settings.checks import (
    LARGEST,
    check_room,
    check_whole,
    is_number,
    read_choice,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.counting.panels import CountsLike
    from engagement.models.families import Family

__all__ = ["Segmentation", "segment"]

PENALTIES = {"aic": "1", "bic": "log n", "mbic": "1.5 log n"}
"""What each named penalty takes for a change, n being the periods observed."""


@frozen(kw_only=True, repr=False)
class Segmentation(Answer):
    """
    The best segmentation of a series under a penalty, from `segment`.

    One row per segment: start, end (both observed), events, exposure_years, rate.
    """

    most_rows: ClassVar[int | None] = 60

    series: CountSeries
    """What was segmented."""
    family: str
    """What the counts were taken to be."""
    penalty: float
    """What each change costs, in units of log likelihood."""
    penalty_name: str
    """What was asked: a name or the number."""
    min_length: int
    """Least number of observed periods in a segment."""
    max_changes: int | None
    """Largest number of changes that was allowed; None where any was."""
    positions: tuple[int, ...]
    """Where in the periods of the series each new segment is first observed."""
    rates: tuple[float, ...]
    """Events per year in each segment, one more than changes; none if nothing was observed."""
    dispersion: float
    """
    Variance over mean within segments, 1 for Poisson counts; for the family ``gaussian`` the
    variance of the total of one year.
    """
    is_dispersion_given: bool
    """Whether the family asserts it, or it was found."""
    cost: float
    """
    The segments' costs without penalties: minus the log likelihood over the dispersion, but for
    a constant.
    """
    bounds: tuple[int, ...] = field(repr=False)
    """Where each segment starts among the observed periods, and the number of those."""
    _cost_of_segments: SegmentCost = field(repr=False)

    @property
    def dates(self) -> tuple[pd.Period, ...]:
        """The first observed period of each new segment."""
        return tuple(self.series.periods[list(self.positions)])

    @property
    def n_changes(self) -> int:
        """How many changes there are."""
        return len(self.positions)

    @property
    def objective(self) -> float:
        """What was minimised: the cost and the penalties."""
        return self.cost + self.penalty * self.n_changes

    def path(self, max_changes: int | None = None) -> pd.DataFrame:
        """
        Give the best segmentation for every number of changes.

        A number of changes that is never the best has no range: whatever the penalty, fewer
        changes or more are better. What it is listed with is the best for that number all the
        same.

        Parameters
        ----------
        max_changes
            Largest number of changes to tell of. ``None`` takes that of the call; if it had
            none, 20, or the number found if that is larger, up to 100.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``n_changes`` from 0 to *max_changes*, as far as there is room. ``cost``
            without penalties, ``penalty_low`` and ``penalty_high``, between which this number
            of changes is the best of all, those not listed too, both NaN where it never is,
            and ``dates`` as a tuple.

        Raises
        ------
        SettingError
            If *max_changes* is no whole number of at least 0.

        Examples
        --------
        >>> from engagement.counting.series import CountSeries
        >>> series = CountSeries.from_arrays([2, 1, 2, 9, 7, 8], range(1990, 1996))
        >>> path = segment(series).path()
        >>> path["penalty_low"].round(2).tolist()
        [6.77, 0.11, nan, 0.09, 0.03, 0.0]
        >>> path.loc[1, "dates"]
        (Period('1993', 'Y-DEC'),)
        """
        if max_changes is not None:
            wanted = check_whole("max_changes", max_changes, least=0)
        elif self.max_changes is not None:
            wanted = self.max_changes
        else:
            wanted = min(max(20, self.n_changes), 100)
        cost, dispersion = self._cost_of_segments, self.dispersion
        observed = read_series(self.series, read_family(self.family))
        most = min(wanted, max(len(observed) // self.min_length - 1, 0))

        def way(changes: Sequence[int]) -> Way:
            return Way(changes, cost_of(observed, cost, changes) / dispersion)

        def solve(penalty: float) -> Way:
            return way(best_changes(observed, cost, penalty * dispersion, self.min_length))

        ways = [way(changes) for changes in best_ways(observed, cost, most, self.min_length)]
        ranges = penalty_ranges(solve, ways)
        never = (nan, nan)
        return pd.DataFrame(
            {
                "cost": [one.cost for one in ways],
                "penalty_low": [ranges.get(number, never)[0] for number in range(most + 1)],
                "penalty_high": [ranges.get(number, never)[1] for number in range(most + 1)],
                "dates": [observed.dates(one.changes) for one in ways],
            },
            index=pd.RangeIndex(most + 1, name="n_changes"),
        )

    @property
    def title(self) -> str:
        """How many changes there are, and by what model and penalty."""
        named = f" ({self.penalty_name})" if self.penalty_name in PENALTIES else ""
        return (
            f"{label_of(self.series)}: {number_of(self.n_changes, 'change')}, family "
            f"{self._family_in_words()}, penalty {self.penalty:.4g} for each{named}"
        )

    @property
    def columns(self) -> list[Column]:
        """Where each segment lies, and its rate."""
        return [
            Column("start", "start"),
            Column("end", "end"),
            Column("events", "events", _in_digits),
            Column("exposure_years", "years", "{:.4g}"),
            Column("rate", "per year", _in_digits),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per segment."""
        observed = read_series(self.series, read_family(self.family))
        pairs = list(pairwise(self.bounds))
        first = observed.positions[[low for low, _ in pairs]]
        last = observed.positions[[high - 1 for _, high in pairs]]
        return pd.DataFrame(
            {
                "start": self.series.periods[first],
                "end": self.series.periods[last],
                "events": [float(observed.counts[low:high].sum()) for low, high in pairs],
                "exposure_years": [fsum(observed.exposures[low:high]) for low, high in pairs],
                "rate": list(self.rates),
            }
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """The cost, and what follows from the dispersion that was found."""
        cost = f"cost {self.cost:.6g}, with penalties {self.objective:.6g}"
        if self.is_dispersion_given or self.dispersion == 1:
            return (cost,)
        named = read_family(self.family).parameter_name
        if named != "dispersion":
            return (cost, f"{named} within segments {self.dispersion:.4g}, found from residuals")
        return (
            cost,
            (
                f"variance over mean within segments {self.dispersion:.3g} (1 for Poisson counts), "
                "by which log likelihoods are divided; "
                'family="poisson" assumes 1'
            ),
        )

    def _family_in_words(self) -> str:
        """Return the family, with its dispersion or variance, found or given."""
        if self.family == "poisson":
            return self.family
        return f"{self.family}, {read_family(self.family).parameter_name} {self.dispersion:.4g}"


def segment(
    counts: CountsLike,
    *,
    periods: object = None,
    family: str | Family = "auto",
    penalty: str | float = "mbic",
    min_length: int = 1,
    max_changes: int | None = None,
) -> Segmentation:
    """
    Find the segmentation with the least cost plus a penalty for each change.

    The cost of a segment is minus its largest log likelihood, divided by the dispersion; for S
    events in E years it is ``S - S log(S / E)`` over the variance over the mean [1]_. The minimum
    is exact: no segmentation does better. It says nothing on how sure the changes are, see
    `change_posterior`, nor whether there are any, see `scan_test`.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are skipped: they end no segment
        and have no cost.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    family
        What the values are taken to be. ``"auto"`` takes counts whose dispersion is not known:
        that of neighbouring periods, then that of the residuals within the segments found, until
        both agree, and never below that of Poisson counts. So a change is not taken for
        dispersion, nor dispersion for changes. ``"negative_binomial"`` does the same, or takes
        what is given, as in ``NegativeBinomial(dispersion=2.0)``. ``"poisson"`` asserts a
        dispersion of 1; ``"gaussian"`` takes values that are no counts, with their variance.
    penalty
        What a change has to gain in log likelihood: ``"aic"`` 1, ``"bic"`` log n, ``"mbic"``
        1.5 log n, n being the periods observed, or a number of at least 0.
    min_length
        Least number of observed periods in a segment.
    max_changes
        Largest number of changes; ``None`` for any.

    Returns
    -------
    Segmentation
        Changes as positions and dates, each the first observed period of the new segment.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be, or two segments find no room.

    References
    ----------
    .. [1] R. W. M. Wedderburn (1974), *Biometrika* 61(3), 439-447.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([2, 1, 2, 9, 7, 8], range(1990, 1996))
    >>> print(segment(series).summary())
    series: 1 change, family auto, dispersion 1, penalty 2.688 for each (mbic)
    <BLANKLINE>
    start  end   events  years  per year
    1990   1992       5      3     1.667
    1993   1995      24      3         8
    <BLANKLINE>
    cost -23.4607, with penalties -20.7731
    """
    chosen = read_family(family)
    series = read_one_series(counts, periods)
    observed = read_series(series, chosen)
    price = read_penalty(penalty, len(observed))
    length = check_room(min_length, len(observed))
    if max_changes is not None:
        max_changes = check_whole("max_changes", max_changes, least=0)
    cost, known = chosen.segment_cost(observed.counts, observed.exposures), chosen.known_dispersion
    if known is None:
        changes, dispersion = changes_and_dispersion(observed, cost, price, length)
    else:
        changes, dispersion = best_changes(observed, cost, price * known, length), known
    if max_changes is not None and len(changes) > max_changes:
        ways = best_ways(observed, cost, max_changes, length)
        totals = [cost_of(observed, cost, way) + price * dispersion * len(way) for way in ways]
        changes = ways[int(np.argmin(totals))]
    sums = sums_between(observed, cost, changes)
    return Segmentation(
        series=series,
        family=chosen.name,
        penalty=price,
        penalty_name=str(penalty),
        min_length=length,
        max_changes=max_changes,
        positions=tuple(int(observed.positions[place]) for place in changes),
        rates=tuple(float(rate) for rate in cost.rate(sums)),
        dispersion=dispersion,
        is_dispersion_given=known is not None,
        cost=fsum(cost.cost(sums)) / dispersion,
        bounds=(0, *changes, len(observed)) if len(observed) else (0,),
        cost_of_segments=cost,
    )


def _in_digits(value: float) -> str:
    """Write a number with four digits, and all of those before the point."""
    return f"{value:.0f}" if abs(value) >= 1e4 else f"{value:.4g}"


def read_penalty(penalty: object, n_observed: int) -> float:
    """
    Return what a change costs.

    Examples
    --------
    >>> read_penalty("bic", 100) == read_penalty(log(100), 100)
    True
    """
    if isinstance(penalty, str):
        rule = read_choice("penalty", penalty, {name: name for name in PENALTIES})
        size = log(max(n_observed, 1))
        return {"aic": 1.0, "bic": size, "mbic": 1.5 * size}[rule]
    if not is_number(penalty) or not 0 <= float(penalty) <= LARGEST:
        raise SettingError(
            f"penalty must be a finite number of at least 0, or one of "
            f"{', '.join(map(repr, PENALTIES))}, got {shown(penalty)}"
        )
    return float(penalty)
