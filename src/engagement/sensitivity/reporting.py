"""How much the completeness of reporting must have changed to explain a change away."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import field, frozen

from engagement.answers import Answer
from engagement.changes.detect.change import Change
from engagement.counting.series import CountSeries
from engagement.display import Column, names
from engagement.sensitivity.statements import StatedCompleteness, change_in_words, read_statements
from engagement.settings.checks import check_instance, check_positive, list_several

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ReportingSensitivity", "reporting_sensitivity"]

N_FACTORS = 25
"""Factors that are looked at where the caller names none."""

WIDEST = 4.0
"""How many times beyond the change's own ratio the factors go at most."""

DOUBTED = 0.5
"""A change that is less probable than this is no longer found."""


_HINT = "; detect_changes gives them, one by one when it is iterated"
_LARGEST_FACTOR = 1e6  # reporting is not a million times as complete


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class ReportingSensitivity(Answer):
    """
    What a change in reporting would have to be to explain a change, from `reporting_sensitivity`.

    A factor is the completeness of reporting after the change over that before it. Where the
    rate rose it is above 1: reporting became more complete. Where it fell it is below 1.
    Its rows are the factors: ``ratio``, ``ratio_low``, ``ratio_high`` are what each leaves of the
    change's ratio, ``probability`` that a change is left within the interval of its date.
    """

    change: Change
    """The change that is asked about."""
    factors: tuple[float, ...]
    """The factors that were looked at."""
    stated: StatedCompleteness = field(repr=False)
    """What the coverage states of completeness, and how far that reaches."""

    @property
    def factor(self) -> float:
        """The factor that explains all of the change: its ratio."""
        return self.change.ratio

    @property
    def factor_to_doubt(self) -> float:
        """
        The least factor that puts 1 inside the interval of the ratio: its end nearer to 1.

        It is 1 where the interval holds 1 anyway, and no change in reporting is needed.
        """
        if self.change.is_rise:
            return max(self.change.ratio_low, 1.0)
        return min(self.change.ratio_high, 1.0)

    @cached_property
    def factor_to_lose(self) -> float | None:
        """
        The least factor with which the change is less probable than not; None if none does.

        With it, the probability that some change starts within the interval of the date falls
        below one half. A change whose shape is more than one step may keep more with any factor.
        """
        path = np.geomspace(1.0, self.factor, 33)
        chances = [self.probability(factor) for factor in path]
        if min(chances) >= DOUBTED:
            return None
        place = int(np.argmax(np.array(chances) < DOUBTED))
        if place == 0:
            return 1.0
        kept, lost = path[place - 1], path[place]
        for _ in range(30):
            middle = float(np.sqrt(kept * lost))
            kept, lost = (middle, lost) if self.probability(middle) >= DOUBTED else (kept, middle)
        return float(lost)

    def probability(self, factor: float) -> float:
        """
        Give the probability of a change within its interval, had reporting changed by a factor.

        The exposure from the change's date on is multiplied by the factor, and the posterior is
        computed anew with the change's own settings. It is exact; with a factor of 1 it is the
        change's own probability.

        Raises
        ------
        SettingError
            If *factor* is not positive and finite.
        """
        factor = check_positive("factor", factor, most=_LARGEST_FACTOR)
        series = self.change.counted
        after = series.periods >= self.change.date
        adjusted = CountSeries.from_arrays(
            series.counts,
            series.periods,
            np.where(after, series.exposure_years * factor, series.exposure_years),
        )
        posterior = self.change.posterior_of(adjusted)
        return posterior.probability_between(self.change.date_low, self.change.date_high)

    @property
    def n_missing(self) -> float:
        """Unrecorded events on the side with fewer that bring the change into doubt."""
        return self.stated.n_missing(_above_one(self.factor_to_doubt))

    @property
    def share_needed(self) -> float:
        """
        The largest completeness over all of the statements' span that leaves room for doubt.

        All that is missing is put on the side with the lower rate.
        """
        return self.stated.share_needed(_above_one(self.factor_to_doubt))

    @property
    def verdict(self) -> str:
        """
        What the stated completeness has to say.

        ``in doubt anyway``, where the ratio's interval holds 1; ``within what is stated``, where
        the stated shares leave room for enough missing events; ``beyond what is stated``, where
        they do not; ``nothing stated``, where some statement has no share, or there is none.
        """
        if self.factor_to_doubt == 1.0:
            return "in doubt anyway"
        if self.stated.reach is None:
            return "nothing stated"
        enough = self.stated.reach >= _above_one(self.factor_to_doubt)
        return f"{'within' if enough else 'beyond'} what is stated"

    @cached_property
    def _frame(self) -> pd.DataFrame:
        factors = np.array(self.factors)
        change = self.change
        return pd.DataFrame(
            {
                "factor": factors,
                "ratio": change.ratio / factors,
                "ratio_low": change.ratio_low / factors,
                "ratio_high": change.ratio_high / factors,
                "probability": [self.probability(factor) for factor in self.factors],
            }
        )

    @property
    def title(self) -> str:
        """The change that is asked about."""
        return change_in_words(self.change)

    @property
    def columns(self) -> list[Column]:
        """What each factor leaves of the change."""
        return names("factor", "ratio", "ratio_low", "ratio_high", "probability")

    @property
    def rows(self) -> pd.DataFrame:
        """One row per factor."""
        return self._frame

    @property
    def notes(self) -> tuple[str, ...]:
        """What is stated of completeness, and what is assumed."""
        return (
            f"completeness as stated: {self.verdict}",
            *self._stated_notes(),
            (
                "reporting is taken to change once, at the date, and to stay so; "
                f"family {self.change.family}, priors as of the change"
            ),
        )

    def _stated_notes(self) -> list[str]:
        stated = self.stated
        if not stated.statements:
            return ["no statement of coverage is available for this series"]
        notes = []
        for one in stated.statements:
            share = "no share" if one.completeness is None else f"{one.completeness:.0%}"
            told = ": ".join(text for text in (share, one.note) if text)
            source = f" [{one.source}]" if one.source else ""
            notes.append(f"{' '.join(one.key)}, {one.since} to {one.until}: {told}{source}")
        if stated.reach is not None and stated.lowest is not None:
            notes.append(
                f"the stated shares allow a factor of at most {stated.reach:.3g}, with all "
                "missing events on the side with the lower rate"
            )
            if self.factor_to_doubt != 1.0:
                notes.append(
                    f"doubt needs an overall completeness of {self.share_needed:.0%} or less, "
                    f"against {stated.lowest:.0%} stated"
                )
        return notes


