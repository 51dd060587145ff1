"""Rates of countries, channels and spans compared, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen

from engagement.answers import SeveralAnswer
from engagement.counting.counts import Counts
from engagement.counting.multiple_testing import holm
from engagement.counting.panels import read_counts, read_panel
from engagement.display import Column, axis_columns, percent
from engagement.errors import LabelError, SettingError, shown, suggest
from engagement.intensity.spans import are_found, read_spans
from engagement.models.families import read_family
from engagement.models.observed import read_series
from engagement.settings.checks import check_share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engagement.changes.detect.found import Changes
    from engagement.changes.optimal.segmentation import Segmentation
    from engagement.counting.panels import CountsLike
    from engagement.counting.series import CountSeries
    from engagement.intensity.spans import BySegment

__all__ = ["RateComparison", "RateRatio", "compare_rates", "exact_ratio"]

SEGMENT = "segment"
"""What stands for spans where an axis could be named."""

_TOLD = "exact given the total, twice the smaller tail, consistent with the intervals"

_Side = tuple[str, int, float]  # label, events and years
_Pair = tuple[Mapping[str, str], _Side, _Side, int]  # labels in common, both, events on both sides


@frozen(kw_only=True, eq=False)
class RateRatio:
    """One rate against another."""

    axes: Mapping[str, str]
    """What the two have in common: a label on each axis that is not compared."""
    first: str
    """What is compared: its label, or its span."""
    second: str
    """What it is compared with."""
    n_events: tuple[int, int]
    """Events of the first and of the second."""
    exposure_years: tuple[float, float]
    """Years observed of both."""
    n_shared: int
    """Events that stand on both sides, such as one with several countries."""
    ratio: float
    """Rate of the first over that of the second; NaN where neither has an event."""
    low: float
    """Lower end of the exact interval."""
    high: float
    """Upper end; infinite where the second has no events."""
    p_value: float
    """That of equal rates, two-sided; NaN where either was not observed."""
    p_adjusted: float
    """Corrected for the number of comparisons."""

    @property
    def is_tested(self) -> bool:
        """Whether both were observed."""
        return bool(np.isfinite(self.p_value))


@frozen(kw_only=True, eq=False, repr=False)
class RateComparison(SeveralAnswer[RateRatio]):
    """
    Rates compared in pairs, from `compare_rates`.

    Iterating gives each `RateRatio`; ``len`` is their number. Its rows are the comparisons: one
    column for each axis that is not compared, then first, second, n_events_first, n_events_second,
    exposure_years_first, exposure_years_second, n_shared, ratio, low, high, p_value and
    p_adjusted.
    """

    ratios: tuple[RateRatio, ...]
    """Every comparison."""
    by: tuple[str, ...]
    """Names of the axes that are not compared."""
    over: str
    """The axis that is compared, or ``segment``."""
    reference: str | None
    """The label that all were compared with; None where all pairs, or each span with the next."""
    level: float
    """Level of each interval by itself."""

    @property
    def _items(self) -> tuple[RateRatio, ...]:
        return self.ratios

    @staticmethod
    def _label(one: RateRatio) -> str:
        return f"{one.first} / {one.second}"

    @property
    def title(self) -> str:
        """What is compared."""
        return f"rate ratios over {self.over}"

    @property
    def columns(self) -> list[Column]:
        """Both sides of each comparison, and their ratio with its interval."""
        return [
            *axis_columns(self.by),
            Column("first", "first", dtype="str"),
            Column("second", "second", dtype="str"),
            _column("n_events", 0, "first: events / years"),
            _column("n_events", 1, "second: events / years"),
            _column("exposure_years", 0),
            _column("exposure_years", 1),
            Column("n_shared"),
            Column("ratio", "rate ratio", "{:.3g}"),
            Column(
                "low",
                f"{percent(self.level)} interval",
                "{:.3g} to {high:.3g}",
                missing="not observed",
            ),
            Column("high"),
            Column("p_value", "p", "{:.3g}"),
            Column("p_adjusted", "adjusted p", "{:.3g}"),
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the ratios should know."""
        tested = sum(one.is_tested for one in self.ratios)
        notes = [
            f"p-values: {_TOLD}",
            "p-values and intervals assume Poisson counts; estimate_rate gives the dispersion",
        ]
        if tested > 1:
            notes.append(
                f"adjusted over {tested} comparisons by the rule of Holm; each interval is for "
                "one comparison alone"
            )
        if any(one.n_shared for one in self.ratios):
            notes.append(
                "some events stand on both sides, which makes the sides alike: p-values are then "
                "too large rather than too small, and intervals too wide"
            )
        if self.over != SEGMENT:
            notes.append("only periods that were observed in both are compared")
        if tested < len(self):
            notes.append(f"{len(self) - tested} could not be compared: nothing observed in common")
        return tuple(notes)


