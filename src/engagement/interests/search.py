"""One change after another: which cuts stand, when they were, and how sure the date is."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from engagement.interests.splits import Bundles, Permuted, Piece, make_piece, permutations

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cut", "PermutationTest", "label_p_values", "places_not_refused", "search_cuts"]

Floats = NDArray[np.float64]

_INTERVAL_DRAWS = 199  # enough to tell a p-value of .05 from one of .1


@frozen(kw_only=True, eq=False)
class PermutationTest:
    """A test by permuting labelled events over their dates, see `engagement.interests.splits`."""

    bundles: Bundles
    """What is permuted."""
    min_events: int
    """Events on each side of a cut."""
    n_draws: int
    """Permutations behind each p-value."""
    rng: np.random.Generator

    @property
    def n_periods(self) -> int:
        """Number of periods."""
        return int(self.bundles.masses.shape[0])

    def piece(self, start: int, stop: int) -> Piece:
        """Find where a run of periods may be cut."""
        return make_piece(self.bundles, start, stop, self.min_events)

    def table(
        self, bounds: list[int], judge: Callable[[Permuted], Floats], *, n_draws: int | None = None
    ) -> Floats:
        """Judge the events as they are, in the first row, and permuted, in the others."""
        size = n_draws or self.n_draws
        rows = [judge(self.bundles.as_they_are())]
        rows += map(judge, permutations(self.bundles, bounds, size, self.rng))
        return np.concatenate(rows)

    def best_cut(self, piece: Piece) -> int:
        """Return the period at which a piece is cut best, of several the first."""
        judged = piece.totals(self.bundles.as_they_are())[0]
        return int(piece.cuts[np.argmax(judged >= judged.max() * (1 - 1e-9))])

    def p_value(self, piece: Piece) -> float:
        """Test whether the best of a piece's cuts is better than by chance."""
        return _share_as_high(_heights(self.table([piece.start, piece.stop], piece.totals)))


@frozen(kw_only=True, eq=False)
class Cut:
    """A change that was found."""

    place: int
    """Period at which the second part begins."""
    low: int
    """The first period that is not refused as its date."""
    high: int
    """The last."""
    start: int
    """First period of the piece that it cuts, which begins at the change before it."""
    stop: int
    """The period after the last of that piece."""
    p_value: float
    """Of the step in which it was found."""


def search_cuts(
    test: PermutationTest, *, level: float, max_changes: int | None
) -> tuple[tuple[Cut, ...], float, float]:
    """
    Cut where the mean vectors differ most, as long as chance does not explain it.

    A cut stands if its p-value is at most one minus *level*, which is also that of the intervals.
    Returned are the cuts in the order of their dates, the p-value of the first step, which asks
    for any change, and that of the step at which the search stopped; NaN where nothing was left
    to cut.
    """
    found: dict[int, float] = {}
    first, p_next = np.nan, np.nan
    while True:
        bounds = [0, *sorted(found), test.n_periods]
        pieces = [piece for pair in pairwise(bounds) if len((piece := test.piece(*pair)).cuts)]
        if not pieces:
            p_next = np.nan
            break
        p_next, best = _step(test, pieces, bounds)
        if not found:
            first = p_next
        if p_next > (1 - level) * (1 + 1e-9) or len(found) == max_changes:
            break
        found[test.best_cut(best)] = p_next
    places = _settled(test, sorted(found))
    bounds = [0, *places, test.n_periods]
    cuts = []
    for place, key, start, stop in zip(places, sorted(found), bounds, bounds[2:], strict=False):
        kept = [place, *places_not_refused(test, test.piece(start, stop), level)]
        cut = Cut(
            place=place,
            low=min(kept),
            high=max(kept),
            start=start,
            stop=stop,
            p_value=found[key],
        )
        cuts.append(cut)
    return tuple(cuts), first, p_next


def _step(test: PermutationTest, pieces: list[Piece], bounds: list[int]) -> tuple[float, Piece]:
    """
    Test whether some piece is cut better than by chance, and say which is cut best.

    Each cut is judged by how far it lies above its own mean over the permutations, in units of its
    own spread, so that cuts near an end and short pieces count no more than others.
    """
    heights = _heights(
        test.table(
            bounds,
            lambda permuted: np.concatenate([piece.totals(permuted) for piece in pieces], axis=-1),
        )
    )
    owner = np.repeat(np.arange(len(pieces)), [len(piece.cuts) for piece in pieces])
    return _share_as_high(heights), pieces[int(owner[heights[0].argmax()])]


def _heights(table: Floats) -> Floats:
    """Return how far each cut lies above its own mean over the permutations, in its own spreads."""
    spread = table.std(axis=0)
    scale = np.where(spread > 1e-12, spread, np.inf)
    return np.asarray((table - table.mean(axis=0)) / scale, dtype=np.float64)


def _share_as_high(heights: Floats) -> float:
    """Return the share of rows whose highest entry is as high as that of the first."""
    highest = heights.max(axis=1)
    return float(np.mean(highest >= highest[0] - 1e-9))


def _settled(test: PermutationTest, places: list[int]) -> list[int]:
    """Move each cut to where it is best between its neighbours, until none moves."""
    settled = list(places)
    for _ in range(20):
        before = list(settled)
        for k in range(len(settled)):
            bounds = [0, *settled, test.n_periods]
            settled[k] = test.best_cut(test.piece(bounds[k], bounds[k + 2]))
        if settled == before:
            break
    return settled


def places_not_refused(test: PermutationTest, piece: Piece, level: float) -> list[int]:
    """List the places in a piece that a test of one change there does not reject at a level."""
    kept = []
    for place in piece.cuts.tolist():
        best = test.table(
            [piece.start, place, piece.stop],
            lambda permuted: piece.totals(permuted).max(axis=-1),
            n_draws=_INTERVAL_DRAWS,
        )
        if np.mean(best >= best[0] - 1e-9) > 1 - level:
            kept.append(place)
    return kept


def label_p_values(test: PermutationTest, piece: Piece) -> Floats:
    """
    Test each label for a change anywhere in a piece.

    Adjusted for all dates and all labels by the smallest p-value among the permutations, step by
    step (Westfall and Young). NaN where too few events of the piece have the label, or too few
    do not.
    """
    bundles = test.bundles
    events = piece.weights * bundles.sizes
    named = events @ (bundles.vectors > 0)
    least = test.min_events
    common = np.flatnonzero((named >= least) & (events.sum() - named >= least))
    p_values = np.full(bundles.vectors.shape[1], np.nan)
    if not len(common):
        return p_values
    chosen = evolve(test, bundles=evolve(bundles, vectors=bundles.vectors[:, common]))
    table = chosen.table(
        [piece.start, piece.stop], lambda permuted: piece.parts(permuted).max(axis=-2)
    )
    alone = _shares_as_high(table)
    order = np.argsort(alone[0], kind="stable")
    smallest = np.minimum.accumulate(alone[:, order[::-1]], axis=1)[:, ::-1]
    adjusted = np.mean(smallest <= alone[0, order] + 1e-12, axis=0)
    p_values[common[order]] = np.maximum.accumulate(adjusted)
    return p_values


def _shares_as_high(table: Floats) -> Floats:
    """Return for each entry the share of its column that is as high or higher."""
    rounded = np.round(table, 9)
    shares = np.empty_like(table)
    for column in range(table.shape[1]):
        rising = np.sort(rounded[:, column])
        below = np.searchsorted(rising, rounded[:, column], side="left")
        shares[:, column] = 1 - below / len(table)
    return shares
