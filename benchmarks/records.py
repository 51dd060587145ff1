"""
Participants read by the library and by cattrs, side by side: time, and what is said of faults.

    pip install cattrs
    python benchmarks/records.py
"""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError

from engagement.events.parts import Participant
from engagement.tables.records import read_participant
from engagement.values.vocabulary import Rank

if TYPE_CHECKING:
    from collections.abc import Callable

N_RECORDS = 20_000
REPEATS = 7
FAULTY = (
    {"country": "SCO", "rank": "minster"},
    {"country": "KGZ", "offce": "Ministry"},
    {"country": 3},
)


def converter() -> Converter:
    """Return a converter to which the classes' own checks are left."""
    made = Converter(forbid_extra_keys=True, detailed_validation=True)
    made.register_structure_hook(Rank | None, lambda value, _: value)
    return made


def fastest(read: Callable[[], object]) -> float:
    """Return the least time of several runs, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        read()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the ratio of times, and the faults in the words of both."""
    by_cattrs = converter()
    records: list[dict[str, Any]] = [
        {"country": "KGZ", "office": f"Ministry {place}", "rank": "minister"}
        for place in range(N_RECORDS)
    ]
    own = fastest(lambda: [read_participant(record) for record in records])
    other = fastest(lambda: [by_cattrs.structure(record, Participant) for record in records])
    print(f"cattrs takes {other / own:.2f} times as long")
    for record in FAULTY:
        _, faults = read_participant(record)
        print(f"\n{record}\n  here: " + "; ".join(f"{name}: {why}" for name, _, why in faults))
        try:
            by_cattrs.structure(record, Participant)
        except BaseValidationError as error:
            print("  cattrs: " + "; ".join(transform_error(error)))


if __name__ == "__main__":
    main()
