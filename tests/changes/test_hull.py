"""Which penalty gives which number of changes."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.changes.hull import Way, penalty_ranges

costs_lists = st.lists(st.integers(0, 60) | st.floats(0, 60), min_size=1, max_size=12)


def made_ways(costs):
    """Make ways of these costs, with 0, 1, ... changes."""
    return [Way(range(number), float(cost)) for number, cost in enumerate(costs)]


def best_at(ways, penalty):
    """Find the best by going through all, the fewest changes first."""
    return min(ways, key=lambda way: way.cost + penalty * len(way.changes))


def naive_range(ways, number):
    """Give between which penalties a number is as good as any, from all pairs."""
    own = ways[number].cost
    low = max([0.0, *((own - way.cost) / (k - number) for k, way in enumerate(ways) if k > number)])
    high = min(
        [inf, *((way.cost - own) / (number - k) for k, way in enumerate(ways) if k < number)]
    )
    return low, high


@given(costs_lists, st.integers(0, 12), st.data())
def test_ranges_are_those_of_all_pairs(costs, max_changes, data):
    """Whatever is known before, each number that is ever the best has its range, and no other."""
    ways = made_ways(costs)
    n_known = data.draw(st.integers(1, len(ways)))

    found = penalty_ranges(lambda penalty: best_at(ways, penalty), ways[:n_known], max_changes)

    assert next(iter(found)) == 0
    assert list(found) == sorted(found)
    assert max(found) <= max_changes
    for number, way in enumerate(ways):
        low, high = naive_range(ways, number)
        if number in found:
            assert found[number].way == way
            assert found[number].low == pytest.approx(low, abs=1e-8)
            assert found[number].high == pytest.approx(high, abs=1e-8)
        elif number <= max_changes:
            assert high - low < 1e-8


@given(costs_lists, st.integers(0, 12))
def test_each_range_begins_where_the_next_one_ends(costs, max_changes):
    """The ranges lie side by side, and the first has no end."""
    ways = made_ways(costs)

    found = list(penalty_ranges(lambda p: best_at(ways, p), ways[:1], max_changes).values())

    assert found[0].high == inf
    assert all(few.low == many.high for few, many in pairwise(found))


def test_only_few_penalties_are_tried():
    """Of a thousand numbers of changes, those up to four take a few dozen penalties."""
    ways = made_ways([(1000 - number) ** 2 for number in range(1001)])
    tried = []

    def solve(penalty):
        tried.append(penalty)
        return best_at(ways, penalty)

    found = penalty_ranges(solve, ways[:1], 4)

    assert list(found) == [0, 1, 2, 3, 4]
    assert len(tried) < 30
