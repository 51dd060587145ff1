"""Sequence by loops over months, one at a time."""


def classes(causes, window):
    """Call each month same, after or other."""
    found = []
    for month in range(len(causes)):
        if causes[month]:
            found.append("same")
        elif any(causes[max(month - window, 0) : month]):
            found.append("after")
        else:
            found.append("other")
    return found


def turned(effects, start, length, shift):
    """Give effects of a stretch, each *shift* months later, round its end."""
    moved = list(effects)
    for place in range(length):
        moved[start + (place + shift) % length] = effects[start + place]
    return moved


def tally(causes, effects, window, start, length):
    """Count effects in a stretch by class."""
    kinds = classes(causes, window)
    counts = {"same": 0, "after": 0, "other": 0}
    for month in range(start, start + length):
        counts[kinds[month]] += effects[month]
    return counts


def pairs(causes, effects, lag, start, length):
    """Count pairs of an effect in the stretch and a cause so many months before it."""
    return sum(
        effects[month] * causes[month - lag]
        for month in range(start, start + length)
        if 0 <= month - lag < len(causes)
    )


def waits(days, spans):
    """List waits as pairs of a length and whether it ended."""
    found = []
    for start, end in spans:
        inside = sorted(day for day in days if start <= day < end)
        for place, day in enumerate(inside):
            if place + 1 < len(inside):
                found.append((inside[place + 1] - day, True))
            else:
                found.append((end - 1 - day, False))
    return found


def survival(waits):
    """Give Kaplan and Meier's share after each length at which a wait ended."""
    share, found = 1.0, {}
    for length in sorted({length for length, ended in waits if ended}):
        at_risk = sum(1 for other, _ in waits if other >= length)
        n_ended = sum(1 for other, ended in waits if ended and other == length)
        share *= 1 - n_ended / at_risk
        found[length] = share
    return found
