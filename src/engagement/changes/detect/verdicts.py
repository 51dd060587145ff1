"""What may be said of a series, and of the direction of a change."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["ChangeVerdict", "Direction"]


class ChangeVerdict(StrEnum):
    """
    What may be said of a series.

    The test says whether counts are uneven beyond chance, the posterior whether that is a
    change: a series that the test finds uneven, and in which no change is more probable than
    any, has no dated change.
    """

    CHANGE = "change"
    """Uneven beyond chance, and a change is more probable than none."""
    UNEVEN = "uneven, no dated change"
    """Uneven beyond chance, but no change is at least as probable as one."""
    NO_CHANGE = "no change found"
    """Not uneven beyond chance."""
    TOO_FEW = "too few events"
    """Even the most uneven outcome would be no wonder without change."""
    NOT_OBSERVED = "not observed"
    """No period was observed."""


class Direction(StrEnum):
    """Whether a rate rose or fell, by the interval of its ratio, which excludes 1."""

    RISE = "rise"
    FALL = "fall"
