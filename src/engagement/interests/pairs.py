"""Which topics are named together, more often or less than the size of events explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from attrs import field, frozen
from numpy.typing import NDArray

from engagement.answers import Answer
from engagement.counting.multiple_testing import benjamini_hochberg
from engagement.display import Column
from engagement.interests.labelled import label_events, reading_of
from engagement.settings.checks import check_choice, check_share, check_whole

if TYPE_CHECKING:
    from engagement.interests.labelled import Labels
    from engagement.log.eventlog import EventLog

__all__ = ["CoMentions", "count_pairs"]

Floats = NDArray[np.float64]


@frozen(kw_only=True, eq=False, repr=False)
class CoMentions(Answer):
    """
    How often two labels stand on one event, from `count_pairs`.

    Its rows are `pairs`.
    """

    most_rows: ClassVar[int | None] = 16

    pairs: pd.DataFrame = field(repr=False)
    """
    One row per pair, those furthest from what was expected first: first, second, together (events
    that name both), expected, lift (the one over the other), p_value and q_value.
    """
    totals: pd.Series = field(repr=False)
    """Events that name each label, those that are in no pair too."""
    labels: str
    """What the labels are."""
    implied: bool
    """Whether topics brought those that they imply."""
    n_events: int
    """Events with a label."""
    min_events: int
    """Labels of fewer events are in no pair."""
    fdr: float
    """False discovery rate at which the summary marks pairs."""

    @property
    def title(self) -> str:
        """How many pairs stand out."""
        n_marked = int((self.pairs["q_value"] <= self.fdr).sum())
        reading = reading_of(self.labels, implied=self.implied)
        return (
            f"{n_marked} of {len(self.pairs)} pairs stand out among {self.n_events} events, "
            f"{reading}"
        )

    @property
    def columns(self) -> list[Column]:
        """What was counted, what was expected, and how far the one is from the other."""
        return [
            Column("first", "first"),
            Column("second", "second"),
            Column("together", "together"),
            Column("expected", "expected", "{:.1f}"),
            Column("lift", "lift", "{:.2f}"),
            Column("p_value", "p", "{:.2g}"),
            Column("q_value", "q", lambda q: f"{q:.2g}" + "*" * bool(q <= self.fdr)),
        ]

    @property
    def rows(self) -> pd.DataFrame:
        """One row per pair, those furthest from what was expected first."""
        return self.pairs

    @property
    def notes(self) -> tuple[str, ...]:
        """What was expected, and what the mark means."""
        return (
            (
                f"labels of {self.min_events} events or more; expected: given how many labels "
                "each event has, and how often each is named"
            ),
            f"* stands out: q is at most {self.fdr:g} (Benjamini-Hochberg)",
        )

    def matrix(self, values: str = "together") -> pd.DataFrame:
        """
        Return one column of the pairs as a symmetric matrix; NaN on the diagonal.

        Parameters
        ----------
        values
            ``"together"``, ``"expected"``, ``"lift"``, ``"p_value"`` or ``"q_value"``.
        """
        check_choice("values", values, ("together", "expected", "lift", "p_value", "q_value"))
        kept = [label for label, n in self.totals.items() if n >= self.min_events]
        table = pd.DataFrame(np.nan, index=kept, columns=kept)
        for first, second, value in self.pairs[["first", "second", values]].itertuples(index=False):
            table.loc[first, second] = table.loc[second, first] = float(value)
        return table


def count_pairs(
    log: EventLog,
    labels: Labels = "topic",
    *,
    implied: bool = False,
    min_events: int = 5,
    fdr: float = 0.1,
) -> CoMentions:
    """
    Count which labels occur together in events, and how often they would by chance.

    An event with five topics has ten pairs, so long lists produce many pairs. The expected
    number keeps the number of labels of each event, and gives each label its total on average:
    an event with k labels draws k different ones with label-specific odds (conditional
    Bernoulli sampling [1]_). The p-value of the observed number of pairs is two-sided (twice
    the smaller tail), with the odds taken as known.

    Parameters
    ----------
    log
        The events.
    labels
        An axis or a function, as in `composition_changes`.
    implied
        Whether implied topics are included; a term and what it implies are then always
        together.
    min_events
        Labels of fewer events are in no pair, but enter the expected numbers.
    fdr
        False discovery rate at which the summary marks pairs, strictly between 0 and 1.

    Returns
    -------
    CoMentions
        Pairs with what was counted and what was expected.

    Raises
    ------
    SettingError
        If a setting is outside of what it may be.

    References
    ----------
    .. [1] S. X. Chen and J. S. Liu (1997), *Statistica Sinica* 7(4), 875-892.

    Examples
    --------
    >>> from engagement.log.eventlog import EventLog
    >>> from engagement.events.events import Meeting
    >>> sets = [["a", "b"], ["a", "b"], ["a", "b"], ["c", "d"], ["c", "d"], ["a", "c"]]
    >>> log = EventLog(
    ...     Meeting(date="2002", channel="bilateral", countries=["KGZ"], topics=topics)
    ...     for topics in sets
    ... )
    >>> frame = count_pairs(log, min_events=3).to_frame()
    >>> print(*frame.iloc[0][["first", "second", "together"]])
    a b 3
    """
    least = check_whole("min_events", min_events, least=1)
    fdr = check_share("fdr", fdr)
    events = label_events(log, labels=labels, implied=implied, counting="whole", freq="Y")
    named = events.vectors > 0
    totals = pd.Series(
        named.sum(axis=0).astype(np.int64), index=pd.Index(events.labels, name="label")
    )
    kept = np.flatnonzero(totals.to_numpy() >= least)
    sizes, numbers = np.unique(named.sum(axis=1), return_counts=True)
    odds = fitted_odds(totals.to_numpy().astype(np.float64), sizes, numbers)
    counted = named.T.astype(np.int64) @ named
    rows = []
    for place, first in enumerate(kept):
        for second in kept[place + 1 :]:
            chances = pair_chances(odds, int(first), int(second), sizes)
            together = int(counted[first, second])
            expected = float(chances @ numbers)
            rows.append(
                {
                    "first": events.labels[first],
                    "second": events.labels[second],
                    "together": together,
                    "expected": expected,
                    "lift": together / expected if expected > 0 else np.nan,
                    "p_value": tail_probability(together, chances, numbers),
                }
            )
    columns = ["first", "second", "together", "expected", "lift", "p_value"]
    frame = pd.DataFrame(rows, columns=columns)
    p_values = frame["p_value"].to_numpy(dtype=np.float64)
    frame["q_value"] = benjamini_hochberg(p_values, fdr)[1]
    return CoMentions(
        pairs=frame.sort_values("p_value", kind="stable", ignore_index=True),
        totals=totals,
        labels=labels if isinstance(labels, str) else getattr(labels, "__name__", "function"),
        implied=implied,
        n_events=len(events),
        min_events=least,
        fdr=fdr,
    )


def symmetric_sums(odds: Floats, most: int) -> Floats:
    """
    Return the sums of products of 0, 1, ... different odds.

    >>> symmetric_sums(np.array([1.0, 2.0, 3.0]), 3)
    array([ 1.,  6., 11.,  6.])
    """
    sums = np.zeros(most + 1)
    sums[0] = 1.0
    for value in odds:
        sums[1:] += value * sums[:-1].copy()
    return sums


def inclusion_chances(odds: Floats, sizes: NDArray[np.int64]) -> Floats:
    """Return the chance of each label in a draw of so many, shape ``(n_sizes, n_labels)``."""
    most = int(sizes.max(initial=0))
    whole = symmetric_sums(odds, most)
    chances = np.zeros((len(sizes), len(odds)))
    for label in range(len(odds)):
        rest = symmetric_sums(np.delete(odds, label), most)
        chances[:, label] = odds[label] * rest[sizes - 1] / whole[sizes]
    return chances


def fitted_odds(totals: Floats, sizes: NDArray[np.int64], numbers: NDArray[np.int64]) -> Floats:
    """
    Find the odds that give each label its total on average.

    So many events, *numbers*, have so many labels, *sizes*.
    """
    if not len(totals):
        return totals
    odds: Floats = totals / totals.sum()
    for _ in range(500):
        expected = numbers @ inclusion_chances(odds, sizes)
        step = totals / expected
        odds = odds * step
        odds /= odds.sum()
        if np.abs(step - 1).max() < 1e-8:
            break
    return odds


def pair_chances(odds: Floats, first: int, second: int, sizes: NDArray[np.int64]) -> Floats:
    """Return the chance of two labels together in a draw of each size, shape ``(n_sizes,)``."""
    most = int(sizes.max(initial=0))
    whole = symmetric_sums(odds, most)
    rest = symmetric_sums(np.delete(odds, [first, second]), most)
    several = np.maximum(sizes, 2)
    if most < 2:
        return np.zeros(len(sizes))
    chances = odds[first] * odds[second] * rest[several - 2] / whole[several]
    return np.asarray(np.where(sizes >= 2, np.minimum(chances, 1.0), 0.0), dtype=np.float64)


def tail_probability(count: int, chances: Floats, numbers: NDArray[np.int64]) -> float:
    """Return twice the smaller tail of a sum of independent events, at most one."""
    from scipy.stats import binom

    whole = np.ones(1)
    for chance, number in zip(chances.tolist(), numbers.tolist(), strict=True):
        whole = np.convolve(whole, binom.pmf(np.arange(number + 1), number, chance))
    return float(min(1.0, 2 * min(whole[: count + 1].sum(), whole[count:].sum())))
