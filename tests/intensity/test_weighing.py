"""Sums of what events weigh: bounds for unknown sizes, intervals for chance."""

from math import prod

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.errors import SettingError
from engagement.events.axes import labels_of
from engagement.events.coverage import Coverage
from engagement.events.events import Exercise, Meeting, Transfer
from engagement.events.parts import Participant, Personnel
from engagement.intensity.weighing import bounded_sums, weigh_events
from engagement.intensity.weights import RANK_SCALE, Sizes, read_scale
from engagement.log.eventlog import EventLog
from engagement.values.money import Money
from engagement.values.vocabulary import Rank
from strategies.counting import logs


def exercise(date, low=None, high=None, countries=("KGZ",), **parts):
    """Make an exercise of so many people."""
    told = low is not None or high is not None or parts
    return Exercise(
        date=date,
        channel="bilateral" if len(countries) == 1 else "multilateral",
        countries=countries,
        personnel=Personnel(low=low, high=high, **parts) if told else None,
    )


def covered(events, since="2001", until="2006"):
    """Make a log that was observed from year to year."""
    log = EventLog(events)
    return log.with_coverage(Coverage.since_to(log, since, until))


def transfer(date, amount=None, currency="USD"):
    """Make a transfer that is worth so much."""
    value = None if amount is None else Money(amount=amount, currency=currency)
    return Transfer(date=date, channel="bilateral", countries=["KGZ"], value=value)


RULES = st.fixed_dictionaries(
    {
        "counting": st.sampled_from(["whole", "fractional"]),
        "imprecise": st.sampled_from(["spread", "start", "middle", "end", "exclude", "impute"]),
        "durations": st.sampled_from(["start", "spread"]),
        "freq": st.sampled_from(["Y", "M"]),
        "by": st.sampled_from([("country",), ("country", "channel"), ("topic",), ()]),
    }
)


@settings(max_examples=40)
@given(logs(), RULES)
def test_a_weight_of_one_counts(log, rules):
    """Events that weigh 1 sum to the counts, by every rule of counting."""
    expected = count_events(log, rng=0, **rules).to_frame()["count"].to_numpy()

    sums = weigh_events(log, lambda _: 1, n_draws=1, **rules).to_frame()

    for name in ("count", "at_least", "at_most"):
        assert sums[name].to_numpy() == pytest.approx(expected, nan_ok=True, abs=1e-9)


@settings(max_examples=40)
@given(logs(), st.sampled_from([("country",), ("country", "channel"), ("topic",)]))
def test_fractional_weights_conserve(log, by):
    """What is summed over cells plus what is left out is the weight of all events."""
    weights = {event.id: 1 + place % 5 for place, event in enumerate(log)}

    sums = weigh_events(
        log, lambda event: weights[event.id], by=by, counting="fractional", n_draws=1
    )

    lost = sums.counts.left_out
    left_out = sum(
        weights[name] * share for name, share in zip(lost["id"], lost["share"], strict=True)
    )
    assert np.nansum(sums.at_least) + left_out == pytest.approx(sum(weights.values()))


def test_unknown_sizes_are_bounds_and_not_zero():
    """Without bounds from the caller a sum with an unknown size has a least and no most."""
    log = covered([exercise("2002-10"), exercise("2002-11", 300, 300), exercise("2003-08", 1000)])

    sums = weigh_events(log, by="country").to_frame().set_index("period")

    assert sums["at_least"].tolist() == [0, 300, 1000, 0, 0, 0]
    assert sums["at_most"].tolist() == [0, np.inf, np.inf, 0, 0, 0]
    assert sums["n_unknown"].tolist() == [0, 1, 0, 0, 0, 0]
    assert "300" not in weigh_events(log, by="country").summary().split("\n")[0]
    assert "no unknown is a zero" in weigh_events(log, by="country").summary()


@pytest.mark.parametrize(
    ("unknown", "least", "most"),
    [((20, 500), 20, 500), ("range", 300, 4000), (None, 0, np.inf)],
)
def test_bounds_for_unknown_sizes_are_the_callers(unknown, least, most):
    """A pair, the known sizes' range, or none."""
    log = covered([exercise("2002"), exercise("2003", 300, 900), exercise("2004", 4000, 4000)])

    sums = weigh_events(log, by=(), unknown=unknown)

    assert (sums.at_least[1], sums.at_most[1]) == (least, most)
    assert (sums.at_least[2], sums.at_most[2]) == (300, 900)


