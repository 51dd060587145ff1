"""Rows of events, grouped two by two."""


def group_rows(rows):
    """
    Group rows that tell of one event.

    Parameters
    ----------
    rows
        Of each row a key, two parties and whether a story is named. Rows without a story must
        name the same two parties; others must share one, directly or through other rows.

    Returns
    -------
    list
        Groups in the order of their first rows, rows in their order.
    """
    groups = [[place] for place in range(len(rows))]

    def belong(one, other):
        key, *parties, has_story = rows[one]
        other_key, *others, other_has = rows[other]
        if (key, has_story) != (other_key, other_has):
            return False
        return bool(set(parties) & set(others)) if has_story else set(parties) == set(others)

    merged = True
    while merged:
        merged = False
        for place, group in enumerate(groups):
            for other in groups[place + 1 :]:
                if any(belong(a, b) for a in group for b in other):
                    groups.remove(other)
                    group.extend(other)
                    merged = True
                    break
    return sorted(map(sorted, groups))
