"""What a series without change looks like: the nulls that there are."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.testing.autocorrelation import estimate_dependence
from engagement.changes.testing.null_layout import NullLayout, working_exposures
from engagement.changes.testing.permutation import gaussian_paths, place_in_order
from engagement.changes.testing.probability_transform import CountTransform
from engagement.settings.tuned import LATENT_CORRELATION

__all__ = ["NULLS", "Draws", "Null"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


class Draws(Protocol):
    """A null that has seen a series, and draws others like it, but without change."""

    @property
    def exposures(self) -> Floats:
        """Exposures by which windows are weighed, shape ``(n,)``."""

    def draw(self, n_rows: int, rng: np.random.Generator) -> Whole:
        """
        Draw series without change, shape ``(n_rows, n)``, in the periods of the one seen.

        Their totals may differ.
        """


class Null(Protocol):
    """
    What a series without change looks like.

    To add one, write a class with this method and name it in `NULLS`.
    """

    def prepare(self, counts: Floats, layout: NullLayout) -> Draws:
        """
        Look at a series of two observed periods and one event at least.

        Parameters
        ----------
        counts
            Shape ``(n,)``, whole.
        layout
            Where they stand.
        """


@frozen(kw_only=True, eq=False)
class PoissonDraws:
    """Series with the same total in each slot of the season, drawn in proportion to exposure."""

    counts: Floats
    layout: NullLayout
    exposures: Floats

    def draw(self, n_rows: int, rng: np.random.Generator) -> Whole:
        """Draw rows of counts."""
        slots, shares = self.layout.slots, self.layout.exposures
        if not slots.any():
            return rng.multinomial(int(self.counts.sum()), shares / shares.sum(), size=n_rows)
        rows = np.empty((n_rows, len(slots)), dtype=np.int64)
        for slot in np.unique(slots):
            here = slots == slot
            chances = shares[here] / shares[here].sum()
            rows[:, here] = rng.multinomial(int(self.counts[here].sum()), chances, size=n_rows)
        return rows


class PoissonNull:
    """
    Counts are Poisson.

    Given their total they are multinomial with chances in proportion to the exposures, whatever
    the rate. With a season that holds in each of its slots, whatever its profile.
    """

    def prepare(self, counts: Floats, layout: NullLayout) -> PoissonDraws:
        """Look at a series."""
        weights = working_exposures(counts, layout)
        return PoissonDraws(counts=counts, layout=layout, exposures=weights)


@frozen(kw_only=True, eq=False)
class OrderedDraws:
    """
    The counts of a series in another order.

    Within each slot of the season they take the order of a Gaussian path of which neighbours
    correlate by *dependence*, so that high counts stand beside high ones as often as they would
    by it. It dies away as that of latent rates does under the noise of counts. With 0 all orders
    are equally probable. Where the exposures within a slot differ, it is not the
    counts that are put into another order but their places in their distributions, which
    *transform* knows.
    """

    counts: Floats
    layout: NullLayout
    exposures: Floats
    dependence: float
    transform: CountTransform | None

    def draw(self, n_rows: int, rng: np.random.Generator) -> Whole:
        """Draw rows of counts."""
        paths = gaussian_paths(
            n_rows, self.layout.steps, self.dependence, rng, latent=LATENT_CORRELATION
        )
        slots = self.layout.slots
        if self.transform is None:
            return place_in_order(self.counts.astype(np.int64), slots, paths)
        rows = np.broadcast_to(self.counts, paths.shape)
        places = self.transform.random_places(rows, rng)
        return self.transform.counts_at(place_in_order(places, slots, paths))


@frozen(kw_only=True)
class OrderNull:
    """
    Counts keep their distribution, and only their order is random.

    If periods are observed equally long and independent, that is exact for every distribution
    and every profile of the season. Otherwise it is approximate.
    """

    is_dependent: bool
    """Whether neighbouring periods may be alike, as far as the series shows it."""

    def prepare(self, counts: Floats, layout: NullLayout) -> OrderedDraws:
        """Look at a series."""
        exposures = working_exposures(counts, layout)
        even = layout.is_even_within_slots
        return OrderedDraws(
            counts=counts,
            layout=layout,
            exposures=exposures,
            dependence=(
                estimate_dependence(counts, exposures, layout) if self.is_dependent else 0.0
            ),
            transform=None if even else CountTransform.fit(counts, exposures),
        )


NULLS: dict[str, Null] = {
    "robust": OrderNull(is_dependent=True),
    "permutation": OrderNull(is_dependent=False),
    "poisson": PoissonNull(),
}
"""The nulls by name."""