def _column(name: str, place: int, heading: str | None = None) -> Column:
    """Declare the column of one side, and beside its events the years."""
    side = ("first", "second")[place]
    return Column(
        f"{name}_{side}",
        heading,
        f"{{}} / {{exposure_years_{side}:.4g}}",
        value=lambda one: getattr(one, name)[place],
    )


def compare_rates(
    counts: CountsLike,
    *,
    over: str,
    by_segment: Segmentation | Changes | Iterable[object] | None = None,
    reference: str | None = None,
    level: float = 0.95,
) -> RateComparison:
    """
    Compare rates in pairs: countries, channels, or spans of time.

    Given the events of both, those of the first are binomial if counts are Poisson; from that
    come exact p-values and the exact interval of the ratio [1]_, however few the events. A
    p-value is twice the smaller tail, so that it is at most 0.05 where the interval of level
    0.95 excludes 1 [2]_. P-values are also adjusted over all comparisons by Holm's rule, which
    holds whatever their dependence.

    Parameters
    ----------
    counts
        Whole numbers; one series has spans alone to compare.
    over
        The axis whose labels are compared, within each combination of the others and over the
        periods that were observed in both, so that a difference between years is not taken for
        one between countries; or ``"segment"`` to compare each span with the one before it.
    by_segment
        Several dates, or several pairs of dates, as in `estimate_rate`; needed for
        ``over="segment"``. Segments that were found in counts are refused: that their rates
        differ is why they were found.
    reference
        A label to compare all others with; ``None`` compares all pairs.
    level
        Coverage of each interval, strictly between 0 and 1.

    Returns
    -------
    RateComparison
        A ratio for each pair.

    Raises
    ------
    SeriesError
        If a count is not whole.
    LabelError
        If there is no such axis or label.
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] C. J. Clopper and E. S. Pearson (1934), *Biometrika* 26(4), 404-413.
    .. [2] M. P. Fay (2010), *Biostatistics* 11(2), 373-374.

    Examples
    --------
    >>> from engagement.counting.series import CountSeries
    >>> series = CountSeries.from_arrays([1, 0, 2, 4, 6, 5], range(1990, 1996))
    >>> found = compare_rates(series, over="segment", by_segment=["1993"])[0]
    >>> print(found.first, found.ratio, round(found.low, 2), round(found.high, 1))
    1993 to 1995 5.0 1.41 26.9
    """
    level = check_share("level", level)
    if not isinstance(over, str):
        raise SettingError(f"over must name an axis or be 'segment', got {shown(over)}")
    if reference is not None and not isinstance(reference, str):
        raise SettingError(f"reference must be a label or None, got {shown(reference)}")
    table = read_counts(counts)
    panel, by = read_panel(table)
    if over == SEGMENT:
        _check_segments(by_segment, reference)
        pairs = [pair for series in panel for pair in _pairs_of_spans(series, by, by_segment)]
    else:
        labelled = _check_labels(table, over, by_segment, reference)
        pairs = _pairs_of_labels(labelled, over, reference)
    ratios = [_compare(*pair, level) for pair in pairs]
    adjusted = holm(np.array([one.p_value for one in ratios], dtype=np.float64))
    return RateComparison(
        ratios=tuple(
            evolve(one, p_adjusted=float(p)) for one, p in zip(ratios, adjusted, strict=True)
        ),
        by=tuple(name for name in by if name != over),
        over=over,
        reference=reference,
        level=level,
    )


def _check_segments(by_segment: BySegment, reference: str | None) -> None:
    if by_segment is None:
        raise SettingError("over='segment' needs by_segment: dates at which new spans begin")
    if are_found(by_segment):
        raise SettingError(
            "segments that were found in counts cannot be tested on them, for their difference is "
            "why they were found; detect_changes gives ratios that account for the search, and "
            "dates that were fixed beforehand can be given here"
        )
    if reference is not None:
        raise SettingError(
            f"reference is a label of an axis, and spans are compared with the one before, "
            f"got {shown(reference)}"
        )


def _check_labels(
    source: Counts | CountSeries, over: str, by_segment: BySegment, reference: str | None
) -> Counts:
    if not isinstance(source, Counts):
        raise SettingError(f"a single series is compared over 'segment', got over={shown(over)}")
    if by_segment is not None:
        raise SettingError(
            f"by_segment goes with over='segment', got over={shown(over)}; to compare labels "
            "within a span, count with that window"
        )
    known = (*source.axes, SEGMENT)
    if over not in known:
        listed = ", ".join(f"'{name}'" for name in known)
        raise LabelError(
            f"unknown axis {shown(over)}; what can be compared is {listed}"
            + suggest(str(over), known)
        )
    if reference is not None and reference not in source.axes[over]:
        listed = ", ".join(f"'{label}'" for label in source.axes[over])
        raise LabelError(
            f"axis '{over}' has no label {shown(reference)}; it has {listed}"
            + suggest(str(reference), source.axes[over])
        )
    return source


