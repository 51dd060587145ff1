"""What a panel lends to each of its series: how to draw others like it, but without change."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.changes.testing.null_layout import NullLayout, working_exposures
from engagement.changes.testing.nulls import Null
from engagement.changes.testing.permutation import gaussian_paths, place_in_order
from engagement.changes.testing.probability_transform import CountTransform
from engagement.settings.tuned import FEWEST, INDEPENDENT

__all__ = ["Borrowed", "PanelNull"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class PanelDraws:
    """
    Series of the same total in each slot of the season, as dispersed as the panel says.

    Each period gets a gamma weight of mean its exposure, and events are dealt out by weight: a
    Dirichlet-multinomial. Then the counts are put into the order of a Gaussian path.
    """

    counts: Floats
    layout: NullLayout
    exposures: Floats
    excesses: Floats
    weights: Floats
    dependence: float

    def draw(self, n_rows: int, rng: np.random.Generator) -> Whole:
        """Draw rows of counts."""
        ranks = (np.arange(n_rows) + rng.random()) / n_rows
        chosen = np.searchsorted(np.cumsum(self.weights)[:-1], ranks)
        means = self.exposures * self.counts.sum() / self.exposures.sum()
        excess = self.excesses[chosen]
        rows = self._dealt(means, excess, rng)
        if self.dependence <= INDEPENDENT:
            return rows
        paths = gaussian_paths(n_rows, self.layout.steps, self.dependence, rng)
        slots = self.layout.slots
        if self.layout.is_even_within_slots:
            return place_in_order(rows, slots, paths)
        for kind in np.unique(chosen):
            here = chosen == kind
            value = self.excesses[kind]
            sizes = means / value if value else np.full(len(means), np.inf)
            transform = CountTransform.of(means, sizes, rows[here])
            places = transform.random_places(rows[here], rng)
            rows[here] = transform.counts_at(place_in_order(places, slots, paths[here]))
        return rows

    def _dealt(self, means: Floats, excess: Floats, rng: np.random.Generator) -> Whole:
        """Deal the events of each slot out by random weights."""
        shares = np.broadcast_to(means, (len(excess), len(means))).copy()
        loose = excess > 0
        shapes = means / excess[loose, None]
        shares[loose] = rng.standard_gamma(shapes) * excess[loose, None]
        rows = np.empty(shares.shape, dtype=np.int64)
        slots = self.layout.slots
        for slot in np.unique(slots):
            here = np.flatnonzero(slots == slot)
            part = shares[:, here]
            whole = part.sum(axis=1)
            lost = whole <= 0  # all weights too small for a number: one period has all
            part[lost, rng.integers(len(here), size=int(lost.sum()))] = 1.0
            part /= part.sum(axis=1, keepdims=True)
            rows[:, here] = rng.multinomial(int(self.counts[here].sum()), part)
        return rows


@frozen(kw_only=True, eq=False)
class PanelNull:
    """The null of one series of a panel."""

    excesses: Floats
    """What the excess of the variance may be, as a share of the mean."""
    weights: Floats
    """How probable each is."""
    dependence: float
    """Correlation of neighbouring periods."""

    def prepare(self, counts: Floats, layout: NullLayout) -> PanelDraws:
        """Look at the series."""
        return PanelDraws(
            counts=counts,
            layout=layout,
            exposures=working_exposures(counts, layout),
            excesses=self.excesses,
            weights=self.weights,
            dependence=self.dependence,
        )


@frozen(kw_only=True, eq=False)
class Borrowed:
    """What a panel lends to its series."""

    nulls: tuple[tuple[Null, ...], ...]
    """Of each series: the panel's null, the robust one beside it or alone."""
    n_observed: int
    """Number of series of which anything was observed."""

    @property
    def n_compared(self) -> int:
        """Number of series that have the panel's null."""
        return len(self._lent)

    @property
    def n_wary(self) -> int:
        """Number of series that have the robust null beside it."""
        return sum(len(nulls) > 1 for nulls in self.nulls)

    @property
    def dispersion(self) -> float:
        """Variance by the mean that the middle one of the series is taken to have."""
        return 1 + float(np.median([null.weights @ null.excesses for null in self._lent]))

    @property
    def dependence(self) -> float:
        """Correlation of neighbouring periods that the middle one is taken to have."""
        return float(np.median([null.dependence for null in self._lent]))

    @property
    def _lent(self) -> list[PanelNull]:
        return [nulls[0] for nulls in self.nulls if isinstance(nulls[0], PanelNull)]

    def words(self) -> str:
        """Say what was lent, in a line."""
        if not self._lent:
            few = f"fewer than {FEWEST} of {self.n_observed} series can be compared"
            return f"{few}: all have null robust"
        wary = f"; {self.n_wary} that may be unlike them held to null robust too"
        return (
            f"{self.n_compared} of {self.n_observed} series compared: "
            f"variance {self.dispersion:.2f} times the mean, "
            f"correlation of neighbours {self.dependence:.2f} (medians)"
            + (wary if self.n_wary else "")
        )
