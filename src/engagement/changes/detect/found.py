"""What was found in a panel of series: a verdict for each, and every change with its size."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import groupby
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import field, frozen

from engagement.answers import SeveralAnswer
from engagement.changes.detect.change import Change
from engagement.changes.detect.panel_model import PanelModel
from engagement.changes.detect.question import Question
from engagement.changes.detect.series_verdict import SeriesVerdict
from engagement.changes.detect.verdicts import ChangeVerdict
from engagement.changes.posterior.component_runs import RESTRICTED
from engagement.changes.posterior.segmentation_inference import CHANGES_PRIOR
from engagement.counting.stated_shares import stated_shares
from engagement.display import NOT_STATED, Column, names, number_of, percent
from engagement.errors import LabelError, SettingError, suggest
from engagement.events.coverage import Coverage
from engagement.models.imputation import DrawnSeries
from engagement.settings.checks import check_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engagement.changes.posterior.answer import ChangePosterior
    from engagement.counting.series import CountSeries

__all__ = ["Changes"]


_OTHERS = {
    ChangeVerdict.UNEVEN: "uneven without a dated change",
    ChangeVerdict.NO_CHANGE: "without a change found",
    ChangeVerdict.TOO_FEW: "with too few events",
    ChangeVerdict.NOT_OBSERVED: "not observed",
}
"""What the series are that did not change."""


@frozen(kw_only=True, eq=False, repr=False)
class Changes(SeveralAnswer[Change]):
    """
    The changes found in one series or in a panel of them, from `detect_changes`.

    Iterating gives each `Change`; ``len`` is their number. One row per change, and one without a
    date for each series without change: one column per axis (``series`` where there are none),
    then date, date_low, date_high, rate_before, rate_after, ratio, ratio_low, ratio_high,
    probability, p_value, q_value, verdict and uncertain (whether the Monte Carlo error of the
    p-value may change the verdict). Dates are pandas periods, NaT where there is no change.
    """

    verdicts: tuple[SeriesVerdict, ...]
    """One for each series, in the order of the panel."""
    found: tuple[Change, ...]
    """Every change, by series and date."""
    by: tuple[str, ...]
    """Names of the axes."""
    level: float
    """Level of the intervals."""
    fdr: float
    """False discovery rate that was held over the series, where there are several."""
    family: str
    """What the counts were taken to be."""
    null: str
    """What a series without change was taken to look like."""
    season: int | None
    """Periods after which a season comes again; None for none."""
    seed: int
    """Seed of the draws."""
    min_length: int
    """Least number of observed periods in a segment, where there is room for two such."""
    panel: PanelModel | None = field(default=None, repr=False)
    """What the series told of one another, if they were asked to; the posterior then decides."""
    _question: Question = field(repr=False)
    _tested: tuple[DrawnSeries, ...] = field(repr=False)
    _coverage: Coverage | None = field(default=None, repr=False)

    @property
    def _items(self) -> tuple[Change, ...]:
        return self.found

    @cached_property
    def _found_by_series(self) -> dict[int, tuple[Change, ...]]:
        groups = groupby(self.found, key=lambda change: id(change.series))
        return {key: tuple(group) for key, group in groups}

    @cached_property
    def _places_of(self) -> dict[tuple[str, ...], list[int]]:
        places: dict[tuple[str, ...], list[int]] = {}
        for place, verdict in enumerate(self.verdicts):
            places.setdefault(tuple(verdict.axes[name] for name in self.by), []).append(place)
        return places

    def of(self, verdict: SeriesVerdict) -> tuple[Change, ...]:
        """Return the changes of the series that a verdict is about."""
        return self._found_by_series.get(id(verdict), ())

    def series(self, **axes: str) -> CountSeries:
        """
        Return one of the series.

        Parameters
        ----------
        **axes
            A label for each axis; an axis with one label is optional.

        Raises
        ------
        LabelError
            If the labels fit no series, or several.
        """
        return self._drawn(axes).series

    def _drawn(self, axes: Mapping[str, str]) -> DrawnSeries:
        for name in axes:
            if name not in self.by:
                known = ", ".join(f"'{axis}'" for axis in self.by)
                raise LabelError(
                    f"unknown axis '{name}'; the axes are {known}" + suggest(name, self.by)
                )
        fits = self._places_of.get(tuple(axes.get(name, "") for name in self.by), [])
        if not fits:
            fits = [
                place
                for place, verdict in enumerate(self.verdicts)
                if all(verdict.axes[name] == label for name, label in axes.items())
            ]
        if len(fits) != 1:
            told = ", ".join(f"{name}={label!r}" for name, label in axes.items()) or "no labels"
            raise LabelError(f"{told}: {len(fits) or 'no'} series fit, but one is needed")
        return self._tested[fits[0]]

    def posterior(self, *, draw: int = 0, **axes: str) -> ChangePosterior:
        """
        Compute the posterior of one series, with the settings of this answer.

        It is that of the counts as they are: a season is not taken out of them.

        Parameters
        ----------
        draw
            Where dates were drawn, of which draw, from 0.
        **axes
            A label for each axis; an axis with one label is optional.

        Raises
        ------
        LabelError
            If the labels fit no series, or several.
        SettingError
            If there is no such draw.
        """
        drawn = self._drawn(axes)
        if not 0 <= check_whole("draw", draw, least=0) < len(drawn.rows):
            raise SettingError(f"there is no draw {draw} of dates; there are {len(drawn.rows)}")
        return self._question.posterior_of(drawn.with_counts(drawn.rows[draw]))

    def intensity(self, **axes: str) -> pd.DataFrame:
        """
        Give the intensity of one series in each period, over all segmentations and rates.

        Parameters
        ----------
        **axes
            A label for each axis; an axis with one label is optional.

        Returns
        -------
        pandas.DataFrame
            As `ChangePosterior.intensity`, at the level of this answer. Where dates were drawn,
            the mean over the draws, and the mean of the ends of their bands.

        Raises
        ------
        LabelError
            If the labels fit no series, or several.
        """
        frames = [
            self.posterior(draw=draw, **axes).intensity(level=self.level)
            for draw in range(len(self._drawn(axes).rows))
        ]
        return sum(frames[1:], frames[0]) / len(frames)

    @property
    def tested(self) -> tuple[tuple[SeriesVerdict, CountSeries], ...]:
        """The verdict on each series, with the series."""
        series = (drawn.series for drawn in self._tested)
        return tuple(zip(self.verdicts, series, strict=True))

    @property
    def title(self) -> str:
        """How many changes there are, in how many series, and what the others are."""
        found = Counter(verdict.verdict for verdict in self.verdicts)
        first = number_of(len(self), "change")
        told = "".join(f", {found[kind]} {words}" for kind, words in _OTHERS.items() if found[kind])
        return f"{first} in {found[ChangeVerdict.CHANGE]} of {len(self.verdicts)} series{told}"

    @property
    def columns(self) -> list[Column]:
        """The date of each change, the rates on both sides, and the test of its series."""
        period = self._tested[0].series.periods.dtype if self._tested else None
        interval = f"({percent(self.level)} interval)"
        return [
            *(Column(name, name, dtype="str") for name in self.by),
            Column("date", "date", "{}{mark}", dtype=period),
            Column("date_low", "between", "{} to {date_high}", dtype=period),
            *names("date_high", dtype=period),
            Column("rate_before", "per year before", "{:.3g}", dtype="float64"),
            Column("rate_after", "after", "{:.3g}", dtype="float64"),
            Column(
                "ratio",
                f"rate ratio {interval}",
                "{:.3g} ({ratio_low:.3g} to {ratio_high:.3g})",
                dtype="float64",
            ),
            *names("ratio_low", "ratio_high", dtype="float64"),
            Column(
                "events_before",
                "counted before",
                "{:.3g} in {years_before:.3g} years",
                dtype="float64",
            ),
            *names("years_before", dtype="float64"),
            Column("events_after", "after", "{:.3g} in {years_after:.3g} years", dtype="float64"),
            *names("years_after", dtype="float64"),
            Column("probability", "probability", "{:.3f}", dtype="float64"),
            *names("direction", dtype="str"),
            *names("p_value", "q_value"),
            Column("p", "p", "{:.3g}", in_frame=False),
            Column("q", "q", "{:.3g}", in_frame=False),
            Column("verdict", "verdict"),
            *names("uncertain", dtype="bool"),
            Column("mark", in_frame=False),
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One row per change, and one for each series without."""
        rows: list[dict[str, Any]] = []
        for verdict in self.verdicts:
            told = {
                **{name: verdict.axes[name] for name in self.by},
                "p_value": verdict.p_value,
                "q_value": verdict.q_value,
                "p": None if isnan(verdict.p_value) else verdict.p_value,
                "q": None if isnan(verdict.q_value) else verdict.q_value,
                "verdict": str(verdict.verdict),
                "uncertain": verdict.is_uncertain,
            }
            rows += [
                told
                | {name: getattr(change, name) for name in _DATES + _SIZES}
                | {"mark": "*" * change.leans_on_start, "direction": str(change.direction)}
                for change in self.of(verdict)
            ]
            if not self.of(verdict):
                none = dict.fromkeys(_DATES, pd.NaT) | dict.fromkeys((*_SIZES, "mark"))
                rows.append(told | none | {"direction": ""})
        return rows

    def _shares(self) -> tuple[str, ...]:
        """What of the series that are uneven is recorded in part."""
        uneven = (ChangeVerdict.CHANGE, ChangeVerdict.UNEVEN)
        told = [verdict.axes for verdict in self.verdicts if verdict.verdict in uneven]
        if not told:
            return ()
        return stated_shares(
            self._coverage, {axis: {one[axis] for one in told} for axis in told[0]}
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What was asked, what the answers rest on, and what else was found."""
        periods = number_of(self.min_length, "observed period")
        season = f", season of {self.season} periods" if self.season else ""
        test = "no test" if self.panel else f"null {self.null}"
        notes = [
            (
                f"family {self.family}, {test}{season}, intervals {percent(self.level)}, "
                f"seed {self.seed}"
            ),
            *([] if self.panel is None else [str(self.panel)]),
            (
                "priors: each rate log-logistic, its median the series' own rate; "
                f"each further change {CHANGES_PRIOR:g} times as probable, dates uniform; "
                f"segments of {periods} or more"
            ),
            *self._found_notes(),
        ]
        notes.append(self._rule())
        notes += self._chance_notes()
        if any(change.leans_on_start for change in self):
            notes.append("* not found once the empty stretch before the first event is excluded")
        if any(verdict.n_observed >= RESTRICTED for verdict in self.verdicts):
            notes.append(
                f"of {RESTRICTED:,} observed periods or more, changes are looked for in those "
                f"about the changes of a penalised segmentation and in {RESTRICTED // 2:,} others"
            )
        notes += self._shares()
        if not all(verdict.coverage_stated for verdict in self.verdicts):
            notes.append(NOT_STATED)
        unseen = sum(verdict.n_periods - verdict.n_observed for verdict in self.verdicts)
        if unseen:
            notes.append(
                f"{unseen} periods without exposure were passed over; a change beside them may lie "
                "anywhere among them"
            )
        return tuple(notes)

    def _rule(self) -> str:
        """Say by which rule series count as changed."""
        n_tested = sum(not isnan(verdict.q_value) for verdict in self.verdicts)
        if self.panel is not None:
            return (
                f"series count as changed as long as the mean of their probabilities of no change "
                f"is at most {self.fdr:g}: the expected share of false ones among them, if the "
                f"{n_tested} series with enough events are of one kind"
            )
        if n_tested > 1:
            return (
                f"false discovery rate held at {self.fdr:g} over {n_tested} tested series "
                "(Benjamini-Hochberg), if the series are independent or positively dependent"
            )
        return (
            f"a series is uneven where p is at most {min(self.fdr, 1 - self.level):.3g}, and "
            "changed where no change has a posterior probability below one half"
        )

    def _chance_notes(self) -> list[str]:
        """Say how well the p-values are known, and which of them might turn a verdict."""
        tested = [verdict for verdict in self.verdicts if verdict.n_draws]
        if not tested:
            return []
        fewest, most = (end(verdict.n_draws for verdict in tested) for end in (min, max))
        several = f"{fewest}" if fewest == most else f"{fewest} to {most}"
        worst = max(verdict.p_error for verdict in tested)
        return [
            (
                f"p-values rest on {several} simulated series, more near the bound: "
                f"Monte Carlo standard error at most {worst:.2g}"
            ),
            *(
                f"{verdict.label}: with another seed the verdict may be another, for the p-value "
                f"is known to a standard error of {verdict.p_error:.2g}"
                for verdict in tested
                if verdict.is_uncertain
            ),
        ]

    def _found_notes(self) -> list[str]:
        """Say what was found of dispersion, of trends, and of dates that were drawn."""
        notes = []
        changed = [verdict for verdict in self.verdicts if verdict.verdict is ChangeVerdict.CHANGE]
        if changed:
            dispersions = sorted(verdict.dispersion for verdict in changed)
            notes.append(
                "variance over mean within the segments of changed series (1 for Poisson counts): "
                f"{dispersions[0]:.2g} to {dispersions[-1]:.2g}, median "
                f"{dispersions[len(dispersions) // 2]:.2g}"
            )
        notes += [
            f"{verdict.label}: the two changes are one {verdict.pattern}, for the rate before and "
            "after it may be the same"
            for verdict in changed
            if verdict.pattern
        ]
        notes += [
            f"{verdict.label}: {verdict.undated_in_words()}"
            for verdict in changed
            if verdict.undated
        ]
        notes += [
            f"{verdict.label}: {verdict.uneven_in_words()}"
            for verdict in self.verdicts
            if verdict.verdict is ChangeVerdict.UNEVEN
        ]
        notes += [
            f"{verdict.label}: {verdict.season_in_words()}"
            for verdict in self.verdicts
            if not isnan(verdict.seasonal_p)
        ]
        trends = [verdict.label for verdict in changed if verdict.is_trend]
        if trends:
            notes.append(f"rather a trend than steps: {', '.join(trends)}")
        n_drawn = sum(verdict.n_imputations > 0 for verdict in self.verdicts)
        if n_drawn:
            most = max(verdict.n_imputations for verdict in self.verdicts)
            notes.append(
                f"{n_drawn} series have imprecise dates within their counts: they were drawn "
                f"{most} times, and the answers are over all draws"
            )
        return notes


_DATES = ("date", "date_low", "date_high")
_SIZES = (
    *("rate_before", "rate_after", "ratio", "ratio_low", "ratio_high"),
    *("events_before", "years_before", "events_after", "years_after", "probability"),
)