def test_what_countries_sent_is_a_least():
    """Numbers of single countries bound the whole from below, as a printed least does."""
    log = covered(
        [
            exercise("2002", by_country={"CHN": 150, "KGZ": 90}),
            exercise("2003", 100, by_country={"CHN": 150}),
            exercise("2004", high=70),
        ]
    )

    sums = weigh_events(log, by=(), unknown=(10, 500))

    assert sums.at_least.tolist()[1:4] == [240, 150, 10]
    assert sums.at_most.tolist()[1:4] == [500, 500, 70]
    assert sums.n_unknown.sum() == 0


def test_a_least_above_the_callers_most_stays():
    """What is printed outweighs what is supposed."""
    sums = weigh_events(covered([exercise("2002", 900)]), by=(), unknown=(1, 500))

    assert (sums.at_least[1], sums.at_most[1]) == (900, 900)


def test_only_kinds_with_the_weight_are_weighed():
    """A meeting has no personnel: it is neither a zero nor an unknown, and is told of."""
    meeting = Meeting(date="2002", channel="bilateral", countries=["KGZ"])

    sums = weigh_events(covered([meeting, exercise("2003", 5, 5)]), by=())

    assert np.nansum(sums.counts.values) == 1
    assert (sums.n_other, sums.n_unknown.sum()) == (1, 0)
    assert "not in the sums: 1 event of kinds without personnel" in sums.summary()


def test_what_was_not_observed_has_no_sum():
    """Without exposure sums are NaN; observed without events they are zero, with no interval."""
    said = {"country": "KGZ", "channel": "bilateral", "activity": "exercise"}
    spans = (("2001", "2002"), ("2004", "2004"))
    coverage = Coverage({**said, "since": since, "until": until} for since, until in spans)
    log = EventLog([exercise("2002", 5, 5)], coverage=coverage)

    sums = weigh_events(log, by=())

    assert sums.at_least.tolist()[:2] == [0, 5]
    assert np.isnan(sums.at_least[2])
    assert np.isnan(sums.low[[0, 2, 3]]).all()
    assert sums.at_least[3] == 0
    assert sums.totals["exposure_years"].tolist() == [3]


def test_values_are_summed_in_one_currency():
    """With what a unit is worth, and without where all are in one already."""
    log = covered([transfer("2002", 100, "CNY"), transfer("2003", 30), transfer("2004")])

    sums = weigh_events(log, "value", by=(), currency="USD", exchange={"CNY": 0.15})

    assert sums.at_least.tolist()[1:4] == pytest.approx([15, 30, 0])
    assert sums.unit == "USD"
    alone = weigh_events(covered([transfer("2002", 100, "CNY")]), "value", by=())
    assert (alone.unit, alone.at_least[1]) == ("CNY", 100)


def test_rank_is_that_of_the_highest_participant():
    """On the scale from 1 to 9; a meeting of unknown rank lies between its ends."""
    people = [
        Participant(country="CHN", office="Vice Minister", rank=Rank.DEPUTY_MINISTER),
        Participant(country="KGZ", office="President", rank=Rank.HEAD_OF_STATE),
    ]
    log = covered(
        [
            Meeting(date="2002", channel="bilateral", countries=["KGZ"], participants=people),
            Meeting(date="2003", channel="bilateral", countries=["KGZ"], participants=people[:1]),
            Meeting(date="2004", channel="bilateral", countries=["KGZ"]),
        ]
    )

    sums = weigh_events(log, "rank", by=())

    assert sums.at_least.tolist()[1:4] == [9, 4, 1]
    assert sums.at_most.tolist()[1:4] == [9, 4, 9]
    own = weigh_events(
        log, "rank", by=(), scale={rank: float(rank is Rank.HEAD_OF_STATE) for rank in Rank}
    )
    assert own.at_least.tolist()[1:4] == [1, 0, 0]


def test_the_scale_keeps_the_order_of_ranks():
    """A rank that outranks another weighs more; names are read as ranks are."""
    ranked = sorted(Rank)
    weights = [RANK_SCALE[rank] for rank in ranked]

    assert weights == sorted(weights) == list(range(1, 10))
    assert read_scale({rank.value: 2 for rank in Rank}) == dict.fromkeys(Rank, 2.0)


