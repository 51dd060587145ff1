"""
Measure how often changes of the composition are right, on simulated logs.

``size`` cells hold logs without a change and give the share with a p-value up to .05: the test
deals whole events, so it should be .05 or less wherever events are exchangeable. The worlds
"journeys" and "slow drift" break that on purpose. ``planted`` cells hold logs with known
changes and give the share in which something was found, and among those the share with the
right number of changes, with more, and with the true date inside the interval.

Each cell has its own seed and is written as soon as it is done, with its number of runs and its
Monte Carlo error. A file that exists is read first, and cells that it holds are not run again::

    python benchmarks/composition.py --out benchmarks/composition.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
import pandas as pd
from attrs import asdict, frozen

from engagement.events.events import Meeting
from engagement.interests.composition import composition_changes
from engagement.log.eventlog import EventLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

FIRST, N_YEARS, N_DRAWS = 1993, 28, 199


@frozen
class Row:
    """One measured share."""

    kind: str
    world: str
    design: str
    counting: str
    together: str
    measure: str
    value: float
    error: float
    runs: int


def shares_of_topics(n_topics: int) -> NDArray[np.float64]:
    """Return how often topics are named: a few often, most seldom."""
    return 0.55 / np.arange(1, n_topics + 1) ** 0.8


def draw_sets(shares: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    """Draw which topics each event names, from a row of shares an event; at least one."""
    named = rng.random(shares.shape) < shares
    empty = ~named.any(axis=1)
    named[empty, rng.integers(shares.shape[1], size=int(empty.sum()))] = True
    return named


def make_log(dates: list[str], named: NDArray[np.bool_]) -> EventLog:
    """Make a log of meetings from dates and the topics that each names."""
    return EventLog(
        Meeting(
            id=f"e{place}",
            date=date,
            channel="bilateral",
            countries=["KAZ"],
            topics=[f"topic {topic}" for topic in np.flatnonzero(row)],
        )
        for place, (date, row) in enumerate(zip(dates, named, strict=True))
    )


def months(numbers: NDArray[np.int64]) -> list[str]:
    """Write months, counted from the first, as dates."""
    return [f"{FIRST + number // 12}-{number % 12 + 1:02}" for number in numbers.tolist()]


def even(n_events: int, n_topics: int, rng: np.random.Generator) -> EventLog:
    """Spread events evenly over the months."""
    named = draw_sets(np.tile(shares_of_topics(n_topics), (n_events, 1)), rng)
    return make_log(months(rng.integers(0, 12 * N_YEARS, n_events)), named)


def growing(n_events: int, n_topics: int, rng: np.random.Generator) -> EventLog:
    """Let events become ten times as frequent."""
    named = draw_sets(np.tile(shares_of_topics(n_topics), (n_events, 1)), rng)
    when = np.floor(12 * N_YEARS * rng.random(n_events) ** 0.4).astype(np.int64)
    return make_log(months(when), named)


def imprecise(n_events: int, n_topics: int, rng: np.random.Generator) -> EventLog:
    """Know half of the dates to within three years only."""
    named = draw_sets(np.tile(shares_of_topics(n_topics), (n_events, 1)), rng)
    dates = months(rng.integers(0, 12 * N_YEARS, n_events))
    dates = [
        f"[{int(date[:4]) - 1}..{int(date[:4]) + 1}]" if vague else date
        for date, vague in zip(dates, rng.random(n_events) < 0.5, strict=True)
    ]
    return make_log(dates, named)


def hanging_together(n_events: int, n_topics: int, rng: np.random.Generator) -> EventLog:
    """Let topics come in sets, as the parts of an umbrella term do."""
    sets = draw_sets(np.tile(2 * shares_of_topics(n_topics), (5, 1)), rng)
    return make_log(
        months(rng.integers(0, 12 * N_YEARS, n_events)), sets[rng.integers(5, size=n_events)]
    )


def journeys(n_events: int, n_topics: int, rng: np.random.Generator) -> EventLog:
    """Let three events at a time fall in one month and name the same topics."""
    n_journeys = n_events // 3
    named = draw_sets(np.tile(shares_of_topics(n_topics), (n_journeys, 1)), rng)
    when = np.repeat(rng.integers(0, 12 * N_YEARS, n_journeys), 3)
    return make_log(months(when), np.repeat(named, 3, axis=0))


def drifting(n_events: int, n_topics: int, rng: np.random.Generator) -> EventLog:
    """Let the odds of each topic wander from year to year by an AR(1) of .5 and sd .5."""
    wander = np.zeros((N_YEARS, n_topics))
    for year in range(1, N_YEARS):
        wander[year] = 0.5 * wander[year - 1] + rng.normal(0, 0.5 * 0.75**0.5, n_topics)
    when = rng.integers(0, 12 * N_YEARS, n_events)
    share = shares_of_topics(n_topics)
    odds = share / (1 - share) * np.exp(wander[when // 12])
    return make_log(months(when), draw_sets(odds / (1 + odds), rng))


WORLDS: dict[str, Callable[[int, int, np.random.Generator], EventLog]] = {
    "even": even,
    "ten times as frequent": growing,
    "half of the dates to three years": imprecise,
    "topics in sets": hanging_together,
    "journeys of three": journeys,
    "slow drift": drifting,
}
SIZES = ((40, 5), (250, 5), (250, 40))

PLANTED: dict[str, tuple[int, int, tuple[float, ...], str]] = {
    "one topic .55 to .15, 120 events": (120, 12, (0.4,), "fall"),
    "one for another, 120 events": (120, 12, (0.4,), "swap"),
    "one for another, 250 events": (250, 40, (0.4,), "swap"),
    "one for another and back, 250 events": (250, 40, (0.3, 0.7), "swap"),
    "every topic reshuffled, 60 events": (60, 12, (0.5,), "shuffle"),
}
"""Events, topics, where changes are as shares of the years, and what changes."""


def planted(design: str, rng: np.random.Generator) -> tuple[EventLog, list[int]]:
    """Draw a log with known changes, and the years in which they are."""
    n_events, n_topics, places, how = PLANTED[design]
    years = [FIRST + round(N_YEARS * place) for place in places]
    when = rng.integers(0, 12 * N_YEARS, n_events)
    segment = np.searchsorted(years, FIRST + when // 12, side="right")
    first = shares_of_topics(n_topics)
    second = first.copy()
    if how == "fall":
        second[0] = 0.15
    elif how == "swap":
        first[4] = 0.08
        second[[0, 4]] = first[[4, 0]]
    else:
        second = first[::-1].copy()
    named = draw_sets(np.where((segment % 2 == 0)[:, None], first, second), rng)
    return make_log(months(when), named), years


def share(hits: list[bool]) -> tuple[float, float, int]:
    """Return a share, its Monte Carlo error and the number of runs."""
    if not hits:
        return float("nan"), float("nan"), 0
    value = float(np.mean(hits))
    return value, (value * (1 - value) / len(hits)) ** 0.5, len(hits)


def size_rows(
    key: tuple[str, ...], size: tuple[int, int], runs: int, rng: np.random.Generator
) -> Iterator[Row]:
    """Measure how often a log without a change is said to have one."""
    p_values = [
        composition_changes(
            WORLDS[key[1]](*size, rng),
            counting=key[3],
            together=None if key[4] == "none" else key[4],
            max_changes=0,
            n_draws=N_DRAWS,
            rng=rng,
        ).p_value
        for _ in range(runs)
    ]
    for level in (0.01, 0.05):
        yield Row(*key, f"p <= {level:g}", *share([p <= level for p in p_values]))


def planted_rows(key: tuple[str, ...], runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Measure power, number of changes and what the intervals hold."""
    found, right, more, held, widths = [], [], [], [], []
    for _ in range(runs):
        log, years = planted(key[2], rng)
        changes = composition_changes(log, counting=key[3], n_draws=N_DRAWS, rng=rng).changes
        found.append(len(changes) > 0)
        if not changes:
            continue
        right.append(len(changes) == len(years))
        more.append(len(changes) > len(years))
        if right[-1]:
            for change, year in zip(changes, years, strict=True):
                held.append(change.date_low.year <= year <= change.date_high.year)
                widths.append((change.date_high - change.date_low).n + 1)
    yield Row(*key, "found", *share(found))
    yield Row(*key, "number right, of found", *share(right))
    yield Row(*key, "too many, of found", *share(more))
    yield Row(*key, "date in its interval", *share(held))
    error = float(np.std(widths) / max(len(widths), 1) ** 0.5) if widths else float("nan")
    mean = float(np.mean(widths)) if widths else float("nan")
    yield Row(*key, "years in the interval", mean, error, len(widths))


