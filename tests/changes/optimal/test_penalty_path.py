"""Which penalty gives which number of changes."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.changes.optimal.penalty_path import Way, penalty_ranges

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


@given(costs_lists, st.data())
def test_ranges_are_those_of_all_pairs(costs, data):
    """Each number known that is ever the best of all has its range, and no other."""
    ways = made_ways(costs)
    n_known = data.draw(st.integers(1, len(ways)))

    found = penalty_ranges(lambda penalty: best_at(ways, penalty), ways[:n_known])

    assert next(iter(found)) == 0
    assert list(found) == sorted(found)
    assert max(found) < n_known
    for number in range(n_known):
        low, high = naive_range(ways, number)
        if number in found:
            assert found[number] == pytest.approx((low, high), abs=1e-8)
        else:
            assert high - low < 1e-8


@given(costs_lists)
def test_each_range_begins_where_the_next_one_ends(costs):
    """The ranges lie side by side, from no penalty to any."""
    ways = made_ways(costs)

    found = list(penalty_ranges(lambda penalty: best_at(ways, penalty), ways).values())

    assert found[0][1] == inf
    assert found[-1][0] == 0
    assert all(few[0] == many[1] for few, many in pairwise(found))


def test_few_penalties_are_tried():
    """Of a thousand numbers of changes, where the range of the fifth ends takes a few dozen."""
    ways = made_ways([(1000 - number) ** 2 for number in range(1001)])
    tried = []

    def solve(penalty):
        tried.append(penalty)
        return best_at(ways, penalty)

    found = penalty_ranges(solve, ways[:5])

    assert found[4] == (1991, 1993)
    assert len(tried) < 30