def test_functions_may_give_bounds():
    """A number, a pair, or None."""
    given_ = {"2002": 3, "2003": (1, 4), "2004": None, "2005": (2, None)}
    log = covered([exercise(date) for date in given_])

    def how_many(event):
        return given_[str(event.date)]

    sums = weigh_events(log, how_many, by=(), unknown=(0, 7))

    assert sums.at_least.tolist()[1:5] == [3, 1, 0, 2]
    assert sums.at_most.tolist()[1:5] == [3, 4, 7, 7]
    assert sums.weight == "how_many"


def test_intervals_are_quantiles_of_weighted_poisson_numbers():
    """For one event of weight 10 they are ten times those of a Poisson number of mean 1."""
    log = covered([exercise("2002", 10, 10)])

    sums = weigh_events(log, by=(), n_draws=4000, level=0.9)

    assert sums.low[1] == 0
    assert sums.high[1] == 30  # a Poisson number of mean 1 is up to 3 with 0.98, 2 with 0.92
    assert weigh_events(log, by=(), n_draws=4000, level=0.8).high[1] == 20


def test_an_event_comes_as_often_wherever_it_counts():
    """Of one event in two countries' cells the sums are drawn together, so their ends agree."""
    log = covered([exercise("2002", 7, 7, countries=("KGZ", "TJK")), exercise("2003", 2, 2)])

    sums = weigh_events(log, by="country", n_draws=50, level=0.5, rng=3)

    assert sums.low[0, 1] == sums.low[1, 1]
    assert sums.high[0, 1] == sums.high[1, 1]


def test_a_seed_repeats_the_intervals():
    """The same seed gives the same ends; another gives others; the sums do not depend on it."""
    log = covered([exercise("2002", 10 + n, 10 + n) for n in range(9)])

    one, same, other = (weigh_events(log, by=(), n_draws=99, rng=seed) for seed in (1, 1, 2))

    assert np.array_equal(one.high, same.high, equal_nan=True)
    assert (one.low[1], one.high[1]) != (other.low[1], other.high[1])
    assert np.array_equal(one.at_least, other.at_least, equal_nan=True)


def test_sums_in_parts_are_those_of_the_whole(monkeypatch):
    """However few rows are drawn at once, the ends are the same."""
    log = covered([exercise(f"200{n}", 10 + n, 20 + n) for n in range(1, 7)])
    whole = weigh_events(log, by=(), n_draws=99)

    monkeypatch.setattr("engagement.intensity.weighing._AT_ONCE", 150)

    assert np.array_equal(weigh_events(log, by=(), n_draws=99).high, whole.high)


def test_totals_are_a_year():
    """Over all periods that were observed, divided by their years."""
    log = covered([exercise("2002", 60, 90), exercise("2003-05", 30, 30), exercise("2003-06")])

    (row,) = weigh_events(log, by="country", unknown=(0, 6)).totals.to_dict("records")

    assert (row["country"], row["n_events"], row["n_unknown"]) == ("KGZ", 3, 1)
    assert (row["exposure_years"], row["at_least"], row["at_most"]) == (6, 15, 21)
    assert row["low"] < 15
    assert row["high"] > 21


def test_figures_show_bounds_and_intervals():
    """One series by period, several by their sums a year."""
    log = covered([exercise("2002", 60, 90), exercise("2003"), exercise("2003", countries=["TJK"])])

    single = weigh_events(log.where(country="KGZ"), by=()).plot()
    several = weigh_events(log, by="country").plot()

    labels = [text.get_text() for text in single.get_legend().get_texts()]
    assert {"at least", "at most", "95% interval", "or more: no upper bound"} <= set(labels)
    assert single.get_ylabel() == "people"
    assert [tick.get_text() for tick in several.get_yticklabels()] == ["KGZ", "TJK"]


