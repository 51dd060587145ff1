"""How an answer on changes depends on the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen

from engagement.answers import answer
from engagement.changes.posterior.exact import weigh_segmentations
from engagement.counting.series import CountSeries
from engagement.models.priors import Prior

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.changes.posterior.answer import ChangePosterior
    from engagement.models.families import Family
    from engagement.models.observed import ObservedPeriods

__all__ = ["PriorSensitivity", "TriedPrior", "try_priors"]

CHANGES_PRIORS = (0.1, 0.25, 0.5, 1.0)
"""Priors on the number of changes that are tried; with 1 each number is alike."""

NUMBERS = ("none", "one", "two", "more")


@frozen(kw_only=True)
class TriedPrior:
    """What one pair of priors says."""

    name: str
    """How the prior on rates is called."""
    prior: Prior
    """On the rate of each segment."""
    changes_prior: float
    """By how much each further change is less probable beforehand."""
    numbers: tuple[float, float, float, float]
    """Probability of no change, of one, of two, and of more."""
    likeliest: int
    """The most probable number of changes."""
    date: pd.Period | None
    """Most probable date of the change if there is one; None where there is no room for it."""
    date_low: pd.Period | None
    """First period of its 95 % interval."""
    date_high: pd.Period | None
    """Last period of its 95 % interval."""
    in_force: bool
    """Whether these are the priors of the posterior that was asked."""


@answer
@frozen(kw_only=True, eq=False)
class PriorSensitivity:
    """How number and date of changes depend on the priors, from `ChangePosterior.sensitivity`."""

    series: CountSeries
    """What was observed."""
    family: str
    """What the values were taken to be, in words."""
    max_changes: int
    """Largest number of changes that was allowed for."""
    tried: tuple[TriedPrior, ...]
    """What each pair of priors says."""

    def to_frame(self) -> pd.DataFrame:
        """
        Return a row a pair of priors.

        Returns
        -------
        pandas.DataFrame
            prior (its name), changes_prior, the probabilities none, one, two and more,
            likeliest (number of changes), and if there is one change: date, date_low,
            date_high; in_force.
        """
        freq = self.series.periods.freq
        dates = ("date", "date_low", "date_high")
        return pd.DataFrame(
            {
                "prior": [one.name for one in self.tried],
                "changes_prior": [one.changes_prior for one in self.tried],
                **{
                    number: [one.numbers[place] for one in self.tried]
                    for place, number in enumerate(NUMBERS)
                },
                "likeliest": [one.likeliest for one in self.tried],
                **{
                    name: pd.PeriodIndex(
                        [getattr(one, name) or pd.NaT for one in self.tried], freq=freq
                    )
                    for name in dates
                },
                "in_force": [one.in_force for one in self.tried],
            }
        )

    def summary(self) -> str:
        """Return the table in plain text, with what the priors are and what does not depend."""
        from engagement.words.changes import sensitivity_in_words

        return sensitivity_in_words(self)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the probabilities of the numbers of changes as a bar for each pair of priors."""
        from engagement.figures.around_changes import draw_sensitivity

        return draw_sensitivity(self, ax)


def try_priors(
    posterior: ChangePosterior, observed: ObservedPeriods, family: Family
) -> PriorSensitivity:
    """Compute a posterior again under other priors, the ones in force included."""
    counts, exposures = observed.counts, observed.exposures
    priors = family.priors_to_try(counts, exposures)
    if posterior.prior not in priors.values():
        priors = {"in force": posterior.prior} | priors
    tried: list[TriedPrior] = []
    for name, prior in priors.items():
        exact = weigh_segmentations(
            counts,
            exposures,
            family=family,
            prior=prior,
            min_length=posterior.min_length,
            max_changes=posterior.max_changes,
        )
        numbers = np.arange(exact.max_changes + 1)
        evidence = np.array([exact.log_evidence(int(number)) for number in numbers])
        date = low = high = None
        if exact.max_changes:
            marginal = exact.change_marginals(1)[0]
            below = np.cumsum(marginal) / marginal.sum()
            date = observed.date(int(marginal.argmax()))
            low = observed.earliest(int(np.searchsorted(below, 0.025, side="right")))
            high = observed.date(int(np.searchsorted(below, 0.975, side="left")))
        for odds in sorted({*CHANGES_PRIORS, posterior.changes_prior}):
            logs = evidence + numbers * np.log(odds)
            chances = np.exp(logs - logs.max())
            chances /= chances.sum()
            few = np.concatenate([chances[:3], np.zeros(3)])[:3].tolist()
            tried.append(
                TriedPrior(
                    name=name,
                    prior=prior,
                    changes_prior=odds,
                    numbers=(few[0], few[1], few[2], float(chances[3:].sum())),
                    likeliest=int(chances.argmax()),
                    date=date,
                    date_low=low,
                    date_high=high,
                    in_force=prior == posterior.prior and odds == posterior.changes_prior,
                )
            )
    return PriorSensitivity(
        series=posterior.series,
        family=str(family),
        max_changes=posterior.max_changes,
        tried=tuple(tried),
    )
