"""The ratios of rates, as an answer: which pairs were compared, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from attrs import frozen

from engagement.answers import SeveralAnswer
from engagement.display import Column, axis_columns, percent

__all__ = ["SEGMENT", "RateComparison", "RateRatio"]

SEGMENT = "segment"
"""What stands for spans where an axis could be named."""


@frozen(kw_only=True, eq=False)
class RateRatio:
    """One rate against another."""

    axes: Mapping[str, str]
    """What the two have in common: a label on each axis that is not compared."""
    first: str
    """What is compared: its label, or its span."""
    second: str
    """What it is compared with."""
    n_events: tuple[int, int]
    """Events of the first and of the second."""
    exposure_years: tuple[float, float]
    """Years observed of both."""
    n_shared: int
    """Events that stand on both sides, such as one with several countries."""
    ratio: float
    """Rate of the first over that of the second; NaN where neither has an event."""
    low: float
    """Lower end of the exact interval."""
    high: float
    """Upper end; infinite where the second has no events."""
    p_value: float
    """That of equal rates, two-sided; NaN where either was not observed."""
    p_adjusted: float
    """Corrected for the number of comparisons."""

    @property
    def is_tested(self) -> bool:
        """Whether both were observed."""
        return bool(np.isfinite(self.p_value))


@frozen(kw_only=True, eq=False, repr=False)
class RateComparison(SeveralAnswer[RateRatio]):
    """
    Rates compared in pairs, from `compare_rates`.

    Iterating gives each `RateRatio`; ``len`` is their number. Its rows are the comparisons: one
    column for each axis that is not compared, then first, second, n_events_first, n_events_second,
    exposure_years_first, exposure_years_second, n_shared, ratio, low, high, p_value and
    p_adjusted.
    """

    ratios: tuple[RateRatio, ...]
    """Every comparison."""
    by: tuple[str, ...]
    """Names of the axes that are not compared."""
    over: str
    """The axis that is compared, or ``segment``."""
    reference: str | None
    """The label that all were compared with; None where all pairs, or each span with the next."""
    level: float
    """Level of each interval by itself."""

    @property
    def _items(self) -> tuple[RateRatio, ...]:
        return self.ratios

    @staticmethod
    def _label(one: RateRatio) -> str:
        return f"{one.first} / {one.second}"

    @property
    def title(self) -> str:
        """What is compared."""
        return f"rate ratios over {self.over}"

    @property
    def columns(self) -> list[Column]:
        """Both sides of each comparison, and their ratio with its interval."""
        return [
            *axis_columns(self.by),
            Column("first", "first", dtype="str"),
            Column("second", "second", dtype="str"),
            _side("n_events", 0, "first: events / years"),
            _side("n_events", 1, "second: events / years"),
            _side("exposure_years", 0),
            _side("exposure_years", 1),
            Column("n_shared"),
            Column("ratio", "rate ratio", "{:.3g}"),
            Column(
                "low",
                f"{percent(self.level)} interval",
                "{:.3g} to {high:.3g}",
                missing="not observed",
            ),
            Column("high"),
            Column("p_value", "p", "{:.3g}"),
            Column("p_adjusted", "adjusted p", "{:.3g}"),
        ]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the ratios should know."""
        tested = sum(one.is_tested for one in self.ratios)
        notes = [
            f"p-values: {_TOLD}",
            "p-values and intervals assume Poisson counts; estimate_rate gives the dispersion",
        ]
        if tested > 1:
            notes.append(
                f"adjusted over {tested} comparisons by the rule of Holm; each interval is for "
                "one comparison alone"
            )
        if any(one.n_shared for one in self.ratios):
            notes.append(
                "some events stand on both sides, which makes the sides alike: p-values are then "
                "too large rather than too small, and intervals too wide"
            )
        if self.over != SEGMENT:
            notes.append("only periods that were observed in both are compared")
        if tested < len(self):
            notes.append(f"{len(self) - tested} could not be compared: nothing observed in common")
        return tuple(notes)


def _side(name: str, place: int, heading: str | None = None) -> Column:
    """Declare the column of one side, and beside its events the years."""
    side = ("first", "second")[place]
    return Column(
        f"{name}_{side}",
        heading,
        f"{{}} / {{exposure_years_{side}:.4g}}",
        value=lambda one: getattr(one, name)[place],
    )


_TOLD = "exact given the total, twice the smaller tail, consistent with the intervals"