@pytest.mark.parametrize(
    ("weight", "settings", "told"),
    [
        ("people", {}, "weight must be one of 'personnel', 'value', 'rank', got 'people'"),
        ("personnel", {"unknown": (5, 1)}, r"unknown must be a pair of bounds .* got \(5, 1\)"),
        ("personnel", {"unknown": "most"}, "unknown must be a pair of bounds .* got 'most'"),
        ("personnel", {"unknown": (0, -1)}, "unknown must be a pair"),
        ("personnel", {"level": 1.5}, "level must lie .* got 1.5"),
        ("personnel", {"n_draws": 0}, "n_draws must be a whole number of at least 1, got 0"),
        ("personnel", {"freq": "H"}, "unknown freq 'H'"),
        ("value", {}, "values are in CNY, USD; name one as currency"),
        ("value", {"currency": "USD"}, "exchange has no rate for CNY: .* worth in USD"),
        ("value", {"currency": "CNY", "exchange": {"USD": 0}}, "exchange of USD must be .* got 0"),
        ("rank", {"scale": {"ministre": 1}}, "unknown rank 'ministre'. Did you mean 'minister'"),
        ("rank", {"scale": {"minister": 1}}, "scale: no weight for 'head of state'"),
        ("rank", {"scale": dict.fromkeys(Rank, -1)}, "must weigh a number of at least 0, got -1"),
        (lambda _: "many", {}, "a weight is a number of at least 0, .* got 'many' for event"),
        (lambda _: -1, {}, "got -1 for event"),
        (lambda _: (3, 1), {}, r"bounds are turned round: \(3, 1\)"),
    ],
)
def test_settings_that_cannot_be_are_refused(weight, settings, told):
    """The message names the value, and what there is."""
    log = covered([transfer("2002", 100, "CNY"), transfer("2003", 30), exercise("2004", 2, 2)])

    with pytest.raises((SettingError, ValueError), match=told):
        weigh_events(log, weight, **settings)


def test_a_range_needs_known_sizes():
    """Where none is known there is no range; a log is needed to weigh anything."""
    with pytest.raises(SettingError, match="needs events of known size, and there are none"):
        weigh_events(covered([exercise("2002")]), unknown="range")
    with pytest.raises(SettingError, match="log must be an EventLog, got"):
        weigh_events(pd.DataFrame())


def test_shares_follow_labels():
    """Fractional weights divide by all cells that an event's labels reach."""
    event = exercise("2002", 12, 12, countries=("KGZ", "TJK", "UZB"))

    sums = weigh_events(covered([event]), by=("country",), counting="fractional")

    assert prod(len(labels_of(event, axis)) for axis in ("country",)) == 3
    assert sums.at_least[:, 1].tolist() == pytest.approx([4, 4, 4])


@pytest.mark.slow
def test_intervals_cover_where_events_are_not_few():
    """
    Of 400 compound Poisson sums of 50 events on average, whose sizes vary by a factor of 1.6,
    at least 92% of the 95% intervals hold the expected sum; the standard error is 1.3%.
    """
    from scipy.sparse import csr_array

    rng = np.random.default_rng(2)
    expected = 50 * np.exp(0.5**2 / 2)
    held = 0
    for _ in range(400):
        weights = rng.lognormal(0, 0.5, rng.poisson(50))
        sizes = Sizes(low=weights, high=weights, is_unknown=weights < 0, unit="")
        times = rng.poisson(1, (len(weights), 499)).astype(np.uint8)
        sums = bounded_sums(csr_array(np.ones((1, len(weights)))), sizes, times, 0.95)
        held += sums["low"][0] <= expected <= sums["high"][0]

    assert held / 400 > 0.92 - 0.013


def test_a_column_of_ones_own_weighs():
    """Numbers in a column of one's own are summed; an empty cell is unknown, a word is told."""
    events = [
        Meeting(date=date, channel="bilateral", countries=["KGZ"], own={"men": men})
        for date, men in (("2018", 2.5), ("2019", ""), ("2019", "4"))
    ]

    sums = weigh_events(EventLog(events), "men", unknown=(1, 10)).to_frame()

    assert sums["at_least"].tolist() == [2.5, 5]
    assert sums["at_most"].tolist() == [2.5, 14]
    wrong = EventLog([*events, Meeting(date="2019", channel="domestic", own={"men": "many"})])
    with pytest.raises(SettingError, match="column 'men' holds 'many' of event"):
        weigh_events(wrong, "men")
    with pytest.raises(SettingError, match="Did you mean 'men'"):
        weigh_events(EventLog(events), "mem")