def reporting_sensitivity(
    change: Change, *, factors: Iterable[float] | None = None
) -> ReportingSensitivity:
    """
    Compute by how much reporting would have had to change to explain a change in the counts.

    Counts are events times the share of them that is recorded. A lasting change of that share at
    the date of the change multiplies the counts as a change in the world does. The answer gives
    the factor, the number of unrecorded events that it implies, and whether the stated
    completeness of the coverage allows for them.

    Parameters
    ----------
    change
        A change from `detect_changes`. Where it was found in counts that were made of a log,
        the log's statements of coverage are at hand.
    factors
        Factors to look at, completeness after over before. ``None`` takes some from 1 to
        beyond the ratio of the change.

    Returns
    -------
    ReportingSensitivity
        The factors, and what is left of the change with each.

    Raises
    ------
    SettingError
        If *change* is no change, or a factor is not positive.

    Examples
    --------
    >>> from engagement.changes.detect.detection import detect_changes
    >>> series = CountSeries.from_arrays([2, 1, 2, 0, 1, 2, 9, 7, 8, 6, 9, 8], range(1990, 2002))
    >>> (change,) = detect_changes(series)
    >>> answer = reporting_sensitivity(change)
    >>> print(f"{answer.factor_to_doubt:.1f}, {answer.verdict}")
    2.8, nothing stated
    """
    check_instance("change", change, Change, _HINT)
    wanted = (
        _default_factors(change)
        if factors is None
        else [
            check_positive("factors", factor, most=_LARGEST_FACTOR)
            for factor in list_several("factors", factors, "numbers")
        ]
    )
    return ReportingSensitivity(
        change=change,
        factors=tuple(wanted),
        stated=read_statements(change),
    )


def _default_factors(change: Change) -> tuple[float, ...]:
    """Spread factors from 1 to beyond the ratio, evenly on a scale of ratios."""
    if change.is_rise:
        end = min(change.ratio_high, WIDEST * change.ratio)
    else:
        end = max(change.ratio_low, change.ratio / WIDEST)
    return tuple(np.geomspace(1.0, end, N_FACTORS).tolist())


def _above_one(factor: float) -> float:
    """Return by what factor the sides differ, whichever of them is the larger."""
    return factor if factor >= 1 else 1 / factor