def _pairs_of_spans(series: CountSeries, by: tuple[str, ...], by_segment: BySegment) -> list[_Pair]:
    counts, years = _arrays(series)
    sides = [
        _side(span.label, counts, years, span.inside) for span in read_spans(series, by_segment)
    ]
    axes = dict(series.axes) or {by[0]: series.name or "series"}
    return [(axes, after, before, 0) for before, after in pairwise(sides)]


def _pairs_of_labels(source: Counts, over: str, reference: str | None) -> list[_Pair]:
    groups: dict[tuple[tuple[str, str], ...], list[CountSeries]] = {}
    for series in source.all_series():
        rest = tuple((name, label) for name, label in series.axes.items() if name != over)
        groups.setdefault(rest, []).append(series)
    pairs: list[_Pair] = []
    for rest, members in groups.items():
        chosen = list(combinations(members, 2))
        if reference is not None:
            (base,) = (one for one in members if one.axes[over] == reference)
            chosen = [(one, base) for one in members if one is not base]
        for both in chosen:
            kept = both[0].observed & both[1].observed
            first, second = (_side(one.axes[over], *_arrays(one), kept) for one in both)
            behind = [_events_behind(source, one, kept) for one in both]
            pairs.append((dict(rest), first, second, len(behind[0] & behind[1])))
    return pairs


def _side(
    label: str, counts: NDArray[np.float64], years: NDArray[np.float64], kept: NDArray[np.bool_]
) -> _Side:
    return label, int(counts[kept].sum()), float(years[kept].sum())


def _events_behind(source: Counts, series: CountSeries, kept: NDArray[np.bool_]) -> set[int]:
    """Return the places in the log of the events that were counted, where there is a log."""
    entries = source.select(**series.axes).entries
    if entries is None:
        return set()
    return set(entries.event[kept[entries.period]].tolist())


def _arrays(series: CountSeries) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return counts, zero where not observed, and years."""
    observed = read_series(series, read_family("poisson"))
    return observed.spread(observed.counts, 0.0), series.exposure_years


def _compare(
    axes: Mapping[str, str], first: _Side, second: _Side, n_shared: int, level: float
) -> RateRatio:
    n_events, years = (first[1], second[1]), (first[2], second[2])
    low = high = ratio = p_value = float("nan")
    if min(years) > 0:
        low, high = exact_ratio(n_events, years, level)
        p_value = _p_value(n_events, years)
        if sum(n_events):
            with np.errstate(divide="ignore"):
                ratio = float(np.divide(*n_events) * years[1] / years[0])
    return RateRatio(
        axes=axes,
        first=first[0],
        second=second[0],
        n_events=n_events,
        exposure_years=years,
        n_shared=n_shared,
        ratio=ratio,
        low=low,
        high=high,
        p_value=p_value,
        p_adjusted=p_value,
    )


def _p_value(n_events: tuple[int, int], years: tuple[float, float]) -> float:
    """Return twice the smaller tail of the binomial test given the total, at most 1."""
    if not sum(n_events):
        return 1.0
    from statsmodels.stats.rates import test_poisson_2indep

    sides = (n_events[0], years[0], n_events[1], years[1])
    with np.errstate(divide="ignore", invalid="ignore"):  # of the ratio, where one has no events
        smaller = min(
            float(test_poisson_2indep(*sides, method="exact-cond", alternative=tail).pvalue)
            for tail in ("larger", "smaller")
        )
    return min(1.0, 2 * smaller)


def exact_ratio(
    n_events: tuple[int, int], years: tuple[float, float], level: float
) -> tuple[float, float]:
    """
    Return the exact interval for the ratio of two rates.

    It is that of Clopper and Pearson for the share of the first in all events, turned into a
    ratio. Without events nothing is ruled out.

    >>> [round(end, 3) for end in exact_ratio((11, 6), (1.0, 1.0), 0.95)]
    [0.621, 6.037]
    """
    if not sum(n_events):
        return 0.0, float("inf")
    from statsmodels.stats.proportion import proportion_confint

    shares = proportion_confint(n_events[0], sum(n_events), alpha=1 - level, method="beta")
    low, high = (
        float(share) / (1 - float(share)) * years[1] / years[0] if share < 1 else float("inf")
        for share in shares
    )
    return low, high
