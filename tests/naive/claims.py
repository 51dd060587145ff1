"""What a query says of events of which everything is known, from the definition."""

from collections import Counter
from itertools import pairwise

ORDER = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def worlds_of(event, draws):
    """Give an event as plain facts: each on a day that its date allows, and on some topic."""
    first, stop = event.date.onset_days
    days = {first, stop - 1, (first + stop) // 2, *(first + int(u * (stop - first)) for u in draws)}
    topics = [set(event.topics)] if event.topics else [set(), {"terrorism"}, {"crime"}]
    return [
        {"day": day, "country": set(event.countries), "topic": known}
        for day in sorted(days)
        for known in topics
    ]


def select(world, where):
    """List the facts that a filter selects; its ends are pairs of ordinals, half-open."""
    start, end = where.get("span", (0, 10**7))
    return [
        fact
        for fact in world
        if start <= fact["day"] < end
        and all(fact[axis] & {where[axis]} for axis in ("country", "topic") if axis in where)
    ]


def measure(world, query):  # noqa: PLR0911 - one for each measure
    """Measure a world; None where there is nothing to measure."""
    chosen = select(world, query["where"])
    days = sorted(fact["day"] for fact in chosen)
    counted = Counter(label for fact in chosen for label in fact[query.get("of", "country")])
    kind = query["measure"]
    if kind == "count":
        return len(chosen)
    if kind == "distinct":
        return len(counted)
    if kind == "labels":
        return set(counted)
    if kind in {"first", "last"}:
        return (days[0] if kind == "first" else days[-1]) if days else None
    if kind == "gap":
        gaps = [later - sooner for sooner, later in pairwise(days)]
        return max(gaps) / 365.2425 if gaps else None
    if kind == "share":
        return len(select(chosen, query["part"])) / len(chosen) if chosen else None
    return {
        label
        for label, n in counted.items()
        if sum(other >= n for name, other in counted.items() if name != label) < query.get("n", 1)
    }


def holds(world, query, value):
    """Tell whether a claim holds in a world; None where there is nothing to measure."""
    found = measure(world, query)
    if query["measure"] in {"first", "last"}:
        start, end = value
        if found is None:
            return query["is"] == "!="
        return {
            "==": start <= found < end,
            "!=": not start <= found < end,
            "<": found < start,
            "<=": found < end,
            ">": found >= end,
            ">=": found >= start,
        }[query["is"]]
    if found is None:
        return None
    return ORDER[query["is"]](found, value)
