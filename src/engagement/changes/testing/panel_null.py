"""A null for each series of a panel, with what the panel knows of dispersion and dependence."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.changes.testing.autocorrelation import order_kept
from engagement.changes.testing.null_layout import NullLayout
from engagement.changes.testing.nulls import NULLS, Null
from engagement.changes.testing.panel_draws import Borrowed, PanelNull
from engagement.changes.testing.panel_fit import Member, PanelFit, fit_panel
from engagement.progress import worked
from engagement.settings.seeds import Stream, stream_generator
from engagement.settings.tuned import (
    EXCESSES,
    FEWEST,
    PANEL_CORRELATION_RAISED,
    SAMPLE,
    SHORTEST,
    STRANGE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.models.imputation import DrawnSeries

__all__ = ["borrowed_nulls", "panel_nulls"]

Floats = NDArray[np.float64]

MANY = 200
"""Series from which on several are looked at at a time, with progress on a terminal."""


def borrowed_nulls(panel: Sequence[DrawnSeries], *, season: int | None) -> Borrowed:
    """Give each series of a panel its nulls, see `panel_nulls`; dates that are drawn count once."""
    series = [(one.rows[0], NullLayout.of_observed(one.observed, season)) for one in panel]
    n_observed = sum(len(counts) > 0 for counts, _ in series)
    return Borrowed(nulls=tuple(panel_nulls(series)), n_observed=n_observed)


def _content(series: tuple[Floats, NullLayout]) -> tuple[bytes, ...]:
    """Give what a series holds, by which the series of a panel are put into one order."""
    counts, layout = series
    parts = (counts, layout.exposures, layout.steps, layout.slots)
    return tuple(np.ascontiguousarray(part).tobytes() for part in parts)


def panel_nulls(series: Sequence[tuple[Floats, NullLayout]]) -> list[tuple[Null, ...]]:
    """
    Give each series of a panel a null that rests on what the panel has in common.

    How overdispersed counts are, and how autocorrelated, is fitted to all series
    together, by empirical Bayes. What the fit is known to miss is measured on a panel without
    change that is drawn from it, and made up for.

    Series that appear more overdispersed or autocorrelated than the others, beyond any change,
    are tested with the robust null too, which uses them alone, and have the larger of the two
    p-values. If fewer than five series are informative, all have the robust null only.

    The outcome is a function of the set of series that can tell: neither of their order, nor of
    a seed, nor of series without observation.

    Parameters
    ----------
    series
        Counts of the observed periods, shape ``(n,)``, and where they stand, of each.

    Returns
    -------
    list of tuple of Null
        One or two a series, in their order.
    """
    nulls: list[tuple[Null, ...]] = [(NULLS["robust"],)] * len(series)
    telling = [
        place
        for place, (counts, _) in enumerate(series)
        if len(counts) >= SHORTEST and counts.sum()
    ]
    if len(telling) < FEWEST:
        return nulls
    telling.sort(key=lambda place: _content(series[place]))
    whole = b"".join(part for place in telling for part in _content(series[place]))
    rng = stream_generator(0, Stream.PANEL, zlib.crc32(whole))
    profile = common_profile([series[place] for place in telling])
    members = worked(
        lambda place: _member(*series[place], profile), telling, "comparing series", at_least=MANY
    )
    common = _learn(members[:: -(-len(members) // SAMPLE)], profile, rng)
    for top in range(0, len(telling), SAMPLE):
        part = slice(top, top + SAMPLE)
        for place, found in zip(telling[part], _nulls(members[part], common), strict=True):
            nulls[place] = found
    return nulls


@frozen(kw_only=True, eq=False)
class _Common:
    """What series of a panel share, and what the fit is known to miss."""

    fit: PanelFit
    factor: float
    """By how much excesses are too low."""
    lost: float
    """By how much the common correlation is too low."""
    flatter: float
    """By how much its slope is too low."""

    def dependence(self, shares: Floats) -> Floats:
        whole = evolve(
            self.fit, common=self.fit.common + self.lost, slope=self.fit.slope + self.flatter
        )
        return whole.dependence(shares)


def common_profile(series: Sequence[tuple[Floats, NullLayout]]) -> Floats:
    """
    Return the factor of the rate in each slot of the season, over all series of a panel.

    A profile of its own would fit a short series so closely that its overdispersion is lost.
    Where series do have profiles of their own, they appear more overdispersed than they are.

    Examples
    --------
    >>> import numpy as np
    >>> layout = NullLayout.of(np.ones(4), season=2)
    >>> panel = [(np.array([6.0, 2, 6, 2]), layout), (np.array([3.0, 1, 0, 0]), layout)]
    >>> common_profile(panel).round(2).tolist()
    [1.49, 0.51]
    """
    n_slots = 1 + max(int(layout.slots.max()) for _, layout in series)
    events, expected = np.full((2, n_slots), 0.5 / n_slots)
    for counts, layout in series:
        rate = counts.sum() / layout.exposures.sum()
        events += np.bincount(layout.slots, counts, n_slots)
        expected += np.bincount(layout.slots, layout.exposures * rate, n_slots)
    return np.asarray(events / expected, dtype=np.float64)


def _member(counts: Floats, layout: NullLayout, profile: Floats) -> Member:
    exposures = layout.exposures * profile[layout.slots]
    return Member.of(counts, layout, exposures / exposures.mean())


def _learn(members: Sequence[Member], profile: Floats, rng: np.random.Generator) -> _Common:
    """
    Fit a panel, and find what the fit misses.

    Runs of high counts are in part taken for changes, so that dispersion and dependence come
    out low. That is made up for as far as the panel shows dependence at all.
    """
    fit = fit_panel(members)
    gate = float(np.clip((fit.certainty - 0.5) / 1.5, 0.0, 1.0))
    if not gate:
        return _Common(fit=fit, factor=1.0, lost=0.0, flatter=0.0)
    reading = fit.read(members)
    dependence = fit.dependence(reading.shares)
    found = []
    for _ in range(max(1, min(16, 100 // len(members)))):
        again = []
        for row, member in enumerate(members):
            null = PanelNull(
                excesses=EXCESSES,
                weights=reading.weights[row],
                dependence=float(dependence[row]),
            )
            counts = null.prepare(member.counts, member.layout).draw(1, rng)[0].astype(float)
            if counts.sum():
                again.append(_member(counts, member.layout, profile))
        second = fit_panel(again)
        excess = float(second.read(again).excesses.mean())
        found.append((excess, fit.common - second.common, fit.slope - second.slope))
    excess, lost, flatter = np.mean(found, axis=0)
    ratio = float(reading.excesses.mean()) / max(float(excess), 1e-9)
    return _Common(
        fit=fit,
        factor=1 + gate * (float(np.clip(ratio, 1.0, 1.6)) - 1),
        lost=gate * max(float(lost), 0.0),
        flatter=gate * max(float(flatter), 0.0),
    )


def _nulls(members: Sequence[Member], common: _Common) -> list[tuple[Null, ...]]:
    """Give each series the panel's null, and the robust one if it may not be like the panel."""
    reading = common.fit.read(members)
    dependence = common.dependence(reading.shares)
    nulls: list[tuple[Null, ...]] = []
    for row, member in enumerate(members):
        raised = PANEL_CORRELATION_RAISED * float(dependence[row]) / order_kept(member.layout.slots)
        null = PanelNull(
            excesses=EXCESSES * common.factor,
            weights=reading.weights[row],
            dependence=float(np.clip(raised, 0.0, 0.8)),
        )
        usual = common.factor * float(reading.usual[row])
        is_strange = member.strangeness(usual, float(dependence[row])) > STRANGE
        nulls.append((null, NULLS["robust"]) if is_strange else (null,))
    return nulls