def cells(
    size_runs: int, planted_runs: int
) -> Iterator[tuple[tuple[str, ...], Callable[[np.random.Generator], list[Row]]]]:
    """List what there is to run, each with its name."""
    for counting, together in (("whole", "M"), ("whole", "none"), ("fractional", "M")):
        for world in WORLDS:
            for size in SIZES if counting == "whole" else SIZES[1:2]:
                key = ("size", world, f"{size[0]} events, {size[1]} topics", counting, together)
                yield (
                    key,
                    lambda rng, key=key, size=size: list(size_rows(key, size, size_runs, rng)),
                )
    for design in PLANTED:
        key = ("planted", "even", design, "whole", "M")
        yield key, lambda rng, key=key: list(planted_rows(key, planted_runs, rng))


def main() -> None:
    """Run the cells that the file does not hold yet."""
    parser = argparse.ArgumentParser(description="Measure how often composition changes are right.")
    parser.add_argument("--runs", type=int, default=200, help="logs a cell with planted changes")
    parser.add_argument("--size-runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("composition.csv"))
    asked = parser.parse_args()
    done = set()
    if asked.out.exists():
        table = pd.read_csv(asked.out)
        names = ["kind", "world", "design", "counting", "together"]
        done = set(table[names].itertuples(index=False, name=None))
    with asked.out.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(Row.__annotations__))
        if not done:
            writer.writeheader()
        for name, run in cells(asked.size_runs, asked.runs):
            if name in done:
                continue
            rng = np.random.default_rng([asked.seed, crc32(" | ".join(name).encode())])
            rows = run(rng)
            writer.writerows(asdict(row) for row in rows)
            file.flush()
            told = ", ".join(f"{row.measure} {row.value:.3f}" for row in rows)
            print(f"{' | '.join(name)}: {told}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
