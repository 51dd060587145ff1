"""Where the counts of a series stand, without the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engagement.models.observed import ObservedPeriods

__all__ = ["NullLayout", "working_exposures"]

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@frozen(kw_only=True, eq=False)
class NullLayout:
    """
    Where the counts of a series stand, without the counts.

    The periods are the observed ones, in a row.
    """

    exposures: Floats
    """How long each was observed, shape ``(n,)``, positive."""
    ordinals: Whole
    """The number of each period, shape ``(n,)``, increasing; a gap is a difference above 1."""
    slots: Whole
    """The place of each in the season, shape ``(n,)``; 0 throughout if there is none."""

    @classmethod
    def of(
        cls, exposures: Floats, *, ordinals: Whole | None = None, season: int | None = None
    ) -> NullLayout:
        """Make one; periods follow one another if no *ordinals* are given."""
        numbers = np.arange(len(exposures)) if ordinals is None else np.asarray(ordinals)
        return cls(
            exposures=np.asarray(exposures, dtype=np.float64),
            ordinals=numbers.astype(np.int64),
            slots=(numbers % (season or 1)).astype(np.int64),
        )

    @classmethod
    def of_observed(cls, observed: ObservedPeriods, season: int | None = None) -> NullLayout:
        """Make that of a series; a period's place in the season goes by its date."""
        numbers = observed.periods.asi8[observed.positions]
        return cls.of(observed.exposures, ordinals=numbers, season=season)

    def __len__(self) -> int:
        """Return the number of periods."""
        return len(self.exposures)

    @property
    def steps(self) -> Whole:
        """How many periods each stands after the one before, shape ``(n - 1,)``."""
        return np.diff(self.ordinals)

    @property
    def is_even_within_slots(self) -> bool:
        """Whether all periods of a slot were observed equally long."""
        low, high = (np.full(int(self.slots.max()) + 1, fill) for fill in (np.inf, -np.inf))
        np.minimum.at(low, self.slots, self.exposures)
        np.maximum.at(high, self.slots, self.exposures)
        return bool((high <= low * (1 + 1e-9)).all())


def working_exposures(counts: Floats, layout: NullLayout) -> Floats:
    """
    Weigh exposures by how many events come in each slot of the season.

    A slot's weight is its events, and half an event spread over all slots, by its exposure.

    Parameters
    ----------
    counts
        Shape ``(n,)``.
    layout
        Where they stand.

    Returns
    -------
    numpy.ndarray
        Shape ``(n,)``, of mean 1.

    Examples
    --------
    >>> import numpy as np
    >>> layout = NullLayout.of(np.ones(4), season=2)
    >>> working_exposures(np.array([3.0, 1, 3, 1]), layout).round(2).tolist()
    [1.47, 0.53, 1.47, 0.53]
    """
    exposures = layout.exposures
    if layout.slots.any():
        n_slots = int(layout.slots.max()) + 1
        events = np.bincount(layout.slots, counts, n_slots) + 0.5 / n_slots
        years = np.bincount(layout.slots, exposures, n_slots)
        with np.errstate(divide="ignore", invalid="ignore"):
            exposures = exposures * (events / years)[layout.slots]
    return np.asarray(exposures / exposures.mean(), dtype=np.float64)
