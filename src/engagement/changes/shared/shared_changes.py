"""Changes that several series have in common, and which of them take part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen
from numpy.typing import NDArray

from engagement.answers import SeveralAnswer
from engagement.changes.shared.members import (
    Participation,
    SharedChange,
    TotalChange,
    compare_total,
)
from engagement.changes.shared.panel import ReadyPanel
from engagement.changes.shared.sampler import PanelDraw, SharedDates, draw_dates
from engagement.counting.counts import Counts
from engagement.counting.panels import read_counts, read_panel
from engagement.display import Column, names, number_of
from engagement.errors import SeriesError, SettingError
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.settings.checks import MOST_DRAWS, check_positive, check_share, check_whole
from engagement.settings.seeds import read_generator
from engagement.settings.tuned import N_BEFORE, SURE

if TYPE_CHECKING:
    from engagement.counting.panels import CountsLike
    from engagement.counting.series import CountSeries
    from engagement.models.families import Family

__all__ = ["SharedChanges", "shared_changes"]

Floats = NDArray[np.float64]

_MOST_CELLS = 10_000_000  # series times periods squared: some seconds


@frozen(kw_only=True, eq=False, repr=False)
class SharedChanges(SeveralAnswer[SharedChange]):
    """
    Changes in common and who takes part, from `shared_changes`.

    Iterating gives each `SharedChange`; ``len`` is their number. One row per shared change and
    series: ``change`` from 1, ``date``, ``date_low``, ``date_high``, ``probability``; one column
    per axis; ``takes_part``, a probability, and ``ratio``.
    """

    found: tuple[SharedChange, ...]
    """The shared changes with a probability of at least 0.8, by date."""
    n_shared: pd.Series
    """Probability of each number of dates at which two or more series change; sums to one."""
    own: pd.Series
    """Expected number of changes that each series has alone, by its label."""
    total: tuple[TotalChange, ...]
    """Changes of the sum of all series, each with what its members do."""
    by: tuple[str, ...]
    """Names of the axes."""
    level: float
    """Level of the intervals."""
    changes_prior: float
    """By how much each further date is less probable beforehand."""
    shared_prior: float
    """Probability beforehand that any number of series may take part at a date."""
    family: str
    """What the counts were taken to be."""
    dispersion: float
    """Variance over mean within segments, the mean over all series; 1 for Poisson counts."""
    dependence: float
    """Correlation of neighbouring periods within segments, the mean over all series."""
    n_draws: int
    """How many sets of dates were drawn."""
    disagreement: float
    """Largest difference of a probability above between the two chains that were run."""
    _periods: pd.PeriodIndex = field(repr=False)

    @property
    def _items(self) -> tuple[SharedChange, ...]:
        return self.found

    @staticmethod
    def _label(one: SharedChange) -> str:
        return str(one.date)

    @property
    def title(self) -> str:
        """How many shared changes there are, and how sure that number is."""
        chances = [f"{k}: {p:.2f}" for k, p in self.n_shared.items() if p >= _WORTH_A_LINE]
        return (
            f"{number_of(len(self), 'shared change')} of {len(self.own)} series; probability of "
            f"each number {', '.join(chances)}"
        )

    @property
    def columns(self) -> list[Column]:
        """The date of each change, and whether each series takes part."""
        dates = names("date", "date_low", "date_high", dtype=self._periods.dtype)
        return [*names("change"), *dates, *names("probability", *self.by, "takes_part", "ratio")]

    @property
    def rows(self) -> list[dict[str, object]]:
        """One row per shared change and series."""
        return [
            {"change": change.number}
            | {name: getattr(change, name) for name in ("date", "date_low", "date_high")}
            | {"probability": change.probability}
            | {name: member.axes[name] for name in self.by}
            | {"takes_part": member.probability, "ratio": member.ratio}
            for change in self.found
            for member in change.members
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is exact, what was drawn, and the priors."""
        found = f"overdispersion {self.dispersion:.3g}" if self.dispersion > 1 else "Poisson counts"
        if self.dependence:
            found += f", neighbouring periods correlated by {self.dependence:.2g}"
        return (
            (
                "given dates, who takes part and all rates are summed over exactly; dates are "
                f"sampled: {self.n_draws} draws from two chains, which differ by "
                f"{self.disagreement:.2f} at most in a probability above"
            ),
            (
                f"prior: {self.changes_prior * self.shared_prior:.3g} dates expected at which "
                "several series may take part, with one uniform probability for all, and "
                f"{self.changes_prior * (1 - self.shared_prior):.3g} changes of each series alone; "
                "dates uniform; each rate log-logistic about the series' own rate"
            ),
            (
                f"family {self.family}: within segments {found}, the most probable for all series "
                "together; independent from series to series"
            ),
            "shared: two or more series take part; listed, and yes, from a probability of 0.8 on",
        )


_WORTH_A_LINE = 0.005  # probability of a number of changes


