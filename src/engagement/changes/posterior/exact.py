"""The exact posterior over segmentations, in places and numbers only."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.changes.posterior.marginals import marginals_of_all
from engagement.changes.posterior.mixtures import intensity_band
from engagement.changes.posterior.recursion import Recursion, log_numbers_of_ways, segment_sums
from engagement.models.families import Likelihood
from engagement.models.priors import Prior
from engagement.settings.checks import largest_number_of_changes

if TYPE_CHECKING:
    from engagement.models.families import Family

__all__ = ["ExactPosterior", "weigh_segmentations"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_NEGLIGIBLE = 1e-10
"""A likelihood with a probability below this is passed over."""


@frozen(kw_only=True, eq=False)
class ExactPosterior:
    """
    The posterior over segmentations and likelihoods, from `weigh_segmentations`.

    Where a family leaves open how much values scatter, each of its likelihoods has a recursion
    of its own, and every answer is the mixture of theirs: by what is known of the likelihoods
    in all, or given a number of changes.
    """

    prior: Prior
    """On the rate of each segment."""
    likelihoods: tuple[Likelihood, ...] = field(repr=False)
    """Those of the family."""
    _log_chances: Floats = field(repr=False)
    _log_ways: Floats = field(repr=False)
    _sums: Floats = field(repr=False)
    _recursions: tuple[Recursion, ...] = field(repr=False)

    @property
    def max_changes(self) -> int:
        """Largest number of changes."""
        return self._recursions[0].max_changes

    @cached_property
    def _log_joint(self) -> Floats:
        """Log mass of likelihood and number of changes, shape ``(n_likelihoods, K + 1)``."""
        if len(self._recursions) == 1:
            return self._recursions[0].log_masses[None, :]
        masses = [one.log_masses for one in self._recursions]
        return np.asarray(np.stack(masses) + self._log_chances[:, None], dtype=np.float64)

    @cached_property
    def _joint(self) -> Floats:
        odds = np.exp(self._log_joint - self._log_joint.max())
        return np.asarray(odds / odds.sum(), dtype=np.float64)

    @property
    def probabilities(self) -> Floats:
        """Of each number of changes, shape ``(max_changes + 1,)``."""
        return np.asarray(self._joint.sum(axis=0), dtype=np.float64)

    @cached_property
    def of_likelihoods(self) -> Floats:
        """Probability of each likelihood, shape ``(n_likelihoods,)``."""
        return np.asarray(self._joint.sum(axis=1), dtype=np.float64)

    def of_likelihoods_given(self, n_changes: int) -> Floats:
        """Return the probability of each likelihood, given the number of changes."""
        if len(self._recursions) == 1:
            return np.ones(1)
        logs = self._log_evidences(n_changes)
        odds = np.exp(logs - logs.max())
        return np.asarray(odds / odds.sum(), dtype=np.float64)

    def _log_evidences(self, n_changes: int) -> Floats:
        own = np.array([one.log_evidence(n_changes) for one in self._recursions])
        return np.asarray(own + self._log_chances, dtype=np.float64)

    def log_evidence(self, n_changes: int) -> float:
        """Return the log of the mean over all sets of so many changes, and over likelihoods."""
        logs = self._log_evidences(n_changes)
        top = float(logs.max())
        return top + float(np.log(np.exp(logs - top).sum())) - float(self._log_ways[n_changes])

    def change_marginals(self, n_changes: int) -> Floats:
        """
        Return where each change lies, given their number.

        Returns
        -------
        numpy.ndarray
            Shape ``(n_changes, n + 1)``, rows sum to one.
        """
        total = np.zeros((n_changes, len(self._sums[0])))
        for share, one in self._weighed(self.of_likelihoods_given(n_changes)):
            total += share * self._recursions[one].change_marginals(n_changes)
        return total

    def change_probability(self) -> Floats:
        """Return the probability that a segment starts at each boundary, 0 at both ends."""
        total = np.zeros(len(self._sums[0]))
        for share, one in self._weighed(self.of_likelihoods):
            total += share * self._recursions[one].change_probability()
        return total

    def probability_between(self, first: int, last: int) -> float:
        """Return the probability that some segment starts in a range of boundaries."""
        return sum(
            share * self._recursions[one].probability_between(first, last)
            for share, one in self._weighed(self.of_likelihoods)
        )

    def best_changes(self, n_changes: int) -> list[int]:
        """Return the changes that, with some likelihood, are jointly the most probable."""
        chances = self.of_likelihoods_given(n_changes)
        found = [
            (score + self._log_chances[one], changes)
            for _, one in self._weighed(chances)
            for changes, score in [self._recursions[one].best_changes(n_changes)]
        ]
        return max(found, key=lambda pair: pair[0])[1]

    def band(self, tail: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, lower and upper end of the rate in each period."""
        parts = [
            (share * self._recursions[one].segment_probability, self.likelihoods[one])
            for share, one in self._weighed(self.of_likelihoods)
        ]
        return intensity_band(parts, self._sums, self.prior, tail)

    def last_segments(self) -> list[tuple[Likelihood, Floats, Floats]]:
        """
        List the likelihoods that matter, with where the last segment may start.

        Returns
        -------
        list of tuples
            The likelihood; the probability of it and of each start, shape ``(n,)``, which sums
            to one over all likelihoods; the statistics of each of the segments, shape
            ``(n_statistics, n)``.
        """
        return [
            (
                self.likelihoods[one],
                share * self._recursions[one].segment_probability[-1, :-1],
                self._sums[:, -1, :-1],
            )
            for share, one in self._weighed(self.of_likelihoods)
        ]

    def segment_sums(self, bounds: Places) -> Floats:
        """Return the statistics of segments between boundaries along the last axis."""
        return np.asarray(self._sums[:, bounds[..., 1:], bounds[..., :-1]], dtype=np.float64)

    def draw(
        self, n_changes: int, n_draws: int, rng: np.random.Generator
    ) -> tuple[Places, Floats, Floats]:
        """
        Draw segmentations with their rates, given the number of changes.

        Returns
        -------
        tuple of numpy.ndarray
            Boundaries, 0 and n included, shape ``(n_draws, n_changes + 2)``; the rate of each
            segment, shape ``(n_draws, n_changes + 1)``; and its mean, of the same shape.
        """
        bounds = np.empty((n_draws, n_changes + 2), dtype=np.intp)
        rates, means = np.empty((2, n_draws, n_changes + 1))
        chances = self.of_likelihoods_given(n_changes)
        which = np.zeros(n_draws, dtype=np.intp)
        if len(chances) > 1:
            which = rng.choice(len(chances), n_draws, p=chances)
        for one in np.unique(which):
            rows = which == one
            drawn = self._recursions[one].draw_boundaries(n_changes, int(rows.sum()), rng)
            sums = self.segment_sums(drawn)
            bounds[rows] = drawn
            rates[rows] = self.likelihoods[one].rate_draws(sums, self.prior, rng)
            means[rows] = self.likelihoods[one].rate_mean(sums, self.prior)
        return bounds, rates, means

    def rates_of(self, bounds: Places, tail: float) -> tuple[Floats, Floats, Floats]:
        """Return mean, low and high of the rates of the segments of one segmentation."""
        sums = self.segment_sums(bounds)
        logs = self._log_chances + [
            one.log_marginal(sums, self.prior).sum() for one in self.likelihoods
        ]
        odds = np.exp(logs - logs.max())
        parts = [(share, self.likelihoods[one]) for share, one in self._weighed(odds / odds.sum())]
        mean = sum(share * one.rate_mean(sums, self.prior) for share, one in parts)
        ends = [rate_quantile(share, parts, sums, self.prior) for share in (tail, 1 - tail)]
        return np.asarray(mean, dtype=np.float64), ends[0], ends[1]

    def _weighed(self, chances: Floats) -> list[tuple[float, int]]:
        """List the likelihoods that matter, with chances that sum to one."""
        kept = np.flatnonzero(chances > _NEGLIGIBLE)
        total = chances[kept].sum()
        return [(float(chances[one] / total), int(one)) for one in kept]


