"""How long it takes to read 100,000 dates, and how that compares with the edtf package."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta
from time import perf_counter
from typing import TYPE_CHECKING

import edtf

from engagement.values import edtf as own_edtf
from engagement.values.dates import EventDate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

N_DATES = 100_000
N_COMPARED = 400


def draw_text(rng: random.Random) -> str:
    """Draw a text as tables of events have them: mostly days, some of every other form."""
    day = date(1990, 1, 1) + timedelta(days=rng.randrange(12_784))
    later = day + timedelta(days=rng.randrange(1, 30))
    year, month = f"{day:%Y}", f"{day:%Y-%m}"
    other = rng.choice(
        [
            f"{month}-XX",
            f"{year}-XX",
            f"{year[:3]}X",
            f"{year}-{rng.randint(21, 24)}",
            f"{year}-{rng.randint(33, 36)}",
            f"[{year}..{later.year + 1}]",
            f"[{year},{later.year + 2}]",
            f"{month}/..",
            f"../{year}",
            f"{month}~",
            f"{year}?",
            f"{day}%",
        ]
    )
    forms = [str(day), month, year, f"{day}/{later}", other]
    return rng.choices(forms, weights=[60, 12, 8, 10, 10])[0]


def time_reading(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Give the seconds that reading takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        own_edtf.read_text.cache_clear()
        started = perf_counter()
        for text in texts:
            read(text)
        best = min(best, perf_counter() - started)
    return best


def time_uncached(texts: Sequence[str]) -> float:
    """Give the seconds that reading takes where no reading is kept."""
    cached = own_edtf.read_text
    from engagement.values import dates

    dates.read_text = cached.__wrapped__  # type: ignore[assignment]
    try:
        return time_reading(EventDate, texts)
    finally:
        dates.read_text = cached


def find_accepted(texts: Sequence[str]) -> list[str]:
    """Give the texts that edtf reads, up to the number that are compared."""
    accepted: list[str] = []
    for text in texts:
        with suppress(edtf.EDTFParseException):
            edtf.parse_edtf(text)
            accepted.append(text)
        if len(accepted) == N_COMPARED:
            break
    return accepted


def main() -> None:
    rng = random.Random(20)  # noqa: S311
    texts = [draw_text(rng) for _ in range(N_DATES)]
    print(f"{N_DATES:,} texts, {len(set(texts)):,} of them distinct")
    print(f"EventDate, readings kept     {time_reading(EventDate, texts):8.3f} s")
    print(f"EventDate, none kept         {time_uncached(texts):8.3f} s")
    events = [EventDate(text) for text in texts]
    started = perf_counter()
    sorted(events)
    print(f"sorted()                     {perf_counter() - started:8.3f} s")
    started = perf_counter()
    sorted(events, key=lambda event: event.sort_key)
    print(f"sorted(key=sort_key)         {perf_counter() - started:8.3f} s")

    accepted = find_accepted(texts)
    ours, theirs = time_uncached(accepted), time_reading(edtf.parse_edtf, accepted)
    print(f"{len(accepted)} texts that edtf accepts: EventDate {ours:.5f} s, edtf {theirs:.3f} s")
    print(f"edtf takes {theirs / ours:,.0f} times as long (parsing alone, without the span)")


if __name__ == "__main__":
    main()