def shared_changes(
    counts: CountsLike,
    *,
    level: float = 0.95,
    changes_prior: float = 0.25,
    shared_prior: float = 0.1,
    family: str | Family = "auto",
    n_draws: int = 1000,
    rng: np.random.Generator | int | None = None,
) -> SharedChanges:
    """
    Find the dates at which several series change together, and which of them take part.

    A set of dates is common to the panel. A date is of one of two kinds: either a single series
    changes, or every series takes part with the same probability, which has a uniform prior,
    independently of the others and of other dates. Where a series takes part, its rate is drawn
    from its own prior. This is the model of Fan and Mackey [1]_ for counts, with exposures,
    unobserved periods and changes of single series.

    Given the dates, the sums over who takes part and over all rates are exact. The sets of
    dates are sampled: a date is moved by drawing from its exact conditional distribution, and
    added or dropped by Metropolis-Hastings steps. Two chains are run from different starts, and
    the answer says by how much they differ.

    A shared change is a date at which two or more series take part. Their most probable number
    is taken, each is dated, and those with a probability of at least 0.8 are listed. Changes
    of a single series are counted separately.

    Parameters
    ----------
    counts
        A panel with two series or more. They should not count the same events twice.
    level
        Level of the intervals, strictly between 0 and 1.
    changes_prior
        How many dates to expect beforehand, over all periods and apart from the next setting.
        Positive.
    shared_prior
        *changes_prior* times this are expected of the second kind, and times ``1 -
        shared_prior`` of each single series. Strictly between 0 and 1.
    family
        What the counts are taken to be, see `change_posterior`. Of the components of ``"auto"``
        that is taken which explains all series best, each with changes of its own.
    n_draws
        How many sets of dates to draw, at least 100.
    rng
        A generator or a seed; ``None`` for a fixed seed.

    Returns
    -------
    SharedChanges
        The changes with their dates and members, and what the members do where their sum
        changes.

    Raises
    ------
    SeriesError
        If there are fewer than two series, a count is not whole, or the panel is too large.
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] Z. Fan and L. Mackey (2017), *Annals of Applied Statistics* 11(4), 2200-2221.
    """
    level = check_share("level", level)
    odds = check_positive("changes_prior", changes_prior)
    sharing = check_share("shared_prior", shared_prior)
    size = check_whole("n_draws", n_draws, least=100, most=MOST_DRAWS)
    table, panel = _read_panel(counts)
    everyone = panel
    panel = [series for series in panel if series.exposure_years.any()] or panel
    chosen = read_family(family)
    if not chosen.whole_counts:
        raise SettingError(f"family must be one of counts, got '{chosen.name}'")
    ready = ReadyPanel.of(panel, table.periods, chosen, (odds, sharing))
    generator = read_generator(rng)
    chains = [
        list(
            draw_dates(
                ready.model,
                start=start,
                n_draws=(size + 1) // 2,
                n_before=N_BEFORE,
                rng=generator,
            )
        )
        for start in (SharedDates(), ready.crowded())
    ]
    answers = [_Answer(ready, chain, level) for chain in chains]
    draws = [draw for chain in chains for draw in chain]
    whole = _Answer(ready, draws, level)
    return SharedChanges(
        found=tuple(
            evolve(change, members=_of_all(change.members, everyone)) for change in whole.changes()
        ),
        n_shared=whole.numbers(),
        own=whole.own(),
        total=compare_total(
            panel,
            draws,
            periods=ready.periods,
            order=ready.order,
            family=chosen,
            level=level,
        ),
        by=table.by,
        level=level,
        changes_prior=odds,
        shared_prior=sharing,
        family=chosen.name,
        dispersion=ready.dispersion,
        dependence=ready.dependence,
        n_draws=len(draws),
        disagreement=whole.disagreement(answers),
        periods=table.periods,
    )


def _of_all(
    members: tuple[Participation, ...], panel: list[CountSeries]
) -> tuple[Participation, ...]:
    """Put series that were never observed among those that may take part."""
    known = {tuple(member.axes.items()): member for member in members}
    silent = {"probability": np.nan, "ratio": np.nan}
    return tuple(
        known.get(tuple(series.axes.items())) or Participation(axes=dict(series.axes), **silent)
        for series in panel
    )


def _read_panel(given: object) -> tuple[Counts, list[CountSeries]]:
    counts = read_counts(given)
    panel, _ = read_panel(counts)
    if not isinstance(counts, Counts) or len(panel) < 2:
        raise SeriesError(f"two series or more are needed, got {len(panel)}")
    cells = len(panel) * (len(counts.periods) + 1) ** 2
    if cells > _MOST_CELLS:
        raise SeriesError(
            f"{len(panel)} series of {len(counts.periods)} periods are too many: series times "
            f"periods squared must be at most {_MOST_CELLS:,}; use counts.resample, or fewer series"
        )
    for series in panel:
        read_series(series, read_family("poisson"))
    return counts, panel


