"""Counts that vary about their rate as Poisson counts do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from attrs import frozen

from engagement.models.count_family import CountFamily
from engagement.models.count_rows import POISSON

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Poisson"]


@frozen
class Poisson(CountFamily):
    """Poisson counts, one rate per segment."""

    name: ClassVar[str] = "poisson"
    known_dispersion: ClassVar[float] = 1.0

    def __str__(self) -> str:
        """Return the family in words."""
        return self.name

    def components(self, counts: NDArray[np.float64]) -> list[tuple[float, float, float, float]]:
        """List one component, without overdispersion."""
        del counts
        return [POISSON]