def rate_quantile(
    share: float, parts: list[tuple[float, Likelihood]], sums: Floats, prior: Prior
) -> Floats:
    """Return the rates below which a mixture of likelihoods holds a share, for each segment."""
    ends = np.stack([one.rate_quantile(share, sums, prior) for _, one in parts])
    low, high = ends.min(axis=0), ends.max(axis=0)
    for _ in range(60 if len(parts) > 1 else 0):
        middle = (low + high) / 2
        below = sum(weight * one.rate_below(middle, sums, prior) for weight, one in parts)
        is_low = np.asarray(below) < share
        low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
    return np.asarray((low + high) / 2, dtype=np.float64)


def weigh_segmentations(
    counts: Floats,
    exposures: Floats,
    *,
    family: Family,
    prior: object = None,
    changes_prior: float = 0.25,
    min_length: int = 1,
    max_changes: int = 20,
    weight: float = 1.0,
) -> ExactPosterior:
    """
    Weigh every segmentation of some periods, exactly.

    Parameters
    ----------
    counts, exposures
        Of the observed periods, shape ``(n,)``; exposures are positive, in years. A season or
        an offset that multiplies the rate multiplies them.
    family
        How values scatter; its likelihoods are averaged over.
    prior
        On the rate of each segment; ``None`` for the default of the family.
    changes_prior
        The number of changes K has a prior in proportion to its K-th power.
    min_length
        Periods in a segment.
    max_changes
        Most changes that are allowed for, as far as there is room.
    weight
        Power to which the likelihood is raised: 1, or less where periods are known to depend
        on one another or to scatter more than the family says.
    """
    used = family.read_prior(prior, counts, exposures)
    likelihoods, chances = family.likelihoods(counts, exposures)
    most = min(max_changes, largest_number_of_changes(len(counts), min_length))
    ways = log_numbers_of_ways(len(counts), min_length, most)
    statistics = likelihoods[0].statistics(counts, exposures)
    if not len(counts):  # the same as one period that says nothing
        statistics = np.zeros((len(statistics), 1))
    sums = segment_sums(statistics)
    n_bounds = sums.shape[-1]
    scratch = np.empty((n_bounds, n_bounds))
    recursions = [
        Recursion(
            n_periods=n_bounds - 1,
            tell_marginals=partial(
                marginals_of_all,
                likelihood=likelihood,
                sums=sums,
                prior=used,
                weight=weight,
                min_length=min_length,
            ),
            min_length=min_length,
            log_prior=np.arange(most + 1) * np.log(changes_prior) - ways,
            scratch=scratch,
        )
        for likelihood in likelihoods
    ]
    constants = [weight * one.log_constant(counts, exposures) for one in likelihoods]
    return ExactPosterior(
        prior=used,
        likelihoods=likelihoods,
        log_chances=np.log(chances) + constants,
        log_ways=ways,
        sums=weight * sums if weight != 1 else sums,
        recursions=tuple(recursions),
    )
