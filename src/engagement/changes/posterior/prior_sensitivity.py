"""How an answer on changes depends on the priors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import frozen

from engagement.answers import Answer
from engagement.changes.posterior.date_intervals import normalised, shortest_run
from engagement.changes.posterior.segmentation_inference import (
    CHANGES_PRIOR,
    infer_counts,
    log_odds_of_numbers,
)
from engagement.counting.series import CountSeries
from engagement.display import Column, names, percent
from engagement.models.observed import label_of
from engagement.models.priors import Prior

if TYPE_CHECKING:
    from collections.abc import Callable

    from engagement.changes.posterior.answer import ChangePosterior
    from engagement.models.families import Family
    from engagement.models.observed import ObservedPeriods

__all__ = ["PriorSensitivity", "TriedPrior", "try_priors"]

CHANGES_PRIORS = (0.1, CHANGES_PRIOR, 0.5, 1.0)
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


@frozen(kw_only=True, eq=False, repr=False)
class PriorSensitivity(Answer):
    """
    How number and date of changes depend on the priors, from `ChangePosterior.sensitivity`.

    One row per pair of priors: prior (its name), changes_prior, the probabilities none, one, two
    and more, likeliest (number of changes), and if there is one change: date, date_low, date_high;
    in_force.
    """

    series: CountSeries
    """What was observed."""
    family: str
    """What the values were taken to be, in words."""
    max_changes: int
    """Largest number of changes that was allowed for."""
    tried: tuple[TriedPrior, ...]
    """What each pair of priors says."""

    @property
    def title(self) -> str:
        """The series, and how many priors were tried."""
        return (
            f"{label_of(self.series)}: number and date of changes under {len(self.tried)} pairs of "
            f"priors, family {self.family}, up to {self.max_changes} changes"
        )

    @property
    def columns(self) -> list[Column]:
        """The priors, the probabilities of each number of changes, and the date of one."""
        dates = self.series.periods.dtype
        numbers = [
            Column(name, name, "{:.3f}", value=_probability_of(place))
            for place, name in enumerate(NUMBERS)
        ]
        return [
            Column("prior", "prior on rates", value="name"),
            Column("changes_prior", "changes", "{:g}{mark}"),
            *numbers,
            *names("likeliest"),
            Column("date", "if one", dtype=dates),
            Column("date_low", f"{percent(0.95)} interval", "{} to {date_high}", dtype=dates),
            *names("date_high", dtype=dates),
            *names("in_force"),
            Column("mark", value=lambda one: "*" * one.in_force, in_frame=False),
        ]

    @property
    def rows(self) -> tuple[TriedPrior, ...]:
        """One row per pair of priors."""
        return self.tried

    @property
    def notes(self) -> tuple[str, ...]:
        """How far the answers are apart, and what the priors are."""
        tried = self.tried
        likeliest = sorted({one.likeliest for one in tried})
        none = [one.numbers[0] for one in tried]
        dates = sorted({one.date for one in tried if one.date})
        return (
            f"likeliest number of changes: {_from_to(likeliest)}",
            f"probability of no change: {_from_to([f'{min(none):.3g}', f'{max(none):.3g}'])}",
            *((f"date if there is one: {_from_to(dates)}",) if dates else ()),
            "changes: each further one is so many times as probable beforehand; * priors in force",
            *(f"{name}: {prior}" for name, prior in {o.name: o.prior for o in tried}.items()),
        )


def _probability_of(place: int) -> Callable[[TriedPrior], float]:
    return lambda one: one.numbers[place]


def _from_to(values: list[Any]) -> str:
    first, last = values[0], values[-1]
    return f"{first} under all" if first == last else f"{first} to {last}"


def try_priors(
    posterior: ChangePosterior, observed: ObservedPeriods, family: Family
) -> PriorSensitivity:
    """Compute a posterior again under other priors, the ones in force included."""
    counts, exposures = observed.counts, observed.exposures
    priors = family.priors_to_try(counts, exposures)
    if posterior.prior not in priors.values():
        priors = {"in force": posterior.prior} | priors
    tried: list[TriedPrior] = []
    changed = posterior.changed
    for name, prior in priors.items():
        exact, _ = infer_counts(
            counts,
            exposures,
            observed.steps,
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
            first, last = shortest_run(marginal, 0.95)
            date = observed.date(int(marginal.argmax()))
            low, high = observed.earliest(first), observed.date(last)
        for odds in sorted({*CHANGES_PRIORS, posterior.changes_prior}):
            chances = normalised(evidence + log_odds_of_numbers(exact.max_changes, odds, changed))
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
