"""The ratios of rates, as an answer: which pairs were compared, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from attrs import frozen

from engagement.answers import answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

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


@answer
@frozen(kw_only=True, eq=False)
class RateComparison:
    """
    Rates compared in pairs, from `compare_rates`.

    Iterating gives each `RateRatio`; ``len`` is their number.
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
    method: str
    """How p-values were computed."""
    correction: str
    """What was done about the number of comparisons."""
    matched: bool
    """Whether only periods were taken that were observed in both."""

    def __len__(self) -> int:
        """Return the number of comparisons."""
        return len(self.ratios)

    def __iter__(self) -> Iterator[RateRatio]:
        """Yield every comparison."""
        return iter(self.ratios)

    def __getitem__(self, place: int) -> RateRatio:
        """Return the comparison at a place."""
        return self.ratios[place]

    def to_frame(self) -> pd.DataFrame:
        """
        Return a row a comparison.

        Returns
        -------
        pandas.DataFrame
            A column an axis that is not compared, then first, second, n_events_first,
            n_events_second, exposure_years_first, exposure_years_second, n_shared, ratio, low,
            high, p_value and p_adjusted.
        """
        numbers = ("n_shared", "ratio", "low", "high", "p_value", "p_adjusted")
        rows = [
            {
                **{name: one.axes[name] for name in self.by},
                "first": one.first,
                "second": one.second,
                "n_events_first": one.n_events[0],
                "n_events_second": one.n_events[1],
                "exposure_years_first": one.exposure_years[0],
                "exposure_years_second": one.exposure_years[1],
                **{name: getattr(one, name) for name in numbers},
            }
            for one in self.ratios
        ]
        sides = [f"{n}_{side}" for n in ("n_events", "exposure_years") for side in _SIDES]
        frame = pd.DataFrame(rows, columns=[*self.by, *_SIDES, *sides, *numbers])
        return frame.astype(dict.fromkeys((*self.by, *_SIDES), "str"))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of the ratios should know."""
        tested = sum(one.is_tested for one in self.ratios)
        notes = [
            f"p-values: {_TOLD[self.method]}",
            "they and the intervals take counts as Poisson; estimate_rate tells the dispersion",
        ]
        if self.correction == "holm" and tested > 1:
            notes.append(
                f"adjusted over {tested} comparisons by the rule of Holm; each interval is for "
                "one comparison alone"
            )
        if any(one.n_shared for one in self.ratios):
            notes.append(
                "some events stand on both sides, which makes the sides alike: p-values are then "
                "too large rather than too small, and intervals too wide"
            )
        if self.matched and self.over != SEGMENT:
            notes.append("only periods that were observed in both are compared")
        if tested < len(self):
            notes.append(f"{len(self) - tested} could not be compared: nothing observed in common")
        return tuple(notes)

    def summary(self) -> str:
        """Return the comparisons as a table in plain text, with what was asked."""
        interval = f"{100 * self.level:g}%"
        rows = []
        for one in self.ratios:
            cells = {name: one.axes[name] for name in self.by}
            cells["of"], cells["to"] = one.first, one.second
            for place, name in enumerate(("events / years", "and")):
                cells[name] = f"{one.n_events[place]} / {one.exposure_years[place]:.4g}"
            known = one.is_tested
            cells["ratio"] = "" if np.isnan(one.ratio) else f"{one.ratio:.3g}"
            cells[interval] = f"{one.low:.3g} to {one.high:.3g}" if known else "not observed"
            cells["p"] = f"{one.p_value:.3g}" if known else ""
            cells["adjusted"] = f"{one.p_adjusted:.3g}" if known else ""
            rows.append(cells)
        lines = [f"ratios of rates over {self.over}", ""]
        if rows:
            lines += [pd.DataFrame(rows).to_string(index=False), ""]
        return "\n".join([*lines, *self.notes])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw a point and a bar a ratio on a logarithmic axis, with a line at 1."""
        from engagement.figures.intensity import draw_ratios, short_labels

        lead = short_labels([one.axes for one in self.ratios])
        pairs = [f"{one.first} / {one.second}" for one in self.ratios]
        if len({tuple(one.axes.items()) for one in self.ratios}) > 1:
            pairs = [f"{label} {pair}" for label, pair in zip(lead, pairs, strict=True)]
        values = [(one.ratio, one.low, one.high) for one in self.ratios]
        label = f"ratio of rates, with {100 * self.level:g}% intervals"
        return draw_ratios(pairs, values, label, ax)


_SIDES = ("first", "second")
_TOLD = {
    "exact": "exact given the total, twice the lesser tail, as the intervals are",
    "exact-cond": "exact given the total, all outcomes no more probable",
    "etest": "the E-test, which does not fix the total",
}
