"""Splits of labelled events by the definition, one event at a time."""


def split_statistic(vectors, later, weights):
    """
    Judge one cut, label by label.

    Every event has a vector, a weight in the piece, and a part of that weight that lies at the
    cut or later.
    """
    share = sum(later) / sum(weights)
    moved = [part - weight * share for part, weight in zip(later, weights, strict=True)]
    norm = sum(value**2 for value in moved)
    if norm < 1e-9:
        return [0.0] * len(vectors[0])
    gaps = [
        sum(value * vector[label] for value, vector in zip(moved, vectors, strict=True))
        for label in range(len(vectors[0]))
    ]
    return [gap**2 / norm for gap in gaps]


def distance_of_means(vectors, is_later):
    """Give n1 n2 / n times the squared distance of the means on both sides, label by label."""
    sides = [
        [vector for vector, late in zip(vectors, is_later, strict=True) if late is side]
        for side in (False, True)
    ]
    first, second = (len(side) for side in sides)
    factor = first * second / (first + second)
    return [
        factor
        * (sum(v[label] for v in sides[1]) / second - sum(v[label] for v in sides[0]) / first) ** 2
        for label in range(len(vectors[0]))
    ]