class _Answer:
    """What a number of draws says."""

    def __init__(self, ready: ReadyPanel, draws: list[PanelDraw], level: float) -> None:
        self.ready = ready
        self.draws = draws
        self.tail = (1 - level) / 2
        shared = [np.flatnonzero(draw.taking.sum(axis=0) >= 2) for draw in draws]
        self.sizes = np.array([len(columns) for columns in shared])
        counted = np.bincount(self.sizes)
        self.number = int(np.argmax(counted))
        self.chances = counted / len(draws)
        kept = np.flatnonzero(self.sizes == self.number)
        self.kept = [draws[k] for k in kept]
        self.columns = [shared[k] for k in kept]
        self.shared_places = [
            draw.places[columns] for draw, columns in zip(draws, shared, strict=True)
        ]

    def numbers(self) -> pd.Series:
        index = pd.RangeIndex(len(self.chances), name="n_shared")
        return pd.Series(self.chances, index=index, name="probability")

    def own(self) -> pd.Series:
        """Count the changes that each series has alone, in the order of the panel."""
        alone = np.zeros(len(self.ready.order))
        for draw in self.draws:
            alone += draw.taking[:, draw.taking.sum(axis=0) == 1].sum(axis=1)
        labels = [" ".join(axes.values()) for axes in self.ready.axes]
        back = np.argsort(self.ready.order)
        return pd.Series(
            (alone / len(self.draws))[back],
            index=pd.Index([labels[k] for k in back], name="series"),
            name="own_changes",
        )

    def spans(self) -> list[tuple[int, int, int]]:
        """Give each shared change's most probable place, and the ends of its interval."""
        drawn = np.array(
            [draw.places[columns] for draw, columns in zip(self.kept, self.columns, strict=True)]
        ).reshape(len(self.kept), self.number)
        ends = np.quantile(drawn, [self.tail, 1 - self.tail], axis=0, method="inverted_cdf")
        return [
            (best, min(int(low), best), max(int(high), best))
            for best, low, high in zip(_increasing_modes(drawn), *ends, strict=True)
        ]

    def probability(self, low: int, high: int) -> float:
        """Return how often some shared change lies in a span."""
        return float(
            np.mean(
                [bool(((places >= low) & (places <= high)).any()) for places in self.shared_places]
            )
        )

    def taking(self, which: int) -> Floats:
        """Return how often each series takes part in a shared change."""
        taken = [
            draw.taking[:, columns[which]]
            for draw, columns in zip(self.kept, self.columns, strict=True)
        ]
        return np.asarray(np.mean(taken, axis=0), dtype=np.float64)

    def changes(self) -> tuple[SharedChange, ...]:
        ready, back = self.ready, np.argsort(self.ready.order)
        ratios = ready.ratios(self.kept, self.columns)
        found = []
        for which, (place, low, high) in enumerate(self.spans()):
            inside = ready.model.can_change[:, low : high + 1].any(axis=1)
            taking = np.where(inside, self.taking(which), np.nan)
            found.append(
                SharedChange(
                    number=which + 1,
                    date=ready.periods.date(place),
                    date_low=ready.periods.earliest(low),
                    date_high=ready.periods.date(high),
                    probability=self.probability(low, high),
                    members=tuple(
                        Participation(
                            axes=ready.axes[k],
                            probability=float(taking[k]),
                            ratio=float(ratios[k, which]),
                        )
                        for k in back
                    ),
                )
            )
        listed = [change for change in found if change.probability >= SURE]
        return tuple(evolve(change, number=k) for k, change in enumerate(listed, 1))

    def disagreement(self, others: list[_Answer]) -> float:
        """Compare two halves by the probabilities of the changes found in both together."""
        first, second = others
        gaps = [abs(a - b) for a, b in zip(_padded(first), _padded(second), strict=True)]
        for _, low, high in self.spans():
            gaps.append(abs(first.probability(low, high) - second.probability(low, high)))
            for k in range(len(self.ready.order)):
                a, b = (one.takes_part_within(k, low, high) for one in others)
                gaps.append(abs(a - b))
        return float(max(gaps))

    def takes_part_within(self, series: int, low: int, high: int) -> float:
        """Return how often a series changes in a span."""
        hits = [
            bool(draw.taking[series, (draw.places >= low) & (draw.places <= high)].any())
            for draw in self.draws
        ]
        return float(np.mean(hits))


def _increasing_modes(drawn: NDArray[np.intp]) -> list[int]:
    """Return the most frequent place of each column, such that they increase."""
    n_places = int(drawn.max(initial=0)) + 1
    score = np.zeros(n_places)
    origins: list[NDArray[np.intp]] = []
    for column in drawn.T:
        often = np.log(np.bincount(column, minlength=n_places) + 1e-9)
        origin = np.array([np.argmax(score[:place]) if place else 0 for place in range(n_places)])
        before = score[origin] if origins else np.zeros(n_places)
        score = np.where(np.arange(n_places) > len(origins), before + often, -np.inf)
        origins.append(origin)
    if not origins:
        return []
    places = [int(np.argmax(score))]
    for origin in reversed(origins[1:]):
        places.append(int(origin[places[-1]]))
    return places[::-1]


def _padded(answer: _Answer) -> Floats:
    padded = np.zeros(64)
    padded[: min(len(answer.chances), 64)] = answer.chances[:64]
    return padded
