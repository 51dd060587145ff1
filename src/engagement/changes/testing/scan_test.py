"""Is there any change? A scan over splits and windows, ranked among simulated series."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.changes.posterior.segmentation_inference import inverse_bayes_factor
from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.nulls import NULLS
from engagement.changes.testing.windows import Ranks, WindowSet
from engagement.counting.panels import read_one_series
from engagement.counting.series import CountSeries
from engagement.display import Column
from engagement.errors import SeriesError
from engagement.models.families import read_family
from engagement.models.observed import label_of, read_series
from engagement.settings.checks import MOST_DRAWS, check_whole, read_choice
from engagement.settings.seeds import Stream, read_seed, series_generator
from engagement.settings.tuned import ALIKE, GIVE_UP, MODEL_SHARE, STAGES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.changes.testing.nulls import Null
    from engagement.counting.panels import CountsLike
    from engagement.models.observed import ObservedPeriods

__all__ = ["ResamplingTable", "ScanTest", "make_table", "scan_test"]

_CHUNK = 2_000_000  # counts simulated at one time


class ResamplingTable:
    """
    The statistics of a series and of the simulated ones, to which more can be added.

    Parameters
    ----------
    rows
        Whole counts of the observed periods, shape ``(n_rows, n)``; two periods and one event
        at least. Several rows are as many draws of imprecise dates: their statistics are
        averaged, and simulated series are drawn from what each row looks like in turn.
    layout
        Where they stand.
    null
        What a series without change looks like.
    rng
        Where they are drawn from.
    """

    def __init__(
        self,
        rows: NDArray[np.float64],
        layout: NullLayout,
        null: Null,
        rng: np.random.Generator,
    ) -> None:
        self.counts = rows[0]
        self._draws = [null.prepare(row, layout) for row in rows if row.any()]
        self._rng = rng
        whole = rows.astype(np.int64)
        self._by_model = self._from_model(rows, layout)
        self._ranks: Ranks | None = None
        self.split = self.windows.splits.log_mean_ratios(whole).mean(keepdims=True)
        self.window = self.windows.inner.log_mean_ratios(whole).mean(keepdims=True)

    @property
    def windows(self) -> WindowSet:
        """What is scanned; not held, since it takes more room than all else here."""
        return WindowSet.of(self._draws[0].exposures)

    @property
    def n_draws(self) -> int:
        """Number of simulated series."""
        return len(self.split) - 1

    @property
    def ranks(self) -> Ranks:
        """How the observed series stands among all."""
        if self._ranks is None:
            self._ranks = Ranks.of(self.split, self.window)
        return self._ranks

    @property
    def p_value(self) -> float:
        """
        The rank of the observed series, or a bound by the model of counts where that is less.

        Where neighbours are alike, an order of the counts tells little of a change, for several
        levels make neighbours alike too. The Bayes factor of changes against none, which weighs
        memory against levels, is then asked as well: its inverse bounds a p-value [1]_. The bound
        has a twentieth of the level, the rank the rest.

        References
        ----------
        .. [1] V. Vovk and R. Wang (2021), *Annals of Statistics* 49(3), 1736-1754.
        """
        rank = self.ranks.p_value
        if self._by_model is None:
            return rank
        return min(rank / (1 - MODEL_SHARE), self._by_model / MODEL_SHARE, 1.0)

    def _from_model(self, rows: NDArray[np.float64], layout: NullLayout) -> float | None:
        """
        Bound the p-value by the Bayes factor, where neighbours are alike: mean over rows.

        There is no bound where the rates of a series lie too far apart for a grid.
        """
        alike = [getattr(draws, "dependence", 0.0) for draws in self._draws]
        if max(alike) < ALIKE:
            return None
        steps = np.concatenate([[1.0], layout.steps])
        pairs = zip(rows[rows.any(axis=1)], self._draws, strict=True)
        try:
            bounds = [inverse_bayes_factor(row, draws.exposures, steps) for row, draws in pairs]
        except SeriesError:
            return None
        return float(np.mean(bounds))

    @property
    def is_at_floor(self) -> bool:
        """Whether no simulated series is as uneven, by splits or by windows."""
        ranks = self.ranks
        return min(ranks.p_split, ranks.p_window) <= 1 / (self.n_draws + 1)

    def grow_to(self, n_draws: int) -> None:
        """Add simulated series until there are so many."""
        step = max(_CHUNK // len(self.counts), 1)
        self._ranks = None
        while self.n_draws < n_draws:
            n_rows = min(step, n_draws - self.n_draws)
            shares = np.diff(np.linspace(0, n_rows, len(self._draws) + 1).astype(np.int64))
            rows = np.concatenate(
                [
                    draws.draw(int(share), self._rng)
                    for draws, share in zip(self._draws, shares, strict=True)
                    if share
                ]
            )
            self.split = np.append(self.split, self.windows.splits.log_mean_ratios(rows))
            self.window = np.append(self.window, self.windows.inner.log_mean_ratios(rows))

    def grow_in_stages(self) -> None:
        """Add simulated series as long as the p-value may turn out small."""
        for n_draws in STAGES:
            self.grow_to(n_draws)
            if self.p_value > GIVE_UP:
                break


@frozen(kw_only=True, eq=False, repr=False)
class ScanTest(Answer):
    """
    Whether a series has any change, from `scan_test`.

    A row for the splits and one for the inner windows: kind, statistic, p_value (of this kind
    alone), and for the best: start (first observed period of the new regime), end (last observed
    period of it), rate_within and rate_without, events per year in and out of it.
    """

    series: CountSeries
    """What was tested."""
    null: str
    """What a series without change was taken to look like."""
    season: int | None
    """Periods after which a season comes again; None for none."""
    p_value: float
    """
    Chance that a series without change looks at least as uneven; 1 where nothing can be seen.
    """
    statistic: float
    """Log of the mean likelihood ratio over splits or over inner windows, whichever is larger."""
    kind: str | None
    """Which of these: ``split`` or ``window``; None where nothing can be seen."""
    date: pd.Period | None
    """First observed period of the new regime of the split or window with the largest ratio."""
    n_draws: int
    """How many series were simulated."""
    _rows: tuple[tuple[str, float, float, int, int], ...] = field(repr=False)

    @property
    def p_error(self) -> float:
        """Monte Carlo standard error of the p-value."""
        return sqrt(self.p_value * (1 - self.p_value) / (self.n_draws + 1))

    @property
    def title(self) -> str:
        """The series and the p-value."""
        told = "impossible" if self.date is None else f"p = {self.p_value:.4g}"
        return f"{label_of(self.series)}: test for any change, {told}"

    @property
    def columns(self) -> list[Column]:
        """The statistic and the best split or window of each kind."""
        return [
            Column("kind", "kind"),
            Column("statistic", "statistic", "{:.4g}"),
            Column("p_value", "p", "{:.4g}"),
            Column("start", "start"),
            Column("end", "end"),
            Column("rate_within", "per year within", "{:.4g}"),
            Column("rate_without", "outside", "{:.4g}"),
        ]

    @property
    def rows(self) -> list[dict[str, object]]:
        """One row per kind."""
        observed = read_series(self.series, read_family("poisson"))
        rows = []
        for kind, statistic, p_value, start, end in self._rows:
            within = slice(start, end)
            events = observed.counts[within].sum(), observed.counts.sum()
            years = observed.exposures[within].sum(), observed.exposures.sum()
            rows.append(
                {
                    "kind": kind,
                    "statistic": statistic,
                    "p_value": p_value,
                    "start": observed.date(start),
                    "end": observed.date(end - 1),
                    "rate_within": events[0] / years[0],
                    "rate_without": (events[1] - events[0]) / (years[1] - years[0]),
                }
            )
        return rows

    @property
    def notes(self) -> tuple[str, ...]:
        """What was asked, and where the change is most likely."""
        if self.date is None:
            return ("no test can say: there are no events, or fewer than two observed periods",)
        season = f", season of {self.season} periods" if self.season else ""
        return (
            f"most likely from {self.date}",
            (
                f"{self.n_draws} simulated series, null {self.null}{season}; Monte Carlo standard "
                f"error of p {self.p_error:.2g}"
            ),
        )


def scan_test(
    counts: CountsLike,
    *,
    periods: object = None,
    null: str = "robust",
    season: int | None = None,
    n_draws: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> ScanTest:
    """
    Test whether a series has any change.

    The likelihood ratio of two rates against one is averaged over all splits in two, and over
    inner windows of growing lengths, so that a lasting change is seen and a burst too. Both
    means are ranked among those of simulated series without change, and the smaller rank,
    weighted 3 to 2, is ranked once more. What the simulated series look like is the *null*.

    ``"robust"`` puts the counts into another order, in which neighbouring periods are as alike
    as those of the series appear to be. It nearly holds its size for any overdispersion,
    for mild autocorrelation, with a season, and where exposures differ. Where neighbours are
    alike, because they depend on one another or because the series has several levels, the
    model of `change_posterior` is asked too, and its Bayes factor may make the p-value smaller.

    ``"permutation"`` does that as if periods were independent: exact if they are and are
    observed equally long, whatever the distribution of the counts.

    ``"poisson"`` draws the periods of the same events in proportion to exposure. It is exact
    however sparse the counts, and finds most, if events come independently of one another. If
    counts vary more than that, its p-value is too small.

    Parameters
    ----------
    counts
        Counts with exposures. Periods without exposure are passed over.
    periods
        Periods of *counts* where that is an array, see `CountSeries.from_arrays`.
    null
        What a series without change looks like: ``"robust"``, ``"permutation"`` or
        ``"poisson"``.
    season
        Periods after which a season comes again, such as 12 for months: each slot of the season
        may have a rate of its own, and counts are simulated slot by slot. ``None`` for none.
    n_draws
        Series to simulate. ``None`` for 99, and 999 if the p-value is then at most 0.2.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    ScanTest
        The p-value, and where the strongest sign of a change is. Without events, or with one
        observed period, the p-value is 1 and the date None.

    Raises
    ------
    SeriesError
        If a count is not whole.
    SettingError
        If a setting is outside of what it may be.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> counts = [2, 1, 2, 0, 1, 1, 2, 9, 7, 8, 6, 9, 7]
    >>> series = CountSeries.from_arrays(counts, range(1990, 2003))
    >>> test = scan_test(series)
    >>> print(test.date, test.p_value)
    1997 0.001
    """
    chosen = read_choice("null", null, NULLS)
    if season is not None:
        season = check_whole("season", season, least=2)
    if n_draws is not None:
        n_draws = check_whole("n_draws", n_draws, least=1, most=MOST_DRAWS)
    series = read_one_series(counts, periods)
    observed = read_series(series, read_family("poisson"))
    source = rng if isinstance(rng, np.random.Generator) else read_seed(rng)
    table = make_table(observed, chosen, source, season=season)
    if table is None:
        return ScanTest(
            series=series,
            null=null,
            season=season,
            p_value=1.0,
            statistic=0.0,
            kind=None,
            date=None,
            n_draws=0,
            rows=(),
        )
    if n_draws is None:
        table.grow_in_stages()
    else:
        table.grow_to(n_draws)
    return _answer(series, observed, (null, season), table)


def make_table(
    observed: ObservedPeriods,
    null: Null,
    rng: np.random.Generator | int,
    *,
    season: int | None = None,
    rows: NDArray[np.float64] | None = None,
) -> ResamplingTable | None:
    """Begin a resampling table for a series, or return None where no test can say anything."""
    if len(observed) < 2 or not observed.total:
        return None
    if not isinstance(rng, np.random.Generator):
        rng = series_generator(rng, observed.counts, stream=Stream.SCAN)
    counts = observed.counts[None, :] if rows is None else rows
    return ResamplingTable(counts, NullLayout.of_observed(observed, season), null, rng)


def _answer(
    series: CountSeries,
    observed: ObservedPeriods,
    asked: tuple[str, int | None],
    table: ResamplingTable,
) -> ScanTest:
    """Turn a table into an answer with dates."""
    ranks = table.ranks
    rows, strengths = [], []
    for kind, windows, statistics, p_value in (
        ("split", table.windows.splits, table.split, ranks.p_split),
        ("window", table.windows.inner, table.window, ranks.p_window),
    ):
        if len(windows):
            ratio, start, end = windows.best(table.counts)
            if not start:  # a split is dated by what comes after it
                start, end = end, len(observed)
            rows.append((kind, float(statistics[0]), p_value, start, end))
            strengths.append((float(statistics[0]), ratio))
    place = strengths.index(max(strengths))
    kind, statistic, _, start, _ = rows[place]
    return ScanTest(
        series=series,
        null=asked[0],
        season=asked[1],
        p_value=table.p_value,
        statistic=statistic,
        kind=kind,
        date=observed.date(start),
        n_draws=table.n_draws,
        rows=tuple(rows),
    )
