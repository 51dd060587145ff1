"""What is not known about dates reaches the test, the dates and the sizes of changes."""

import numpy as np
import pytest

from engagement import Coverage, EventLog, Meeting, count_events, detect_changes
from engagement.errors import SeriesError, SettingError
from engagement.models.families import read_family
from engagement.models.imputation import draw_dates

FIRST, LAST = 2000, 2006


def meeting(date, country="KGZ", number=0):
    """Make a meeting with an id of its own."""
    return Meeting(
        date=date, channel="bilateral", countries=[country], id=f"{country}-{date}-{number}"
    )


def covered(events, countries=("KGZ",)):
    """Make a log that observed everything from 2000 to 2006."""
    return EventLog(
        events,
        coverage=Coverage(
            {"country": code, "channel": "bilateral", "activity": "meeting",
             "since": str(FIRST), "until": str(LAST)}
            for code in countries
        ),
    )  # fmt: skip


def simulated(rng, rates, share_coarse):
    """Draw meetings by quarter; of some of them only the year is kept."""
    events = []
    for quarter, mean in enumerate(rates):
        for number in range(rng.poisson(mean)):
            year, month = FIRST + quarter // 4, 1 + 3 * (quarter % 4) + int(rng.integers(3))
            is_coarse = rng.random() < share_coarse
            date = str(year) if is_coarse else f"{year}-{month:02d}"
            events.append(meeting(date, number=f"{quarter}-{number}"))
    return count_events(covered(events), by="country", freq="Q")


def drawn(counts, family="poisson", n_imputations=5, seed=0):
    """Draw the dates of all series of a table."""
    return draw_dates(
        list(counts.all_series()),
        counts,
        read_family(family),
        n_imputations=n_imputations,
        seed=seed,
    )


def test_draws_are_whole_and_hold_every_event():
    """Each draw puts every event on one of its days, and no event is lost or doubled."""
    counts = simulated(np.random.default_rng(1), [2.0] * 28, 0.5)
    (one,) = drawn(counts, n_imputations=7)

    assert one.rows.shape == (7, 28)
    assert (one.rows == np.rint(one.rows)).all()
    assert one.rows.sum(axis=1) == pytest.approx([one.series.total] * 7)
    assert one.n_imputations == 7
    assert len({tuple(row) for row in one.rows.tolist()}) > 1


def test_draws_are_about_what_is_spread():
    """Over many draws, counts in a period are on average what was spread to it."""
    log = covered([meeting("2001", number=n) for n in range(6)] + [meeting("2003-05")])
    (one,) = drawn(count_events(log, by="country", freq="Q"), n_imputations=400)

    assert np.abs(one.rows.mean(axis=0) - one.observed.counts).max() < 0.2
    assert (one.rows[:, 13] == 1).all()  # the dated one stays in its quarter


def test_whole_counts_are_left_alone():
    """Where no date is in doubt, there is one row: the counts."""
    log = covered([meeting("2001-02"), meeting("2003-05")])
    (one,) = drawn(count_events(log, by="country", freq="Q"))

    assert one.n_imputations == 0
    assert one.rows.tolist() == [one.series.counts.tolist()]


def test_an_event_in_two_series_is_on_one_day():
    """The same draw serves every series of a table."""
    log = EventLog(
        [
            Meeting(date="2001", channel="multilateral", countries=["KGZ", "TJK"], id=f"m{n}")
            for n in range(5)
        ]
    )
    one, other = drawn(count_events(log, by="country", freq="M"))

    assert (one.rows == other.rows).all()


def test_a_part_of_a_table_and_bins_of_periods_are_drawn_alike():
    """Selecting labels or putting periods together before gives the same draws as after."""
    log = covered([meeting("2001", n, k) for n in ("KGZ", "TJK") for k in range(5)], ("KGZ", "TJK"))
    counts = count_events(log, by="country", freq="M")
    months = drawn(counts)[1].rows

    (picked,) = drawn(counts.select(country="TJK"))
    quarters = drawn(counts.resample("3M"))[1].rows

    assert (picked.rows == months).all()
    assert (quarters == months.reshape(5, -1, 3).sum(axis=2)).all()


def test_what_no_draw_makes_whole_is_refused_with_the_remedy():
    """Fractional counting, durations that are spread, and series without their events."""
    shared = EventLog(
        [Meeting(date="2001-02", channel="multilateral", countries=["KGZ", "TJK"])] * 1
    )
    lasting = covered([meeting("2001-02/2002-03")])

    with pytest.raises(SeriesError, match='or with counting="whole"'):
        detect_changes(count_events(shared, by="country", counting="fractional"))
    with pytest.raises(SeriesError, match='count with durations="start"'):
        detect_changes(count_events(lasting, by="country", durations="spread"))
    with pytest.raises(SeriesError, match='with imprecise="impute"'):
        detect_changes(simulated(np.random.default_rng(1), [2.0] * 28, 0.5).series(country="KGZ"))
    with pytest.raises(SettingError, match="n_imputations must be a whole number of at least 2"):
        detect_changes(count_events(lasting), n_imputations=1)


def test_a_change_is_found_through_imprecise_dates_and_is_less_sure():
    """Where half of the dates are years, the interval of the date is no narrower."""
    rates = [1.0] * 14 + [5.0] * 14
    wider = []
    for seed in range(5):
        sharp, coarse = (
            detect_changes(simulated(np.random.default_rng(seed), rates, share))
            for share in (0.0, 0.6)
        )
        assert len(coarse), "a fivefold rise is found"
        assert coarse.verdicts[0].n_imputations == 20
        spans = [
            change.date_high.ordinal - change.date_low.ordinal
            for change in (sharp.found[0], coarse.found[0])
        ]
        wider.append(spans[1] - spans[0])

    assert np.mean(wider) > 0


def test_the_summary_and_the_band_account_for_the_draws():
    """It says how often dates were drawn, and every draw has its posterior."""
    changes = detect_changes(
        simulated(np.random.default_rng(3), [1.0] * 14 + [5.0] * 14, 0.5), n_imputations=4
    )
    band = changes.intensity()
    means = [changes.posterior(draw=draw).intensity()["mean"] for draw in range(4)]

    assert "drawn 4 times, and the answers are over all draws" in changes.summary()
    assert np.allclose(band["mean"], sum(means) / 4)
    with pytest.raises(SettingError, match="there is no draw 4 of dates; there are 4"):
        changes.posterior(draw=4)


@pytest.mark.slow
def test_the_size_is_held_where_dates_are_coarse():
    """Without any change, a series with coarse dates seldom has a small p-value."""
    rng = np.random.default_rng(11)
    small = [
        detect_changes(
            simulated(rng, [1.5] * 28, 0.6), null="poisson", n_imputations=8
        ).verdicts[0].p_value <= 0.05
        for _ in range(100)
    ]  # fmt: skip

    assert np.mean(small) <= 0.05 + 3 * (0.05 * 0.95 / len(small)) ** 0.5
